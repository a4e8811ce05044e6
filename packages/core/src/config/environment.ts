import { closest } from './did-you-mean.ts'
import type { ConfigFault } from './fault.ts'
import { type KeyDescription, keys } from './keys.ts'
import type { Setting } from './setting.ts'

const prefix = 'ARGO_PROXY_'

/** Variables that Kubernetes sets by itself where a service has our name. */
const serviceVariable = /^ARGO_PROXY_(SERVICE_|PORT_\d)/

const variables: ReadonlyMap<string, KeyDescription> = new Map(
  keys.filter(({ kind }) => kind !== 'list' && kind !== 'mapping').map((key) => [variableOf(key), key]),
)

/** `ARGO_PROXY_UPSTREAM_BASE_URL` for `upstream.base_url`. */
export function variableOf({ path }: Pick<KeyDescription, 'path'>): string {
  return prefix + path.join('_').toUpperCase()
}

/** The settings of `ARGO_PROXY_*`; an empty variable counts as none. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): {
  settings: Setting[]
  warnings: ConfigFault[]
} {
  const settings: Setting[] = []
  const warnings: ConfigFault[] = []
  for (const [variable, raw = ''] of Object.entries(environment)) {
    const text = raw.trim()
    if (!variable.startsWith(prefix) || serviceVariable.test(variable) || text === '') continue
    if (variable === 'ARGO_PROXY_PORT' && /^\w+:\/\//.test(text)) continue
    const key = variables.get(variable)
    if (key) {
      settings.push({ path: key.path, value: parse(text, key.kind), origin: { from: 'environment', variable } })
    } else {
      // The prefix would make any two names look alike.
      const near = closest(
        variable.slice(prefix.length),
        [...variables.keys()].map((name) => name.slice(prefix.length)),
      )
      const hint = near ? `, did you mean "${prefix}${near}"?` : ': only keys with one value have a variable'
      warnings.push({ key: variable, message: `is not read by anything${hint}` })
    }
  }
  return { settings, warnings }
}

/** What cannot be parsed stays a text: validation says what is wrong with it. */
function parse(text: string, kind: KeyDescription['kind']): unknown {
  if (kind === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (kind !== 'boolean') return text
  if (/^(true|1|yes|on)$/i.test(text)) return true
  return /^(false|0|no|off)$/i.test(text) ? false : text
}
