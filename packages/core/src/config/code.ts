import { realpath, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isRecord } from '../record.ts'
import { ConfigError, type ConfigFault, type Location } from './fault.ts'
import { describe } from './issue.ts'

/**
 * The default export of a JavaScript or TypeScript file (by Node's own type stripping). Throws a ConfigError for a file
 * that crashes or exports no object. Imported once: cosmiconfig's own loader would run a crashing file a second time.
 */
export async function loadCode(path: string, file: string): Promise<Record<string, unknown>> {
  let url = ''
  let content: unknown
  try {
    const real = await realpath(path)
    // Node keeps what it has imported: a file that has changed is another module.
    url = `${pathToFileURL(real).href}?t=${Math.trunc((await stat(real)).mtimeMs)}`
    const module: { default?: unknown } = await import(url)
    content = await module.default
  } catch (error) {
    throw new ConfigError([{ ...importFault(error, { path, url, file, helper: 'defineConfig' }), key: 'file' }])
  }
  if (isRecord(content)) return content
  const location = { file }
  throw new ConfigError([
    { location, key: 'file', message: `${wrongExport(content)}, as in export default { port: 44497 }` },
  ])
}

function wrongExport(content: unknown): string {
  if (content === undefined) return 'has no default export: write one'
  return typeof content === 'function'
    ? 'exports a function: export the object that it returns'
    : `exports ${describe(content)}: export an object`
}

export interface ImportedFile {
  path: string
  /** As it was imported. */
  url: string
  /** As faults name it. */
  file: string
  /** What such a file imports from `argo-proxy` for the sake of its types. */
  helper: 'defineConfig' | 'definePlugin'
}

/** Why a file of code could not be imported, what to do, and where, as far as the error knows it. */
export function importFault(
  error: unknown,
  imported: ImportedFile,
): Pick<ConfigFault, 'message'> & { location: Location } {
  return { location: crashSite(error, imported), message: crash(error, imported) }
}

function crash(error: unknown, { path, helper }: ImportedFile): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const text = firstLine(error)
  if (code === 'ERR_MODULE_NOT_FOUND' && text.includes("'argo-proxy'")) {
    return `cannot import "argo-proxy" from its folder: run npm install argo-proxy there, or export a plain object without ${helper}`
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return `cannot be read as TypeScript (${text}): use only syntax that Node.js can strip, no enum or namespace`
  }
  if (code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') return `has a syntax error (${text}): correct it there`
  const name = error instanceof Error ? `${error.name}: ` : ''
  const remedy = isModuleInCommonJs(text, path) ? moduleRemedy(extname(path)) : 'correct it there'
  return `failed while it was loaded (${name}${text}): ${remedy}`
}

/** What V8 says of import, export and await at the top of a file that is no module. */
function isModuleInCommonJs(text: string, path: string): boolean {
  if (/^\.m[jt]s$/.test(extname(path))) return false
  return /^(?:Cannot use import statement outside a module|Unexpected token 'export'|await is only valid in)/.test(text)
}

function moduleRemedy(ending: string): string {
  const packageType = /^\.c/.test(ending) ? '' : 'write "type": "module" into the nearest package.json, or '
  return `it is read as CommonJS: ${packageType}let its name end in ${ending.endsWith('ts') ? '.mts' : '.mjs'}`
}

/** The line in the file itself where it failed, if the stack knows it. */
function crashSite(error: unknown, { path, url, file }: ImportedFile): Location {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const lines = stack.split('\n')
  for (const [index, line] of lines.entries()) {
    const name = [url, path].find((candidate) => candidate !== '' && line.includes(candidate))
    const digits = name && /^:(\d+)(?::(\d+))?/.exec(line.slice(line.indexOf(name) + name.length))
    if (!digits?.[1]) continue
    // Of a syntax error the line itself follows, and a mark below it.
    const column = Number(digits[2] ?? (lines[index + 2]?.match(/^\s*(?=\^)/)?.[0].length ?? Number.NaN) + 1)
    return { file, line: Number(digits[1]), ...(column > 0 && { column }) }
  }
  return { file }
}

/** The first line with words of what was thrown. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (
    text
      .split('\n')
      .find((line) => /[a-z]/i.test(line))
      ?.trim() ?? 'no message'
  )
}
