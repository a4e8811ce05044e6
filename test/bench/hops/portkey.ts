import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Program, startProgram } from '../processes/program.ts'
import { freePort, NotHere, type RunningHop } from './hop.ts'
import { untilListening } from './until-listening.ts'

export const portkeyVersion = '1.15.2'
const cache = fileURLToPath(new URL('../../../node_modules/.cache/argo-proxy-bench', import.meta.url))
const program = `${cache}/node_modules/@portkey-ai/gateway/build/start-server.js`

/**
 * Newer versions of its HTTP server than this one make the gateway answer every stream with status 500 ("immutable"): with
 * this one it streams.
 */
const manifest = JSON.stringify({
  private: true,
  dependencies: { '@portkey-ai/gateway': portkeyVersion },
  overrides: { '@hono/node-server': '1.13.8' },
})

/** @portkey-ai/gateway is no dependency of the workspace: the benchmark gets it from npm into a cache. */
function install(): void {
  const manifestFile = `${cache}/package.json`
  if (existsSync(program) && readFileSync(manifestFile, 'utf8') === manifest) return
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  writeFileSync(manifestFile, manifest)
  const flags = ['--prefix', cache, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error']
  spawnSync('npm', ['install', ...flags], { timeout: 120_000 })
  if (!existsSync(program)) throw new NotHere('@portkey-ai/gateway could not be installed with npm')
}

/** Starts the process; it listens a little later. */
export function launchPortkey(port: number): Program {
  install()
  return startProgram(process.execPath, [program, `--port=${port}`, '--headless'], { NODE_ENV: 'production' })
}

export async function startPortkey(): Promise<RunningHop> {
  const port = await freePort()
  const gateway = launchPortkey(port)
  await untilListening(gateway, port)
  return { ...gateway, port }
}
