import type { Model } from '../../contract/upstream.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { excerptOf } from '../excerpt.ts'
import { familyOf } from '../family.ts'
import { countIn, objectsIn } from '../json.ts'
import { knownModels } from './models.ts'

/** A row of ARGO's list, whichever of its two forms it came in. */
export interface ListedModel {
  internal: string
  display: string
  owner?: string
  created?: number
}

/** `{data: [...]}` or a bare list, of `{id: internal, model_name: display}` or `{id: display, internal_id: internal}`. */
export function readModelRows(body: unknown): ListedModel[] {
  const list = isRecord(body) ? body.data : body
  const rows = objectsIn(list).flatMap((row) => {
    if (typeof row.id !== 'string' || row.id === '') return []
    const internal = typeof row.internal_id === 'string' ? row.internal_id : row.id
    const display = typeof row.model_name === 'string' ? row.model_name : row.id
    const owner = typeof row.owned_by === 'string' ? row.owned_by : undefined
    return [{ internal, display, owner, created: countIn(row.created) }]
  })
  if (rows.length > 0) return rows
  const shown = excerptOf(JSON.stringify(body) ?? '')
  throw proxyError('upstream_invalid_answer', `The upstream's model list has no model in it: ${shown}`)
}

/** The public names of a listed model, the shown one first: `gpt-o3-mini` and `o3-mini`, Claude's both ways round. */
export function namesOf({ internal, display }: ListedModel): string[] {
  const name = display.trim().toLowerCase().replace(/\s+/g, '-')
  const names = [name]
  if (/^gpto\d/.test(internal)) names.unshift(name.startsWith('gpt-') ? name.slice(4) : `gpt-${name}`)
  const [, version, kind, rest = ''] = /^claude-([\d.]+)-(opus|sonnet|haiku)(.*)$/.exec(name) ?? []
  if (version) names.push(`claude-${kind}-${version}${rest}`)
  const [, turned, number, end = ''] = /^claude-(opus|sonnet|haiku)-([\d.]+)(.*)$/.exec(name) ?? []
  if (turned) names.push(`claude-${number}-${turned}${end}`)
  return names
}

/** OpenAI's list: every public name, with `argo:` before it. Embedding models that ARGO does not list are added. */
export function publicModels(rows: readonly ListedModel[]): Model[] {
  const listed = new Set(rows.map(({ internal }) => internal))
  const unlisted = knownModels.filter(({ embedding, internal }) => embedding && !listed.has(internal))
  const models = new Map<string, Model>()
  const add = (id: string, owner: string, created = 0) => {
    if (!models.has(id)) models.set(id, { id, object: 'model', created, owned_by: owner })
  }
  for (const row of rows) {
    const owner = row.owner ?? ownerOf(row.internal)
    for (const name of namesOf(row)) add(`argo:${name}`, owner, row.created)
  }
  for (const { names } of unlisted) for (const name of names) add(`argo:${name}`, 'openai')
  return [...models.values()]
}

function ownerOf(internal: string): string {
  const family = familyOf(internal)
  return family === 'other' ? 'argo' : family
}
