import { z } from 'zod'
import type { EmbeddingsRequest } from '../contract/format.ts'
import { readPrompts } from './completion/prompts.ts'
import { wrongValue } from './parse/fault.ts'
import { unknownFields } from './parse/fields.ts'
import { optional, readBody, readParameters } from './parse/parameters.ts'

const schema = z.object({
  model: z.string().min(1),
  encoding_format: optional(z.enum(['float', 'base64'])),
  dimensions: optional(z.int().min(1)),
  user: optional(z.string()),
})
const known = new Set([...Object.keys(schema.shape), 'input'])

/** The body of `POST /v1/embeddings`. Throws a ProxyError (400, with `param`) for one that is not of the format. */
export function parseEmbeddings(body: unknown): EmbeddingsRequest {
  const fields = readBody(body)
  const { model, encoding_format, dimensions, user } = readParameters(schema, fields)
  const input = readPrompts(fields.input, 'input')
  const empty = input.indexOf('')
  if (empty >= 0) {
    const param = Array.isArray(fields.input) ? `input[${empty}]` : 'input'
    throw wrongValue(param, `Invalid '${param}': input cannot be an empty string.`)
  }
  return {
    model,
    input,
    encodingFormat: encoding_format ?? 'float',
    dimensions,
    user,
    extra: unknownFields(fields, known) ?? {},
  }
}
