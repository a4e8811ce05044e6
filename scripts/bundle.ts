import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type OutputChunk, type Plugin, type RolldownOutput, rolldown } from 'rolldown'
import { builtinsOnDemand } from './bundling/builtins.ts'
import { calledFunctions } from './bundling/called-functions.ts'
import { compiledAhead } from './bundling/compiled-ahead.ts'
import { thirdPartyLicenses } from './bundling/third-party-licenses.ts'

/**
 * Puts the package in the working directory into few files, as npm gets it, with the libraries that a start needs: to find
 * and read hundreds of small files was a half of the time that it took. Dependencies of the manifest stay outside, since
 * they are loaded on demand; what is bundled stands in its devDependencies.
 */
const folder = process.cwd()
const from = join(folder, 'dist')
const to = join(folder, 'bundle')
const isCore = basename(folder) === 'core'

/** Bundled, and a dependency all the same: published types import from it. */
const onlyForTypes = ['zod']

const manifest: Record<string, object | undefined> = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
/** yaml for browsers is made of ES modules: only what is used of them is bundled, and none is wrapped into a function. */
const yaml = join(folder, 'node_modules/yaml/browser/index.js')

const outside = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
  (name) => !onlyForTypes.includes(name),
)

/** By their names in the bundle. */
const ofCore = {
  zod: join(from, 'zod.js'),
  'bin/argo-proxy': join(folder, 'bin/argo-proxy.js'),
  'testing/index': join(from, 'testing/index.js'),
  // Started by its path, beside the chunk that starts it.
  'chunks/worker-process': join(from, 'cluster/worker-process.js'),
}

/** The first that takes a module has it, with all that it imports. */
const chunksOfCore = {
  groups: [
    chunk('program', ['cli/main.js']),
    chunk('zod', ['zod.js']),
    chunk('contract', ['index.js']),
    chunk('start', ['cli/start.js', 'server/start-proxy.js']),
  ],
}

function chunk(name: string, entries: readonly string[]) {
  const paths = entries.map((entry) => join(from, entry))
  return { name, test: (id: string) => paths.includes(id) }
}

if (!existsSync(join(from, 'index.js'))) throw new Error(`${from} is not there: run pnpm build first`)
const bundle = await rolldown({
  input: { index: join(from, 'index.js'), ...(isCore && ofCore) },
  resolve: isCore ? { alias: { yaml } } : {},
  external: (id) => id.startsWith('node:') || outside.some((name) => id === name || id.startsWith(`${name}/`)),
  platform: 'node',
  tsconfig: false,
  // A start loads its one chunk anyway.
  checks: { ineffectiveDynamicImport: false },
})
let output = await write()
// The second time with what the first one's start called.
if (isCore) output = await write(compiledAhead(calledFunctions(join(to, 'bin/argo-proxy.js'), chunksOf(output))))
await bundle.close()
const licenses = thirdPartyLicenses(chunksOf(output).flatMap(({ moduleIds }) => moduleIds))
if (licenses !== '') writeFileSync(join(to, 'THIRD-PARTY-LICENSES.txt'), licenses)

async function write(...more: readonly Plugin[]): Promise<RolldownOutput['output']> {
  rmSync(to, { recursive: true, force: true })
  const written = await bundle.write({
    dir: to,
    format: 'esm',
    // Of one byte each in V8's memory; a single other character makes them two.
    charset: 'ascii',
    sourcemap: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: isCore ? chunksOfCore : true,
    plugins: [builtinsOnDemand(), ...more],
  })
  return written.output
}

function chunksOf(files: RolldownOutput['output']): OutputChunk[] {
  return files.filter((file) => file.type === 'chunk')
}
