import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../../../packages', import.meta.url))
const cache = fileURLToPath(new URL('../../../node_modules/.cache/argo-proxy-installed', import.meta.url))

let installed: string | undefined

/**
 * Packs what was built as for npm, and installs it into an empty folder: the files that a user starts are fewer than those
 * of the workspace. Does so once, and gives the path of the program.
 */
export function installArgoProxy(): string {
  installed ??= install()
  return installed
}

function install(): string {
  const tarballs = join(cache, 'tarballs')
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(tarballs, { recursive: true })
  for (const name of readdirSync(packages)) {
    run('npx', ['-y', 'pnpm@12', 'pack', '--pack-destination', tarballs], join(packages, name))
  }
  writeFileSync(join(cache, 'package.json'), '{"private": true}')
  const files = readdirSync(tarballs).map((file) => join(tarballs, file))
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel', 'error', ...files], cache)
  return join(cache, 'node_modules', 'argo-proxy', 'bundle', 'bin', 'argo-proxy.js')
}

function run(command: string, args: string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], timeout: 120_000 })
}
