import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { loadedModules } from './support/loaded-modules.ts'

const program = fileURLToPath(new URL('../packages/core/bin/argo-proxy.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-start-up-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Loaded {
  /** Of this program's packages, as in `core/server/app`. */
  own: string[]
  /** The names of other packages, each once. */
  packages: string[]
  /** How many modules of theirs, each a file that is read and compiled. */
  ofPackages: number
  /** Of Node. */
  internal: string[]
}

async function run(args: string[]): Promise<Loaded> {
  const { files, internal } = await loadedModules(program, args, folder)
  return {
    own: files.flatMap((url) => /\/packages\/(?!.*node_modules)(.*?)\.js/.exec(url)?.[1]?.replace('/dist/', '/') ?? []),
    packages: [...new Set(files.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))],
    ofPackages: files.filter((url) => url.includes('/node_modules/')).length,
    internal,
  }
}

describe('what is loaded', () => {
  test('--help loads the command line alone', async () => {
    const { own, packages, ofPackages } = await run(['--help'])
    expect(
      own.filter((name) => !/^core\/(bin|cli|contract|redact|config\/(did-you-mean|fault|version))/.test(name)),
    ).toEqual([])
    expect(packages.toSorted()).toEqual(['commander', 'fastest-levenshtein'])
    expect(own.length + ofPackages).toBeLessThanOrEqual(20)
  })

  test('start loads what it needs to listen, and nothing that only a request needs', async () => {
    const { own, packages, ofPackages, internal } = await run(['start', '--quiet', '--port', '0'])
    expect(own).toEqual(expect.arrayContaining(['core/server/start-proxy', 'plugin-tools/index']))
    expect(packages.toSorted()).toEqual(['commander', 'cosmiconfig', 'env-paths', 'fastest-levenshtein', 'yaml', 'zod'])
    expect(own.filter((name) => /^core\/(testing|cluster)\//.test(name))).toEqual([])
    // Node's fetch, TLS and cryptography: an import of 'node:http' would load the first, an agent for https the second.
    expect(internal.filter((name) => /undici|^tls$|^https$|^crypto$|^zlib$/.test(name))).toEqual([])
    // Those of this program are one file when they are published: see installed-packages.test.ts.
    expect(ofPackages).toBeLessThanOrEqual(181)
  })
})
