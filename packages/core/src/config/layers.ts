import { isRecord } from '../record.ts'
import { keys } from './keys.ts'
import type { Origin } from './loaded-config.ts'
import type { Setting } from './setting.ts'
import type { Path } from './source-file.ts'

export interface Layers {
  /** All values on top of each other, not yet validated. */
  value: Record<string, unknown>
  origins: Map<string, Origin>
}

/** Where a higher layer says one of the two, the other one of a lower layer no longer counts. */
const rivals = [
  ['verbose', 'quiet'],
  ['upstream.api_key', 'upstream.api_key_env'],
] as const

const chatUrl = /\/api\/v1\/resource\/(stream)?chat\/*$/

/** Lays the environment over the file and the command line over both. */
export function layer(
  file: Record<string, unknown>,
  originOf: (path: Path) => Origin,
  above: readonly (readonly Setting[])[],
): Layers {
  const layers: Layers = { value: file, origins: new Map() }
  for (const { path, name } of keys) if (valueAt(file, path) !== undefined) layers.origins.set(name, originOf(path))
  for (const settings of above) {
    dropRivals(layers, settings)
    for (const setting of settings) {
      if (!setting.fallback || valueAt(layers.value, setting.path) === undefined) put(layers, setting)
    }
  }
  deriveBaseUrl(layers)
  return layers
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, part) => {
    if (Array.isArray(current)) return current[Number(part)]
    return isRecord(current) ? current[part] : undefined
  }, value)
}

function put(layers: Layers, { path, value, origin }: Setting): void {
  const [first, second] = path
  if (first === undefined) return
  const group = layers.value[first]
  if (second === undefined) layers.value = { ...layers.value, [first]: value }
  // A group that is no mapping is a fault of the file, which must not vanish below this value.
  else if (group === undefined || isRecord(group))
    layers.value = { ...layers.value, [first]: { ...group, [second]: value } }
  for (const key of keys.filter(({ path: below }) => path.every((part, index) => below[index] === part))) {
    if (valueAt(layers.value, key.path) === undefined) layers.origins.delete(key.name)
    else layers.origins.set(key.name, origin)
  }
}

function dropRivals(layers: Layers, settings: readonly Setting[]): void {
  const says = (name: string): boolean => settings.some(({ path, value }) => path.join('.') === name && value !== false)
  for (const [left, right] of rivals) {
    const loser = says(left) && !says(right) ? right : says(right) && !says(left) ? left : undefined
    const origin = loser !== undefined && layers.origins.get(loser)
    if (loser && origin) put(layers, { path: loser.split('.'), value: undefined, origin })
  }
}

/** Who names ARGO's chat URL alone means all of that gateway, not the default one for the rest. */
function deriveBaseUrl(layers: Layers): void {
  if (valueAt(layers.value, ['upstream', 'base_url']) !== undefined) return
  for (const name of ['argo_url', 'argo_stream_url']) {
    const url = valueAt(layers.value, ['upstream', name])
    const origin = layers.origins.get(`upstream.${name}`)
    if (typeof url !== 'string' || !origin || !chatUrl.test(url) || !URL.canParse(url)) continue
    put(layers, { path: ['upstream', 'base_url'], value: url.replace(chatUrl, ''), origin })
    return
  }
}
