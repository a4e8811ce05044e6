import type { ProxyError } from './error.ts'

/** Why a choice ended: OpenAI's `finish_reason`, in the words of this contract. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter'

/** Token counts of a whole answer. `estimated` is set when the proxy counted because the upstream did not say. */
export interface Usage {
  inputTokens: number
  outputTokens: number
  cachedTokens?: number
  reasoningTokens?: number
  estimated?: boolean
}

/**
 * Fields of a tool call that this contract does not know, in the form of Chat Completions: the signature of the thought behind
 * it. They belong to the call, and go where it goes.
 */
export type CallFields = Record<string, unknown>

/**
 * What flows through the middle of the pipeline, whatever the upstream and whatever the client.
 *
 * Grammar of one answer: `start`, then body events, then one `choice-end` for each choice, an optional `usage`, and
 * exactly one of `finish` or `error`, which is the last event. An `error` may stand anywhere instead of what was to
 * come. `choice` counts from 0 (more than one only when the client asked for `n > 1` or several prompts); the `index`
 * of a tool call counts from 0 within its choice.
 *
 * `raw` is what a frame of the upstream holds beyond these events, in that frame's own shape and without the fields that
 * the events say: `{ system_fingerprint }`, `{ choices: [{ index, content_filter_results, delta: { annotations } }] }`
 * (`message` for `delta` where the answer was complete). `format` is the name of the endpoint whose frames look like
 * that; the encoder of that format gives it to the client, the others leave it out.
 *
 * `finish` means that the upstream's end is proven (its terminal event, or a complete HTTP message). Everything else
 * that ends an answer is an `error`.
 */
export type StreamEvent =
  | { type: 'start'; id: string; model: string; created: number }
  | { type: 'text-delta'; choice: number; delta: string; logprobs?: unknown }
  | { type: 'reasoning-delta'; choice: number; delta: string }
  | { type: 'refusal-delta'; choice: number; delta: string }
  | { type: 'tool-call-start'; choice: number; index: number; id: string; name: string; extra?: CallFields }
  | { type: 'tool-call-delta'; choice: number; index: number; delta: string; extra?: CallFields }
  | { type: 'tool-call-end'; choice: number; index: number }
  | { type: 'raw'; format: string; value: Record<string, unknown> }
  | { type: 'choice-end'; choice: number; reason: FinishReason }
  | ({ type: 'usage' } & Usage)
  | { type: 'finish' }
  | { type: 'error'; error: ProxyError }

/** Takes what a step gives out. Called any number of times, only synchronously within `write` or `end`. */
export type Emit<Out> = (value: Out) => void

/**
 * A synchronous piece of the pipeline: it may hold state, but it never waits. Neighbouring steps are chained as plain function
 * calls, and no stream is built for them.
 */
export interface Step<In, Out> {
  write(value: In, emit: Emit<Out>): void
  /** The input has ended. Emit what is still held. */
  end?(emit: Emit<Out>): void
}

/** A step between decoder and encoder. */
export type EventStep = Step<StreamEvent, StreamEvent>
