import type { EmbeddingsRequest } from '../contract/embeddings.ts'
import { z } from '../zod.ts'
import { readPrompts } from './completion/prompts.ts'
import { wrongValue } from './parse/fault.ts'
import { unknownFields } from './parse/fields.ts'
import { optional, parameters, readBody, readParameters, wholeNumber } from './parse/parameters.ts'

const flat = parameters(
  () => ({
    model: z.string().check(z.minLength(1)),
    encoding_format: optional(z.enum(['float', 'base64'])),
    dimensions: wholeNumber(1),
    user: optional(z.string()),
  }),
  ['input'],
)

/** The body of `POST /v1/embeddings`. Throws a ProxyError (400, with `param`) for one that is not of the format. */
export function parseEmbeddings(body: unknown): EmbeddingsRequest {
  const { schema, known } = flat()
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
