import { isRecord } from '../record.ts'
import { objectForSchema } from './demo-schema-value.ts'
import { parseJson } from './recorded-request.ts'

/** A tool as it was offered to the model, by prompt or in one of the vendors' forms. */
export interface OfferedTool {
  name: string
  parameters: unknown
}

/** The tools of a `tools` field: OpenAI's, Anthropic's or Google's form. */
export function toolsOfField(value: unknown): OfferedTool[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry) => {
    if (!isRecord(entry)) return []
    const declared = entry.function_declarations ?? entry.functionDeclarations
    if (Array.isArray(declared)) return toolsOfField(declared)
    const tool = isRecord(entry.function) ? entry.function : entry
    if (typeof tool.name !== 'string') return []
    return [{ name: tool.name, parameters: tool.parameters ?? tool.input_schema }]
  })
}

/** The tools that a prompt describes: JSON anywhere in a text that asks for `<tool_call>`. */
export function toolsOfPrompt(text: string): OfferedTool[] {
  if (!text.includes('<tool_call>')) return []
  const declared = jsonValues(text).flatMap((value) => toolsOfField(Array.isArray(value) ? value : [value]))
  return declared.filter(({ parameters }) => parameters !== undefined)
}

/** Every JSON object and list within a text, outermost ones. */
export function jsonValues(text: string): unknown[] {
  const values: unknown[] = []
  for (let at = nextJson(text, 0); at !== -1; ) {
    const end = endOfJson(text, at)
    const value = end === -1 ? undefined : parseJson(text.slice(at, end))
    if (value !== undefined) values.push(value)
    at = nextJson(text, value === undefined ? at + 1 : end)
  }
  return values
}

/** The tool whose name the prompt speaks of most, and arguments for it that its schema allows. */
export function callFor(
  tools: readonly OfferedTool[],
  prompt: string,
): { name: string; arguments: object } | undefined {
  const spoken = new Set(prompt.toLowerCase().match(/[\p{L}\d]+/gu))
  const score = (tool: OfferedTool) => wordsOf(tool.name).filter((word) => spoken.has(word)).length
  const [tool] = [...tools].sort((left, right) => score(right) - score(left))
  return tool && { name: tool.name, arguments: objectForSchema(tool.parameters, prompt) }
}

function wordsOf(name: string): string[] {
  return (
    name
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\d]+/gu) ?? []
  )
}

function nextJson(text: string, from: number): number {
  const opening = /[[{]/g
  opening.lastIndex = from
  return opening.exec(text)?.index ?? -1
}

/** Where the JSON that begins at `from` ends; -1 where it does not. */
function endOfJson(text: string, from: number): number {
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (quoted) {
      if (character === '\\') at += 1
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return -1
}
