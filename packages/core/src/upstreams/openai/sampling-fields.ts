import type { ChatRequest } from '../../contract/request.ts'
import type { JsonObject } from '../json.ts'

/** The fields that both of OpenAI's older endpoints have under the same names. */
export function writeSampling(request: ChatRequest): JsonObject {
  const fields: JsonObject = {
    temperature: request.temperature,
    top_p: request.topP,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    seed: request.seed,
    stop: request.stop,
    n: request.n,
    user: request.user,
  }
  for (const name of Object.keys(fields)) if (fields[name] === undefined) delete fields[name]
  return fields
}
