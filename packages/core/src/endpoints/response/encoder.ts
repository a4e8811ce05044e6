import type { Encoder } from '../../contract/endpoint.ts'
import type { ProxyError } from '../../contract/error.ts'
import type { FinishReason, StreamEvent, Usage } from '../../contract/event.ts'
import { streamErrorBody } from '../../errors.ts'
import { isRecord } from '../../record.ts'
import { idLike, newId } from '../../wire/ids.ts'
import type { Fields } from '../parse/fields.ts'
import { readRawFrame } from '../parse/raw-frame.ts'
import type { Item } from '../response-store.ts'
import { type Frames, responseFrames } from './frames.ts'
import { type OutputForm, responseOutput } from './output.ts'
import { type ResponseState, responseWriter } from './response-object.ts'

/** What the client's request says about the form of its answer. */
export interface ResponseShape extends OutputForm {
  /** The name to give where the upstream says none. */
  model: string
  /** From `echoOfRequest`. */
  echo: string
  /** As the request has it; the upstream may say another. */
  serviceTier: string
  /** Called once with a finished response, before the client sees it. */
  keep?(id: string, response: string, output: Item[]): void
}

type Start = Extract<StreamEvent, { type: 'start' }>
type End = { event: string; response: string }

/** The typed events of a streamed response. */
export function responseEvents(shape: ResponseShape): Encoder {
  const frames = responseFrames()
  let answer: Answer | undefined
  let over = false
  return {
    write(event, emit) {
      if (over) return
      if (event.type === 'start' || !answer) {
        answer ??= openAnswer(shape, event.type === 'start' ? event : noStart(), frames)
        // What says that there is a response waits for its first content: until then an error can still be an HTTP status.
        if (event.type === 'start') return
      }
      const end = answer(event)
      if (end) {
        over = true
        frames.add(end.event, `"response":${end.response}`)
      }
      const text = frames.take()
      if (text !== '') emit(text)
    },
  }
}

/** The Response object, for a client that wants the answer whole. */
export function responseAnswer(shape: ResponseShape): Encoder {
  let answer: Answer | undefined
  let over = false
  return {
    write(event, emit) {
      if (over) return
      answer ??= openAnswer(shape, event.type === 'start' ? event : noStart(), undefined)
      const end = answer(event)
      if (!end) return
      over = true
      if (event.type !== 'error') emit(end.response)
    },
  }
}

function noStart(): Start {
  return { type: 'start', id: '', model: '', created: Math.floor(Date.now() / 1000) }
}

/** Takes the events behind `start`; gives the last event of the response, at its end. */
type Answer = (event: StreamEvent) => End | undefined

function openAnswer(shape: ResponseShape, start: Start, frames: Frames | undefined): Answer {
  const id = responseId(start.id)
  const write = responseWriter({ id, created: start.created, model: start.model || shape.model }, shape.echo)
  const output = responseOutput(shape, frames)
  let usage: Usage | undefined
  let reason: FinishReason = 'stop'
  let { serviceTier } = shape

  if (frames) {
    const response = `"response":${write({ status: 'in_progress', output: [], serviceTier })}`
    frames.add('response.created', response)
    frames.add('response.in_progress', response)
  }

  function finish(): End {
    const incompleteReason = incompleteReasonOf(reason)
    if (!incompleteReason) output.closeEmpty()
    const items = output.items()
    const json = items.map((done) => done.json)
    const state: ResponseState = incompleteReason
      ? { status: 'incomplete', output: json, usage, serviceTier, incompleteReason }
      : { status: 'completed', output: json, usage, serviceTier, completedAt: Math.floor(Date.now() / 1000) }
    const response = write(state)
    shape.keep?.(
      id,
      response,
      items.map(({ item }) => item),
    )
    return { event: `response.${state.status}`, response }
  }

  /**
   * OpenAI's own order: `error`, then `response.failed`. Codex takes the second alone; LangChain and continue.dev take
   * a response that merely failed for whole, and the first for an error only where it holds an object `error`.
   */
  function fail(error: ProxyError): End {
    const { error: body } = streamErrorBody(error)
    const { code, message, param } = body
    frames?.add('error', JSON.stringify({ code, message, param, error: body }).slice(1, -1))
    const json = output.items().map((done) => done.json)
    const state: ResponseState = { status: 'failed', output: json, usage, serviceTier, error: failureOf(error) }
    return { event: 'response.failed', response: write(state) }
  }

  /** What of the upstream's own fields Responses know as well. */
  function takeRaw(value: Fields): void {
    const { fields, choices } = readRawFrame(value)
    if (typeof fields.service_tier === 'string') serviceTier = fields.service_tier
    for (const { index, delta } of choices) {
      if (index === 0 && Array.isArray(delta.annotations)) output.annotate(delta.annotations.filter(isRecord))
    }
  }

  return (event) => {
    switch (event.type) {
      case 'finish':
        return finish()
      case 'error':
        return fail(event.error)
      case 'usage':
        usage = event
        return undefined
      case 'start':
        return undefined
      case 'raw':
        if (event.format === 'chat-completions') takeRaw(event.value)
        return undefined
      case 'choice-end':
        if (event.choice !== 0) return undefined
        reason = event.reason
        output.close(incompleteReasonOf(reason) ? 'incomplete' : 'completed')
        return undefined
      default:
        if (event.choice === 0) output.take(event)
        return undefined
    }
  }
}

/** A response has to be found by its id, as it stands in the path of `GET /v1/responses/{id}`. */
const askable = /^[\w-]{1,128}$/

function responseId(upstreamId: string): string {
  return askable.test(upstreamId) ? idLike('resp_', upstreamId) : newId('resp_')
}

function incompleteReasonOf(reason: FinishReason): ResponseState['incompleteReason'] {
  return reason === 'length' ? 'max_output_tokens' : reason === 'content-filter' ? 'content_filter' : undefined
}

/** A failed response says one of OpenAI's codes; the message says the rest. */
export function failureOf({ status, message }: ProxyError): { code: string; message: string } {
  const code =
    status === 429 ? 'rate_limit_exceeded' : status >= 400 && status < 500 ? 'invalid_prompt' : 'server_error'
  return { code, message }
}
