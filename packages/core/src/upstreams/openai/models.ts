import type { Model } from '../../contract/upstream.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { excerptOf } from '../excerpt.ts'
import { countIn, objectsIn } from '../json.ts'

/** `{data: [{id, created, owned_by}]}`; what a server leaves out is filled in. */
export function readModels(body: unknown): Model[] {
  if (!isRecord(body) || !Array.isArray(body.data)) {
    const shown = excerptOf(JSON.stringify(body) ?? '')
    throw proxyError('upstream_invalid_answer', `The upstream did not answer with a list of models, but with: ${shown}`)
  }
  return objectsIn(body.data).flatMap(({ id, created, owned_by }) => {
    if (typeof id !== 'string') return []
    const owner = typeof owned_by === 'string' ? owned_by : 'upstream'
    return [{ id, object: 'model', created: countIn(created) ?? 0, owned_by: owner }]
  })
}
