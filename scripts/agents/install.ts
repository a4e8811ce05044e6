import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../node_modules/.cache/argo-proxy-agents')

/** Where the programs of installed packages are. */
export const programs = join(folder, 'node_modules/.bin')

/** Installs packages, each `name@version`, that are not there yet. They are large, and no part of the workspace. */
export function install(packages: readonly string[]): void {
  const missing = packages.filter((each) => !isInstalled(each))
  if (missing.length === 0) return
  console.log(`Installing ${missing.join(', ')} into ${folder}`)
  mkdirSync(folder, { recursive: true })
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private": true}')
  const options = ['--no-audit', '--no-fund', '--save-exact', '--loglevel=error']
  execFileSync('npm', ['install', ...options, ...missing], { cwd: folder, stdio: 'inherit', timeout: 15 * 60_000 })
}

function isInstalled(each: string): boolean {
  const at = each.lastIndexOf('@')
  const manifest = join(folder, 'node_modules', each.slice(0, at), 'package.json')
  if (!existsSync(manifest)) return false
  const installed: unknown = JSON.parse(readFileSync(manifest, 'utf8'))
  const version = typeof installed === 'object' && installed !== null && 'version' in installed && installed.version
  return version === each.slice(at + 1)
}
