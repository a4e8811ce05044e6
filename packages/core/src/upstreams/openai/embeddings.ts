import type { EmbeddingsAnswer, EmbeddingsRequest } from '../../contract/embeddings.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { excerptOf } from '../excerpt.ts'
import { float32Base64, vectorOfBase64 } from '../float32-base64.ts'
import { countIn, type JsonObject, objectsIn } from '../json.ts'
import { readErrorInAnswer } from '../read-error.ts'

export function writeEmbeddings(request: EmbeddingsRequest, user: string | undefined): JsonObject {
  const { model, input, encodingFormat, dimensions, extra } = request
  const body: JsonObject = { model, input: input.length === 1 ? input[0] : input }
  if (encodingFormat === 'base64') body.encoding_format = 'base64'
  if (dimensions !== undefined) body.dimensions = dimensions
  if (user !== undefined) body.user = user
  return { ...body, ...extra }
}

/** Reads OpenAI's list. Indexes rise from 0, and the vectors are in the form that the client asked for. */
export function readEmbeddings(request: EmbeddingsRequest, origin: string, body: unknown): EmbeddingsAnswer {
  const rows = isRecord(body) && Array.isArray(body.data) ? objectsIn(body.data) : undefined
  if (!isRecord(body) || rows === undefined || rows.length !== request.input.length) throw invalid(body, origin)
  const ordered = rows.map((row, place) => ({ row, place: countIn(row.index) ?? place })).sort(byPlace)
  const usage = isRecord(body.usage) ? body.usage : {}
  const promptTokens = countIn(usage.prompt_tokens) ?? countIn(usage.total_tokens) ?? 0
  return {
    object: 'list',
    data: ordered.map(({ row }, index) => {
      const embedding = encode(row.embedding, request.encodingFormat)
      if (embedding === undefined) throw invalid(body, origin)
      return { object: 'embedding', index, embedding }
    }),
    model: typeof body.model === 'string' ? body.model : request.model,
    usage: { prompt_tokens: promptTokens, total_tokens: countIn(usage.total_tokens) ?? promptTokens },
  }
}

/** Stable: where a server gives the same index to all, their order counts. */
function byPlace(left: { place: number }, right: { place: number }): number {
  return left.place - right.place
}

function encode(value: unknown, format: 'float' | 'base64'): number[] | string | undefined {
  if (typeof value === 'string') return format === 'base64' ? value : vectorOfBase64(value)
  if (!isVector(value)) return undefined
  return format === 'base64' ? float32Base64(value) : value
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number')
}

function invalid(body: unknown, origin: string): Error {
  const text = JSON.stringify(body) ?? ''
  if (isRecord(body) && isRecord(body.error)) return readErrorInAnswer(origin, text)
  return proxyError(
    'upstream_invalid_answer',
    `The upstream did not answer with embeddings, but with: ${excerptOf(text)}`,
  )
}
