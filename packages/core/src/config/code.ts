import { realpath, stat } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { ConfigError, type Location } from './fault.ts'

/**
 * The default export of a JavaScript or TypeScript file (by Node's own type stripping). Throws a ConfigError for a file
 * that crashes or exports nothing. Imported once: cosmiconfig's own loader would run a crashing file a second time.
 */
export async function loadCode(path: string, file: string): Promise<unknown> {
  let url = ''
  let module: { default?: unknown }
  try {
    const real = await realpath(path)
    // Node keeps what it has imported: a file that has changed is another module.
    url = `${pathToFileURL(real).href}?t=${Math.trunc((await stat(real)).mtimeMs)}`
    module = await import(url)
  } catch (error) {
    throw new ConfigError([{ location: crashSite(error, path, url, file), key: 'file', message: crash(error) }])
  }
  if (module.default === undefined) {
    const message = 'has no default export: write export default defineConfig({ ... })'
    throw new ConfigError([{ location: { file }, key: 'file', message }])
  }
  return module.default
}

function crash(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const text = firstLine(error)
  if (code === 'ERR_MODULE_NOT_FOUND' && text.includes("'argo-proxy'")) {
    return 'cannot import "argo-proxy" from its folder: run npm install argo-proxy there, or export a plain object without defineConfig'
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
    return `cannot be read as TypeScript (${text}): use only syntax that Node.js can strip, no enum or namespace`
  }
  const name = error instanceof Error ? `${error.name}: ` : ''
  return `failed while it was loaded (${name}${text}): correct it there`
}

/** The line in the file itself where it failed, if the stack knows it. */
function crashSite(error: unknown, path: string, url: string, file: string): Location {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const line of stack.split('\n')) {
    const name = [url, path].find((candidate) => candidate !== '' && line.includes(candidate))
    const digits = name && /^:(\d+)(?::(\d+))?/.exec(line.slice(line.indexOf(name) + name.length))
    if (digits?.[1]) return { file, line: Number(digits[1]), ...(digits[2] && { column: Number(digits[2]) }) }
  }
  return { file }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (
    text
      .split('\n')
      .find((line) => /[a-z]/i.test(line))
      ?.trim() ?? 'no message'
  )
}
