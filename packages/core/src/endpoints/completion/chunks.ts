import type { Encoder } from '../../contract/endpoint.ts'
import type { FinishReason, StreamEvent } from '../../contract/event.ts'
import { streamErrorBody } from '../../errors.ts'
import { idLike } from '../../wire/ids.ts'
import { completionUsage } from '../chat/answer-shape.ts'
import { type ChunkTemplate, chunkTemplate, members } from '../parse/chunk-template.ts'
import type { Fields } from '../parse/fields.ts'
import { readRawFrame } from '../parse/raw-frame.ts'
import { legacyLogprobs } from './logprobs.ts'

/** What the client's request says about the form of its answer. */
export interface CompletionAnswerShape {
  /** The name to give where the upstream says none. */
  model: string
  includeUsage: boolean
  /** What a choice's text begins with: its prompt, where the client wants it echoed. */
  prefix(choice: number): string
}

/** Legacy Completions know no tool calls. */
export function completionReason(reason: FinishReason): string {
  return reason === 'length' ? 'length' : reason === 'content-filter' ? 'content_filter' : 'stop'
}

const rest = ',"logprobs":null,"finish_reason":null}'

type Body = (event: Exclude<StreamEvent, { type: 'start' | 'error' }>) => string

/** The `text_completion` events of a streamed answer. Reasoning has no place in this format. */
export function completionChunks(shape: CompletionAnswerShape): Encoder {
  let body: Body | undefined
  let over = false
  return {
    write(event, emit) {
      if (over) return
      over = event.type === 'finish' || event.type === 'error'
      if (event.type === 'error') return emit(`data: ${JSON.stringify(streamErrorBody(event.error))}\n\n`)
      if (event.type === 'start') {
        const { id, created, model } = event
        const identity = { id: idLike('cmpl-', id), object: 'text_completion', created, model: model || shape.model }
        body ??= completionBody(shape, chunkTemplate(identity, shape.includeUsage))
        return
      }
      const text = body?.(event)
      if (text) emit(text)
    },
  }
}

/** The chunks behind `start`, each event's as one text. */
function completionBody(shape: CompletionAnswerShape, template: ChunkTemplate): Body {
  /** Characters sent so far, by choice. */
  const lengths = new Map<number, number>()
  let usage: Fields | undefined

  function chunk(choice: number, text: string, behind: string): string {
    return template.chunk(`{"text":${JSON.stringify(text)},"index":${choice}${behind}`)
  }

  function withPrefix(choice: number, text: string): string {
    const sent = lengths.get(choice)
    const whole = sent === undefined ? shape.prefix(choice) + text : text
    lengths.set(choice, (sent ?? 0) + whole.length)
    return whole
  }

  function raw(value: Fields): string {
    const frame = readRawFrame(value)
    template.addFields(frame.fields)
    const fields = template.fieldsChunk(frame.fields) ?? ''
    return frame.choices.reduce(
      (text, choice) =>
        text + chunk(choice.index, withPrefix(choice.index, ''), `${rest.slice(0, -1)}${members(choice.fields)}}`),
      fields,
    )
  }

  return (event) => {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta': {
        const offset = lengths.get(event.choice) ?? 0
        const text = withPrefix(event.choice, event.delta)
        if (event.type === 'refusal-delta' || event.logprobs === undefined) return chunk(event.choice, text, rest)
        const logprobs = legacyLogprobs(event.logprobs, offset + text.length - event.delta.length)
        return chunk(event.choice, text, `,"logprobs":${JSON.stringify(logprobs)},"finish_reason":null}`)
      }
      case 'choice-end': {
        const reason = completionReason(event.reason)
        return chunk(event.choice, withPrefix(event.choice, ''), `,"logprobs":null,"finish_reason":"${reason}"}`)
      }
      case 'raw':
        return event.format === 'completions' ? raw(event.value) : ''
      case 'usage':
        usage = completionUsage(event)
        return ''
      case 'finish':
        return `${shape.includeUsage && usage ? template.usageChunk(usage) : ''}data: [DONE]\n\n`
      default:
        return ''
    }
  }
}
