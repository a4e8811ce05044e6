import OpenAI, { APIConnectionError, APIError } from 'openai'
import { said } from './wire-answer.ts'

export const endpoints = ['chat', 'completions', 'responses'] as const
export type EndpointName = (typeof endpoints)[number]

export interface Question {
  endpoint: EndpointName
  stream: boolean
  /** What the raw upstream looks for in the request. */
  prompt: string
  /** The stream mode to ask for. */
  mode?: string
}

/**
 * How an answer ended, as the client's SDK saw it. `text` is what it got until then.
 *
 * `whole`: it says that it is complete, and its text is the whole text. `short`: it says so, and is not. `refused`: an HTTP
 * status and an error. `broken`: an error within the stream. `cut`: no word, only a lost connection. `hung`: nothing.
 */
export type Ending =
  | { how: 'whole' | 'short' | 'hung'; text: string }
  | { how: 'refused'; status: number; code: string; text: string }
  | { how: 'broken'; code: string; text: string }
  | { how: 'cut'; message: string; text: string }

export function shown(ending: Ending): string {
  if (ending.how === 'refused') return `${ending.status} ${ending.code}`
  return ending.how === 'broken' ? `in-band ${ending.code}` : ending.how
}

const model = 'gpt-4o'

/** Asks as a user of the official SDK does, and waits for the end; no longer than `bound` milliseconds. */
export async function endingOf(baseURL: string, question: Question, bound = 8_000): Promise<Ending> {
  const defaultHeaders = question.stream && question.mode ? { 'x-argo-stream-mode': question.mode } : {}
  const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0, defaultHeaders })
  const seen = { text: '', complete: false }
  const abort = new AbortController()
  const hung = Promise.withResolvers<'hung'>()
  const timer = setTimeout(() => hung.resolve('hung'), bound)
  try {
    const asked = ask[question.endpoint](client, question, seen, abort.signal)
    if ((await Promise.race([asked, hung.promise])) === 'hung') return { how: 'hung', text: seen.text }
    return { how: seen.complete && seen.text === said ? 'whole' : 'short', text: seen.text }
  } catch (thrown) {
    return failure(thrown, seen.text)
  } finally {
    clearTimeout(timer)
    abort.abort()
  }
}

function failure(thrown: unknown, text: string): Ending {
  if (thrown instanceof APIError && !(thrown instanceof APIConnectionError)) {
    const code = String(thrown.code)
    return thrown.status === undefined
      ? { how: 'broken', code, text }
      : { how: 'refused', status: thrown.status, code, text }
  }
  return { how: 'cut', message: String(thrown), text }
}

interface Seen {
  text: string
  complete: boolean
}

const ask = {
  async chat(client: OpenAI, { prompt, stream }: Question, seen: Seen, signal: AbortSignal): Promise<void> {
    const messages = [{ role: 'user' as const, content: prompt }]
    if (!stream) {
      const [choice] = (await client.chat.completions.create({ model, messages }, { signal })).choices
      seen.text = choice?.message.content ?? ''
      seen.complete = choice?.finish_reason === 'stop'
      return
    }
    for await (const { choices } of await client.chat.completions.create({ model, messages, stream }, { signal })) {
      seen.text += choices[0]?.delta.content ?? ''
      if (choices[0]?.finish_reason === 'stop') seen.complete = true
    }
  },
  async completions(client: OpenAI, { prompt, stream }: Question, seen: Seen, signal: AbortSignal): Promise<void> {
    if (!stream) {
      const [choice] = (await client.completions.create({ model, prompt }, { signal })).choices
      seen.text = choice?.text ?? ''
      seen.complete = choice?.finish_reason === 'stop'
      return
    }
    for await (const { choices } of await client.completions.create({ model, prompt, stream }, { signal })) {
      seen.text += choices[0]?.text ?? ''
      if (choices[0]?.finish_reason === 'stop') seen.complete = true
    }
  },
  async responses(client: OpenAI, { prompt, stream }: Question, seen: Seen, signal: AbortSignal): Promise<void> {
    if (!stream) {
      const response = await client.responses.create({ model, input: prompt }, { signal })
      seen.text = response.output_text
      seen.complete = response.status === 'completed'
      return
    }
    for await (const event of await client.responses.create({ model, input: prompt, stream }, { signal })) {
      if (event.type === 'response.output_text.delta') seen.text += event.delta
      if (event.type === 'response.completed') seen.complete = true
    }
  },
}
