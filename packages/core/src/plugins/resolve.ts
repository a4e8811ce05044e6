import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { closest } from '../config/did-you-mean.ts'

export type Resolution = { path: string } | { fault: string }

/** Built-in plugins are found from here, whatever folder the configuration lies in. */
const ownRequire = createRequire(import.meta.url)
const builtIn = ['real-stream', 'pseudo-stream', 'tools']
const scope = '@argo-proxy/plugin-'

/**
 * A plugin's name in the configuration as the path of a file. Nothing is imported, so that a crash inside a plugin never
 * reads as "not found".
 *
 * `./x.ts` and absolute paths: relative to the configuration's directory. `name`: `@argo-proxy/plugin-name`, then
 * `argo-proxy-plugin-name`, then the package of that name. `@scope/name`: that package.
 */
export function resolvePlugin(name: string, directory: string): Resolution {
  if (isPath(name)) return resolveFile(name, directory)
  const fromConfiguration = createRequire(join(directory, 'plugin.js'))
  const candidates = candidatesOf(name)
  for (const candidate of candidates) {
    for (const require of [fromConfiguration, ownRequire]) {
      const found = tryResolve(require, candidate)
      if (found) return found
    }
  }
  return { fault: notFound(name, directory, candidates) }
}

/** A name that is nearly a built-in one is no reason to install a stranger's package. */
function notFound(name: string, directory: string, candidates: readonly string[]): string {
  if (isFile(resolve(directory, name)))
    return `"${name}" is looked for among the packages: for the file write "./${name}"`
  const prefix = name.startsWith(scope) ? scope : ''
  const near = closest(name.slice(prefix.length).replaceAll('_', '-'), builtIn)
  if (near !== undefined) return `plugin "${name}" is not installed, did you mean "${prefix}${near}"?`
  const file = /\.[cm]?[jt]s$/.test(name) ? name : `${name}.ts`
  return `plugin "${name}" is not installed (looked for ${candidates.join(', ')}): run "npm install ${candidates[candidates.length > 1 ? 1 : 0]}", or name a file as "./${file}"`
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function isPath(name: string): boolean {
  return /^(?:\.{0,2}[/\\]|[A-Za-z]:[/\\]|file:)/.test(name)
}

function candidatesOf(name: string): string[] {
  if (name.startsWith('@') || name.startsWith('argo-proxy-plugin-')) return [name]
  return [`${scope}${name}`, `argo-proxy-plugin-${name}`, name]
}

function resolveFile(name: string, directory: string): Resolution {
  let path = name
  try {
    path = name.startsWith('file:') ? fileURLToPath(name) : resolve(directory, name)
    return { path: ownRequire.resolve(path) }
  } catch {
    return { fault: `there is no file ${path}: the path is relative to the configuration file that names it` }
  }
}

function tryResolve(require: NodeJS.Require, candidate: string): Resolution | undefined {
  try {
    const path = require.resolve(candidate)
    if (isAbsolute(path)) return { path }
    return {
      fault: `"${candidate}" is a module of Node.js and no plugin: name a plugin, or a file as "./${candidate}.ts"`,
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
      return {
        fault: `package "${candidate}" exports no main entry with a "default" condition: its author has to add one`,
      }
    }
    if (code === 'ERR_INVALID_PACKAGE_CONFIG') return { fault: `package "${candidate}" has a broken package.json` }
    return undefined
  }
}
