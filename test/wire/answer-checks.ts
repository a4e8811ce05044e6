import { checkChatStream, checkCompletionStream, checkResponsesStream } from 'argo-proxy/testing'
import { expect } from 'vitest'
import { hasSchemas, schemaFaults } from '../../packages/core/src/endpoints/openai-schema.test.fixture.ts'
import { faultsOf, responseResource, streamingEvent } from './open-responses-schema.ts'

/** An endpoint that answers whole and as a stream. */
export type AnsweringEndpoint = 'chat/completions' | 'completions' | 'responses'

/** What a client makes of an answer, however it came. */
export interface ReadAnswer {
  text: string
  reasoning?: string
  refusal?: string
  calls: { name: string; arguments: string }[]
  /** Why each choice ended, or the status of a response. */
  reasons: (string | null)[]
  usage: unknown
}

type Json = Record<string, unknown>

const schemas = {
  'chat/completions': { whole: 'CreateChatCompletionResponse', event: 'CreateChatCompletionStreamResponse' },
  // OpenAI's schema of a chunk is that of the whole answer.
  completions: { whole: 'CreateCompletionResponse', event: 'CreateCompletionResponse' },
  responses: { whole: 'Response', event: 'ResponseStreamEvent' },
} as const

/** Reads a stream: its events by the grammar of its format and by the schema. */
export function readStream(endpoint: AnsweringEndpoint, text: string, openResponses = true): ReadAnswer {
  for (const event of eventsOf(text)) {
    const faults = hasSchemas ? schemaFaults(schemas[endpoint].event, event) : []
    const serious = faults.filter((fault) => !isMissingInSchema(fault, event))
    if (endpoint === 'responses' && openResponses) serious.push(...faultsOf(streamingEvent, event))
    expect({ event, faults: serious }).toEqual({ event, faults: [] })
  }
  switch (endpoint) {
    case 'chat/completions': {
      const { choices, usage } = checkChatStream(text)
      return {
        text: choices.map((choice) => choice.text).join('|'),
        reasoning: choices[0]?.reasoning,
        refusal: choices[0]?.refusal,
        calls: choices.flatMap(({ toolCalls, functionCall }) =>
          callsOf([...toolCalls, ...(functionCall ? [functionCall] : [])]),
        ),
        reasons: choices.map(({ finishReason }) => finishReason),
        usage,
      }
    }
    case 'completions': {
      const { choices, usage } = checkCompletionStream(text)
      return {
        text: choices.map((choice) => choice.text).join('|'),
        calls: [],
        reasons: choices.map(({ finishReason }) => finishReason),
        usage,
      }
    }
    case 'responses': {
      const { text: said, reasoning, refusal, toolCalls, status, usage } = checkResponsesStream(text)
      return { text: said, reasoning, refusal, calls: callsOf(toolCalls), reasons: [status], usage }
    }
  }
}

/** Reads a whole answer by the schema. */
export function readWhole(endpoint: AnsweringEndpoint, answer: Json, openResponses = true): ReadAnswer {
  expectSchema(schemas[endpoint].whole, answer)
  if (endpoint === 'responses') {
    if (openResponses) expect({ answer, faults: faultsOf(responseResource, answer) }).toEqual({ answer, faults: [] })
    return readResponse(answer)
  }
  const choices = objectsOf(answer.choices).toSorted((left, right) => Number(left.index) - Number(right.index))
  const reasons = choices.map(({ finish_reason }) => String(finish_reason))
  const { usage } = answer
  if (endpoint === 'completions') {
    return { text: choices.map(({ text }) => String(text)).join('|'), calls: [], reasons, usage }
  }
  const messages = choices.map(({ message }) => objectOf(message))
  return {
    text: messages.map(({ content }) => content ?? '').join('|'),
    reasoning: String(messages[0]?.reasoning_content ?? ''),
    refusal: String(messages[0]?.refusal ?? ''),
    calls: messages.flatMap(({ tool_calls, function_call }) => {
      const called = objectsOf(tool_calls).map((call) => call.function ?? call.custom)
      return callsOf([...called, function_call].filter((call) => call !== undefined).map(objectOf))
    }),
    reasons,
    usage,
  }
}

function readResponse({ output, status, usage }: Json): ReadAnswer {
  const items = objectsOf(output)
  const parts = items.flatMap(({ content, summary }) => [...objectsOf(content), ...objectsOf(summary)])
  const join = (types: string[], field: string) =>
    parts
      .filter(({ type }) => types.includes(String(type)))
      .map((part) => String(part[field]))
      .join('')
  return {
    text: join(['output_text'], 'text'),
    reasoning: join(['reasoning_text', 'summary_text'], 'text'),
    refusal: join(['refusal'], 'refusal'),
    calls: callsOf(items.filter(({ type }) => String(type).endsWith('_call'))),
    reasons: [String(status)],
    usage,
  }
}

/** Ids differ from answer to answer; a custom tool has an input. */
function callsOf(calls: readonly { name?: unknown; arguments?: unknown; input?: unknown }[]): ReadAnswer['calls'] {
  return calls.map((call) => ({ name: String(call.name), arguments: String(call.arguments ?? call.input) }))
}

/** OpenAI's schema, where it is on this machine. */
export function expectSchema(name: string, value: unknown): void {
  if (hasSchemas) expect({ value, faults: schemaFaults(name, value) }).toEqual({ value, faults: [] })
}

/** The JSON of each event of a stream; `[DONE]` is none. */
export function eventsOf(text: string): Json[] {
  const data = text.split('\n').filter((line) => line.startsWith('data: {'))
  return data.map((line) => JSON.parse(line.slice('data: '.length)))
}

/**
 * What OpenAI sends and its schema does not say: a legacy chunk has null for its reason and its usage until the end (the
 * schema is that of the whole answer), and the call of a custom tool has its own type.
 */
function isMissingInSchema(fault: string, { object, choices, usage }: Json): boolean {
  if (object === 'text_completion') {
    const [, index] = /^\/choices\/(\d+)\/finish_reason /.exec(fault) ?? []
    if (index !== undefined) return objectsOf(choices)[Number(index)]?.finish_reason === null
    return fault === '/usage must be object' && usage === null
  }
  if (!/\/delta\/tool_calls\/\d+\/type must be equal/.test(fault)) return false
  const calls = objectsOf(choices).flatMap(({ delta }) => objectsOf(objectOf(delta).tool_calls))
  return calls.some(({ type, custom }) => type === 'custom' && custom !== undefined)
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : expect.fail(`no object: ${String(value)}`)
}

export function objectsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(objectOf) : []
}
