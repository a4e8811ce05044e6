import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Resolution = { path: string } | { fault: string }

/** Built-in plugins are found from here, whatever folder the configuration lies in. */
const ownRequire = createRequire(import.meta.url)

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
  return {
    fault: `plugin "${name}" is not installed (looked for ${candidates.join(', ')}): run "npm install ${candidates[candidates.length > 1 ? 1 : 0]}", or name a file as "./${name}.ts"`,
  }
}

function isPath(name: string): boolean {
  return /^(?:\.{0,2}[/\\]|[A-Za-z]:[/\\]|file:)/.test(name)
}

function candidatesOf(name: string): string[] {
  if (name.startsWith('@') || name.startsWith('argo-proxy-plugin-')) return [name]
  return [`@argo-proxy/plugin-${name}`, `argo-proxy-plugin-${name}`, name]
}

function resolveFile(name: string, directory: string): Resolution {
  const path = name.startsWith('file:') ? fileURLToPath(name) : resolve(directory, name)
  try {
    return { path: ownRequire.resolve(path) }
  } catch {
    return { fault: `there is no file ${path}: the path is relative to the configuration file that names it` }
  }
}

function tryResolve(require: NodeJS.Require, candidate: string): Resolution | undefined {
  try {
    return { path: require.resolve(candidate) }
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
