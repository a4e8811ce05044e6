import type { ResponseFormat } from '../../contract/request.ts'
import { notOneOf } from './fault.ts'
import {
  type Fields,
  readName,
  readOptionalBoolean,
  readOptionalRecord,
  readOptionalString,
  readRecord,
} from './fields.ts'

/**
 * `response_format` of Chat Completions, or `text.format` of Responses: the same, but for where the schema's fields stand.
 */
export function readResponseFormat(value: unknown, path: string, form: 'nested' | 'flat'): ResponseFormat | undefined {
  if (value === undefined || value === null) return undefined
  const format = readRecord(value, path)
  switch (format.type) {
    case 'text':
      return { type: 'text' }
    case 'json_object':
      return { type: 'json-object' }
    case 'json_schema':
      return form === 'flat'
        ? readJsonSchema(format, path)
        : readJsonSchema(readRecord(format.json_schema, `${path}.json_schema`), `${path}.json_schema`)
    default:
      readName(format, 'type', path)
      throw notOneOf(`${path}.type`, format.type, ['json_object', 'json_schema', 'text'])
  }
}

function readJsonSchema(fields: Fields, path: string): ResponseFormat {
  const strict = readOptionalBoolean(fields, 'strict', path)
  const description = readOptionalString(fields, 'description', path)
  return {
    type: 'json-schema',
    name: readName(fields, 'name', path),
    schema: readOptionalRecord(fields, 'schema', path) ?? {},
    ...(strict !== undefined && { strict }),
    ...(description !== undefined && { description }),
  }
}
