import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The licences of the packages that these modules belong to, one after the other; empty where they are all our own. */
export function thirdPartyLicenses(modules: readonly string[]): string {
  const folders = new Set(modules.filter((module) => module.includes('node_modules')).map(packageFolder))
  return [...folders]
    .map(licenseOf)
    .sort()
    .join(`\n${'-'.repeat(80)}\n\n`)
}

function packageFolder(module: string): string {
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    // Packages have further ones below them that only say how a folder's modules are to be read.
    if (existsSync(join(folder, 'package.json')) && 'version' in manifestOf(folder)) return folder
  }
  throw new Error(`${module} belongs to no package`)
}

function licenseOf(folder: string): string {
  const { name, version } = manifestOf(folder)
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined) throw new Error(`${name} ${version} has no licence text: it cannot be bundled`)
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

function manifestOf(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
