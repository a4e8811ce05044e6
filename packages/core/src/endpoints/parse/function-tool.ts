import type { Tool } from '../../contract/request.ts'
import { type Fields, readName, readOptionalBoolean, readOptionalRecord, readOptionalString } from './fields.ts'

/** A function that the model may call: `function` of a tool of Chat Completions, a tool of Responses itself. */
export function readFunctionTool(fields: Fields, path: string): Tool {
  const description = readOptionalString(fields, 'description', path)
  const parameters = readOptionalRecord(fields, 'parameters', path)
  const strict = readOptionalBoolean(fields, 'strict', path)
  return {
    name: readName(fields, 'name', path),
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters }),
    ...(strict !== undefined && { strict }),
  }
}
