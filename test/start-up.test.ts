import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../packages/core/bin/argo-proxy.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-start-up-'))
const hook = join(folder, 'list-modules.mjs')

/** Writes the list when the program ends, or when it says that it listens: what is loaded after that costs no start. */
writeFileSync(
  hook,
  `import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
const urls = []
registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context) } })
const tell = () => writeFileSync(process.env.MODULES_FILE, JSON.stringify({ urls, internal: process.moduleLoadList }))
process.on('exit', tell)
const write = process.stdout.write
process.stdout.write = function (text, ...more) {
  if (String(text).includes('listening on')) process.exit(0)
  return write.call(process.stdout, text, ...more)
}
`,
)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Loaded {
  /** Of this program's packages, as in `core/server/app`. */
  own: string[]
  /** The names of other packages, each once. */
  packages: string[]
  /** All modules that are files. */
  count: number
  /** Of Node: as in `internal/deps/undici/undici`. */
  internal: string[]
}

/** What a run of the real program has loaded when it ends, or when it listens. */
async function run(args: string[]): Promise<Loaded> {
  const file = join(folder, `${args.join('_').replaceAll(/\W/g, '-')}.json`)
  const environment = { ...process.env, MODULES_FILE: file, XDG_CACHE_HOME: folder, NODE_OPTIONS: '' }
  const child = spawn(process.execPath, ['--import', hook, program, ...args], { cwd: folder, env: environment })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  child.stdout.resume()
  const status = await new Promise((resolve) => child.on('close', resolve))
  if (status !== 0) throw new Error(errors)
  const { urls, internal }: { urls: string[]; internal: string[] } = JSON.parse(readFileSync(file, 'utf8'))
  const files = urls.filter((url) => url.startsWith('file:'))
  return {
    own: files.flatMap((url) => /\/packages\/(?!.*node_modules)(.*?)\.js/.exec(url)?.[1]?.replace('/dist/', '/') ?? []),
    packages: [...new Set(files.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))],
    count: files.length,
    internal: internal.map((name) => name.replace(/^NativeModule /, '')),
  }
}

describe('what is loaded', () => {
  test('--help loads the command line alone', async () => {
    const { own, packages, count } = await run(['--help'])
    expect(own.filter((name) => !/^core\/(bin|cli|contract|redact|config\/(did-you-mean|fault))/.test(name))).toEqual(
      [],
    )
    expect(packages.toSorted()).toEqual(['commander', 'fastest-levenshtein'])
    expect(count).toBeLessThanOrEqual(22)
  })

  test('start loads what it needs to listen, and nothing that only a request needs', async () => {
    const { own, packages, count, internal } = await run(['start', '--quiet', '--port', '0'])
    expect(own).toEqual(expect.arrayContaining(['core/server/start-proxy', 'plugin-tools/index']))
    expect(packages.toSorted()).toEqual(['commander', 'cosmiconfig', 'env-paths', 'fastest-levenshtein', 'yaml', 'zod'])
    expect(own.filter((name) => /^core\/(testing|cluster)\//.test(name))).toEqual([])
    // Node's fetch and TLS: an import of 'node:http' would load the one, an agent for https the other.
    expect(internal.filter((name) => /undici|^tls$|^https$/.test(name))).toEqual([])
    // In the workspace; the published packages are bundled.
    expect(count).toBeLessThanOrEqual(465)
  })
})
