import type { Tool, ToolChoice } from '../../contract/request.ts'
import { isRecord } from '../../record.ts'
import { notOneOf, wrongType } from '../parse/fault.ts'
import {
  type Fields,
  readArray,
  readName,
  readOptionalRecord,
  readOptionalString,
  readRecord,
  readString,
} from '../parse/fields.ts'
import { freeformAsFunction } from '../parse/freeform-tool.ts'
import { readFunctionTool } from '../parse/function-tool.ts'
import { forcedOmitted, type OfferedTools } from '../parse/tool-choice.ts'

/** The tools of a Responses request. */
export interface ResponseTools extends OfferedTools {
  /** Those that are offered to the model, as the Response object shows them. */
  shown: Fields[]
  /** Of each of them, its place in the request. */
  places: number[]
}

/**
 * `tools` of Responses. Those that OpenAI runs by itself (web_search, image_generation, ...) and groups of tools are left
 * out and named: agents always offer some, and do without them.
 */
export function readResponseTools(value: unknown): ResponseTools {
  const tools: Tool[] = []
  const freeform = new Set<string>()
  const omitted: string[] = []
  const shown: Fields[] = []
  const places: number[] = []
  for (const [index, each] of readArray(value ?? [], 'tools').entries()) {
    const path = `tools[${index}]`
    const fields = readRecord(each, path)
    const type = readString(fields, 'type', path)
    if (type === 'function') {
      const tool = readFunctionTool(fields, path)
      const { description = null, parameters = null, strict = null } = tool
      tools.push(tool)
      places.push(index)
      shown.push({ ...fields, description, parameters, strict })
    } else if (type === 'custom') {
      const tool = readCustomTool(fields, path)
      freeform.add(tool.name)
      tools.push(tool)
      places.push(index)
      shown.push(fields)
    } else {
      omitted.push(nameOfOmitted(type, fields))
    }
  }
  return { tools, freeform, omitted, shown, places }
}

function readCustomTool(fields: Fields, path: string): Tool {
  const format = readOptionalRecord(fields, 'format', path)
  const grammar = format?.type === 'grammar' && {
    syntax: readString(format, 'syntax', `${path}.format`),
    definition: readString(format, 'definition', `${path}.format`),
  }
  const description = readOptionalString(fields, 'description', path)
  return freeformAsFunction(readName(fields, 'name', path), description, grammar || undefined)
}

/** For a header: what is no token of HTTP is not in it. */
function nameOfOmitted(type: string, { name, server_label }: Fields): string {
  const detail = [name, server_label].find((each) => typeof each === 'string')
  return (detail === undefined ? type : `${type}:${detail}`).replace(/[^\w.:-]/g, '_').slice(0, 80)
}

/** `tool_choice` of Responses. Throws where it forces a tool that is left out. */
export function readResponseToolChoice(value: unknown): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined
  if (value === 'none' || value === 'auto' || value === 'required') return { type: value }
  if (typeof value === 'string') throw notOneOf('tool_choice', value, ['none', 'auto', 'required'])
  if (!isRecord(value)) throw wrongType('tool_choice', 'one of a string or an object', value)
  const type = readString(value, 'type', 'tool_choice')
  if (type === 'function' || type === 'custom') return { type: 'tool', name: readName(value, 'name', 'tool_choice') }
  if (type !== 'allowed_tools') throw forcedOmitted(nameOfOmitted(type, value))
  const { mode } = value
  if (mode !== 'auto' && mode !== 'required') {
    readString(value, 'mode', 'tool_choice')
    throw notOneOf('tool_choice.mode', mode, ['auto', 'required'])
  }
  // Of the tools that are left out none can be allowed: those have a type and perhaps no name.
  const names = readArray(value.tools, 'tool_choice.tools').flatMap((tool, index) => {
    const { name } = readRecord(tool, `tool_choice.tools[${index}]`)
    return typeof name === 'string' ? [name] : []
  })
  return { type: 'allowed', mode, names }
}
