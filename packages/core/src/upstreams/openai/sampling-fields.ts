import type { ChatRequest } from '../../contract/request.ts'
import type { JsonObject } from '../json.ts'

/** The fields that both of OpenAI's older endpoints have under the same names. */
export function writeSampling(request: ChatRequest): JsonObject {
  const fields: JsonObject = {}
  if (request.temperature !== undefined) fields.temperature = request.temperature
  if (request.topP !== undefined) fields.top_p = request.topP
  if (request.presencePenalty !== undefined) fields.presence_penalty = request.presencePenalty
  if (request.frequencyPenalty !== undefined) fields.frequency_penalty = request.frequencyPenalty
  if (request.seed !== undefined) fields.seed = request.seed
  if (request.stop !== undefined) fields.stop = request.stop
  if (request.n !== undefined) fields.n = request.n
  if (request.user !== undefined) fields.user = request.user
  return fields
}
