import type { Tool, ToolChoice } from '../../contract/request.ts'
import { isRecord } from '../../record.ts'
import { withExtra } from '../parse/chat-content.ts'
import { notOneOf, wrongType } from '../parse/fault.ts'
import {
  type Fields,
  readArray,
  readName,
  readOptionalRecord,
  readOptionalString,
  readRecord,
  readString,
  unknownFields,
} from '../parse/fields.ts'
import { freeformAsFunction } from '../parse/freeform-tool.ts'
import { readFunctionTool } from '../parse/function-tool.ts'
import { noTools, type OfferedTools } from '../parse/tool-choice.ts'

const knownOfTool = new Set(['type', 'function'])
const choices = ['none', 'auto', 'required']

/** `tools` of Chat Completions. */
export function readTools(value: unknown): OfferedTools {
  if (value === undefined || value === null) return noTools
  const freeform = new Set<string>()
  const tools = readArray(value, 'tools').map((each, index) => {
    const path = `tools[${index}]`
    const fields = readRecord(each, path)
    switch (readString(fields, 'type', path)) {
      case 'function': {
        const declared = readRecord(fields.function, `${path}.function`)
        return { ...readFunctionTool(declared, `${path}.function`), ...withExtra(unknownFields(fields, knownOfTool)) }
      }
      case 'custom': {
        const tool = readCustomTool(readRecord(fields.custom, `${path}.custom`), `${path}.custom`)
        freeform.add(tool.name)
        return tool
      }
      default:
        throw notOneOf(`${path}.type`, fields.type, ['function', 'custom'])
    }
  })
  return { tools, freeform, omitted: [] }
}

/** The legacy `functions`: tools by another name. */
export function readFunctions(value: unknown): OfferedTools {
  if (value === undefined || value === null) return noTools
  const tools = readArray(value, 'functions').map((each, index) =>
    readFunctionTool(readRecord(each, `functions[${index}]`), `functions[${index}]`),
  )
  return { ...noTools, tools }
}

function readCustomTool(fields: Fields, path: string): Tool {
  const format = readOptionalRecord(fields, 'format', path)
  const grammar = format && readOptionalRecord(format, 'grammar', `${path}.format`)
  return freeformAsFunction(
    readName(fields, 'name', path),
    readOptionalString(fields, 'description', path),
    grammar && {
      syntax: readString(grammar, 'syntax', `${path}.format.grammar`),
      definition: readString(grammar, 'definition', `${path}.format.grammar`),
    },
  )
}

export function readToolChoice(value: unknown): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined
  if (value === 'none' || value === 'auto' || value === 'required') return { type: value }
  if (typeof value === 'string') throw notOneOf('tool_choice', value, choices)
  if (!isRecord(value)) throw wrongType('tool_choice', 'one of a string or an object', value)
  switch (readString(value, 'type', 'tool_choice')) {
    case 'function':
    case 'custom':
      return { type: 'tool', name: readChosenName(value, 'tool_choice') }
    case 'allowed_tools': {
      const path = 'tool_choice.allowed_tools'
      const allowed = readRecord(value.allowed_tools, path)
      const { mode } = allowed
      if (mode !== 'auto' && mode !== 'required') {
        readString(allowed, 'mode', path)
        throw notOneOf(`${path}.mode`, mode, ['auto', 'required'])
      }
      const names = readArray(allowed.tools, `${path}.tools`).map((tool, index) =>
        readChosenName(readRecord(tool, `${path}.tools[${index}]`), `${path}.tools[${index}]`),
      )
      return { type: 'allowed', mode, names }
    }
    default:
      throw notOneOf('tool_choice.type', value.type, ['function', 'custom', 'allowed_tools'])
  }
}

function readChosenName(choice: Fields, path: string): string {
  const key = choice.type === 'custom' ? 'custom' : 'function'
  return readName(readRecord(choice[key], `${path}.${key}`), 'name', `${path}.${key}`)
}

/** The legacy `function_call` of a request. */
export function readFunctionChoice(value: unknown): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined
  if (value === 'none' || value === 'auto') return { type: value }
  if (typeof value === 'string') throw notOneOf('function_call', value, ['none', 'auto'])
  if (!isRecord(value)) throw wrongType('function_call', 'one of a string or an object', value)
  return { type: 'tool', name: readName(value, 'name', 'function_call') }
}
