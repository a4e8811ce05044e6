import type { EmbeddingsAnswer, EmbeddingsRequest } from '../../contract/embeddings.ts'
import { proxyError } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { excerptOf } from '../excerpt.ts'
import { float32Base64 } from '../float32-base64.ts'
import { readErrorInAnswer } from '../read-error.ts'
import { accountError, compareWithNotice } from './account-notice.ts'
import { unsupported } from './fields.ts'

/** The texts of a request. Throws a ProxyError (400) for token lists and `dimensions`. */
export function embeddingPrompt({ input, dimensions }: EmbeddingsRequest): string[] {
  if (dimensions !== undefined) throw unsupported('dimensions', 'leave it out and cut the vectors yourself')
  return input.map((text, index) => {
    if (typeof text === 'string') return text
    throw proxyError('unsupported_value', 'ARGO embeds text only, no tokens: send the text itself.', {
      param: `input[${index}]`,
    })
  })
}

/** Reads `{"embedding": [[...], ...]}`, one vector for each text. Tokens are not counted on this wire: 0. */
export function readEmbeddings(request: EmbeddingsRequest, origin: string, body: unknown): EmbeddingsAnswer {
  const vectors = isRecord(body) && Array.isArray(body.embedding) ? body.embedding : undefined
  // One text may be answered with its vector alone.
  const list = vectors?.every((value) => typeof value === 'number') && vectors.length > 0 ? [vectors] : vectors
  if (!list?.every(isVector) || list.length !== request.input.length) throw invalid(body, origin, request.input.length)
  return {
    object: 'list',
    data: list.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: request.encodingFormat === 'base64' ? float32Base64(vector) : vector,
    })),
    model: request.model,
    usage: { prompt_tokens: 0, total_tokens: 0 },
  }
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number')
}

function invalid(body: unknown, origin: string, expected: number): Error {
  const text = JSON.stringify(body) ?? ''
  const said = isRecord(body) ? body.response : body
  if (typeof said === 'string' && compareWithNotice(said) === 'notice') return accountError(said)
  if (isRecord(body) && ('error' in body || 'detail' in body)) return readErrorInAnswer(origin, text)
  const message = `The upstream did not answer with ${expected} embeddings, but with: ${excerptOf(text)}`
  return proxyError('upstream_invalid_answer', message)
}
