import type { FinishReason, StreamEvent, Usage } from '../../contract/event.ts'
import type { ToolCall } from '../../contract/request.ts'
import type { Fields } from './fields.ts'
import { mergeRaw, readRawFrame } from './raw-frame.ts'

/** A choice of a complete answer, as far as it has come. */
export interface CollectedChoice {
  index: number
  text: string
  reasoning: string
  refusal: string
  calls: ToolCall[]
  /** One for each text delta that had them; `offset` is where its text begins within the choice. */
  logprobs: { value: unknown; offset: number }[]
  reason: FinishReason
  /** What the upstream said beyond the events, of the choice and of its message. */
  fields: Fields
  message: Fields
}

export interface CollectedAnswer {
  id: string
  model: string
  created: number
  usage?: Usage
  fields: Fields
  /** In the order of their indexes. */
  choices(): CollectedChoice[]
  /** Takes an event; of `raw` ones those of the given format. */
  take(event: StreamEvent): void
}

/** Puts the events of an answer together, for a client that wants it whole. */
export function collectAnswer(rawFormat: string): CollectedAnswer {
  const choices = new Map<number, CollectedChoice>()
  /** By the choice's index and the call's, which need not be without a gap. */
  const calls = new Map<string, ToolCall>()

  function choiceOf(index: number): CollectedChoice {
    let choice = choices.get(index)
    if (!choice) {
      choice = {
        index,
        text: '',
        reasoning: '',
        refusal: '',
        calls: [],
        logprobs: [],
        reason: 'stop',
        fields: {},
        message: {},
      }
      choices.set(index, choice)
    }
    return choice
  }

  function takeRaw(value: Fields): void {
    const frame = readRawFrame(value)
    mergeRaw(answer.fields, frame.fields)
    for (const raw of frame.choices) {
      const choice = choiceOf(raw.index)
      mergeRaw(choice.fields, raw.fields)
      mergeRaw(choice.message, raw.delta)
    }
  }

  const answer: CollectedAnswer = {
    id: '',
    model: '',
    created: 0,
    fields: {},
    choices: () => [...choices.values()].sort((a, b) => a.index - b.index),
    take(event) {
      switch (event.type) {
        case 'start':
          answer.id = event.id
          answer.model = event.model
          answer.created = event.created
          return
        case 'text-delta': {
          const choice = choiceOf(event.choice)
          if (event.logprobs !== undefined) choice.logprobs.push({ value: event.logprobs, offset: choice.text.length })
          choice.text += event.delta
          return
        }
        case 'reasoning-delta':
          choiceOf(event.choice).reasoning += event.delta
          return
        case 'refusal-delta':
          choiceOf(event.choice).refusal += event.delta
          return
        case 'tool-call-start': {
          const { id, name, extra } = event
          const call: ToolCall = { id, name, arguments: '', ...(extra && { extra }) }
          calls.set(`${event.choice} ${event.index}`, call)
          choiceOf(event.choice).calls.push(call)
          return
        }
        case 'tool-call-delta': {
          const call = calls.get(`${event.choice} ${event.index}`)
          if (!call) return
          call.arguments += event.delta
          if (event.extra) call.extra = { ...call.extra, ...event.extra }
          return
        }
        case 'choice-end':
          choiceOf(event.choice).reason = event.reason
          return
        case 'raw':
          if (event.format === rawFormat) takeRaw(event.value)
          return
        case 'usage':
          answer.usage = event
      }
    },
  }
  return answer
}
