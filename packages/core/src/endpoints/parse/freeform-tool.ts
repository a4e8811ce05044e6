import type { Tool } from '../../contract/request.ts'
import { isRecord } from '../../record.ts'

/** The grammar that a freeform tool's input has to follow. */
export interface InputGrammar {
  syntax: string
  definition: string
}

/**
 * A freeform ("custom") tool takes bare text where a function takes JSON. Upstreams know functions only: it is offered as
 * one with a single string, `input`, and a call of it is given back to the client as the custom call that it expects.
 */
export function freeformAsFunction(
  name: string,
  description: string | undefined,
  grammar: InputGrammar | undefined,
): Tool {
  const rule = grammar && `The input must follow this ${grammar.syntax} grammar:\n${grammar.definition}`
  return {
    name,
    ...(description || rule ? { description: [description, rule].filter(Boolean).join('\n\n') } : {}),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
      required: ['input'],
      additionalProperties: false,
    },
  }
}

export function freeformArguments(input: string): string {
  return JSON.stringify({ input })
}

/** The bare text of a call, or what has come of it. What is not the JSON that was asked for is taken as the text itself. */
export function freeformInput(callArguments: string): string {
  try {
    const value: unknown = JSON.parse(callArguments)
    if (isRecord(value) && typeof value.input === 'string') return value.input
    return typeof value === 'string' ? value : callArguments
  } catch {
    return inputOfCut(callArguments) ?? callArguments
  }
}

const opening = '{"input":"'
/** JSON as far as the end of its text, and of an escape that is not whole. Line breaks are taken as models write them. */
const cutJson =
  /^\s*\{\s*"input"\s*:\s*"([^"\\]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\]*)*)(?:\\(?:u[\da-fA-F]{0,3})?)?(?:"\s*)?$/
const controlCharacters = /\p{Cc}/gu

/** What a JSON that was cut has of its text; `undefined` where it is another one, or none. */
function inputOfCut(json: string): string | undefined {
  const [, written] = cutJson.exec(json) ?? []
  if (written !== undefined) return JSON.parse(`"${written.replace(controlCharacters, escaped)}"`)
  // Of the beginning there may be white space in between.
  return opening.startsWith(json.slice(0, 100).replace(/\s/g, '')) ? '' : undefined
}

function escaped(character: string): string {
  return JSON.stringify(character).slice(1, -1)
}
