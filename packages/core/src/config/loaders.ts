import { basename, extname } from 'node:path'
import type { Loader } from 'cosmiconfig'
import { isRecord } from '../record.ts'
import { loadCode } from './code.ts'
import { ConfigError } from './fault.ts'
import { namesPredecessorFile } from './predecessor-file.ts'
import type { SourceFile } from './source-file.ts'
import { isPlanted } from './trust.ts'
import { parseYaml } from './yaml.ts'

export interface SourceLoaders {
  loaders: Record<string, Loader>
  /** What was read, by absolute path. */
  sources: ReadonlyMap<string, SourceFile>
  /** Files of others that were passed over. */
  planted: readonly string[]
}

/** cosmiconfig's loaders, made so that the positions of what they read are kept. `trusted`: the file was named. */
export function sourceLoaders(fileName: (path: string) => string, trusted: boolean): SourceLoaders {
  const sources = new Map<string, SourceFile>()
  const planted: string[] = []
  const loader =
    (read: (path: string, text: string) => SourceFile | Promise<SourceFile>): Loader =>
    async (path, text) => {
      const isPackage = basename(path) === 'package.json'
      // Most package.json files have nothing for us: not worth parsing, nor a fault where they are broken.
      if (isPackage && !text.includes('"argo"')) return {}
      if (!trusted && (await isPlanted(path))) {
        planted.push(path)
        return isPackage ? {} : null
      }
      const source = await read(path, text)
      sources.set(path, source)
      refuseImports(isPackage && isRecord(source.value) ? source.value.argo : source.value, fileName(path))
      return source.value ?? {}
    }

  const code = loader(async (path) => {
    const file = fileName(path)
    return { value: await loadCode(path, file), faults: [], locate: (key) => (key.length > 0 ? { file } : undefined) }
  })
  const data = loader((path, text) => {
    const format = extname(path) === '.json' ? 'JSON' : 'YAML'
    const version = trusted && namesPredecessorFile(path) ? '1.1' : '1.2'
    const only = basename(path) === 'package.json' ? { only: 'argo' } : {}
    return parseYaml(text, { file: fileName(path), format, version, ...only })
  })
  const loaders = {
    ...Object.fromEntries(['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts'].map((extension) => [extension, code])),
    ...Object.fromEntries(['.json', '.yaml', '.yml', 'noExt', 'default'].map((extension) => [extension, data])),
  }
  return { loaders, sources, planted }
}

/** cosmiconfig would merge other files into this one, and no position would be right any more. */
function refuseImports(value: unknown, file: string): void {
  if (!isRecord(value) || !Object.hasOwn(value, '$import')) return
  const message = 'is not supported: write the settings into one file, or import them in argo.config.ts'
  throw new ConfigError([{ location: { file }, key: '$import', message }])
}
