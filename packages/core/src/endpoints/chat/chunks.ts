import type { Encoder } from '../../contract/endpoint.ts'
import type { CallFields, StreamEvent } from '../../contract/event.ts'
import { streamErrorBody } from '../../errors.ts'
import { idLike, newId } from '../../wire/ids.ts'
import { type ChunkTemplate, chunkTemplate, members } from '../parse/chunk-template.ts'
import type { Fields } from '../parse/fields.ts'
import { freeformInput } from '../parse/freeform-tool.ts'
import { readRawFrame } from '../parse/raw-frame.ts'
import { type ChatAnswerShape, chatReason, completionUsage } from './answer-shape.ts'

/** A choice whose first chunk, the one with the role, was sent. */
interface OpenChoice {
  /** `{"index":0,"delta":` with all that stands before it. */
  head: string
  /** What a text delta begins with. */
  textHead: string
  /** Arguments of calls that the client knows as freeform: given when they are whole. */
  freeform: Map<number, string>
}

const delta = '"delta":'
/** Behind a delta: no log probabilities, not the end. */
const rest = ',"logprobs":null,"finish_reason":null}'

type Body = (event: Exclude<StreamEvent, { type: 'start' | 'error' }>) => string

/** The `chat.completion.chunk` events of a streamed answer. */
export function chatChunks(shape: ChatAnswerShape): Encoder {
  let body: Body | undefined
  let over = false
  return {
    write(event, emit) {
      if (over) return
      over = event.type === 'finish' || event.type === 'error'
      if (event.type === 'error') return emit(`data: ${JSON.stringify(streamErrorBody(event.error))}\n\n`)
      if (event.type === 'start') {
        const { id, created, model } = event
        const identity = {
          id: idLike('chatcmpl-', id),
          object: 'chat.completion.chunk',
          created,
          model: model || shape.model,
        }
        body ??= chatBody(shape, chunkTemplate(identity, shape.includeUsage))
        return
      }
      const text = body?.(event)
      if (text) emit(text)
    },
  }
}

/** The chunks behind `start`, each event's as one text. */
function chatBody(shape: ChatAnswerShape, template: ChunkTemplate): Body {
  const { includeUsage, legacyFunctions, freeform } = shape
  const choices = new Map<number, OpenChoice>()
  const textTail = `}${rest}${template.tail}`
  let usage: Fields | undefined

  function open(index: number): OpenChoice {
    const choice = { head: '', textHead: '', freeform: new Map<number, string>() }
    setHeads(choice, index)
    choices.set(index, choice)
    return choice
  }

  function setHeads(choice: OpenChoice, index: number): void {
    choice.head = `${template.head}{"index":${index},${delta}`
    choice.textHead = `${choice.head}{"content":`
  }

  /** A chunk of one choice; before the first one stands the chunk with its role. */
  function chunk(index: number, json: string, behind = rest): string {
    const known = choices.get(index)
    const choice = known ?? open(index)
    const own = choice.head + json + behind + template.tail
    return known ? own : `${choice.head}{"role":"assistant","content":"","refusal":null}${rest}${template.tail}${own}`
  }

  /** A call's first chunk. Where nothing came before, it carries the role, and the content is null. */
  function callStart(index: number, json: string): string {
    if (choices.has(index)) return chunk(index, `{${json}}`)
    return `${open(index).head}{"role":"assistant","content":null,${json},"refusal":null}${rest}${template.tail}`
  }

  function callStarted(event: Extract<StreamEvent, { type: 'tool-call-start' }>): string {
    const name = JSON.stringify(event.name)
    if (legacyFunctions) {
      return event.index === 0 ? callStart(event.choice, `"function_call":{"name":${name},"arguments":""}`) : ''
    }
    const opening = `"tool_calls":[{"index":${event.index},"id":${JSON.stringify(event.id || newId('call_'))}`
    if (!freeform.has(event.name)) {
      const called = `"type":"function","function":{"name":${name},"arguments":""}`
      return callStart(event.choice, `${opening},${called}${membersOf(event.extra)}}]`)
    }
    const text = callStart(event.choice, `${opening},"type":"custom","custom":{"name":${name},"input":""}}]`)
    choices.get(event.choice)?.freeform.set(event.index, '')
    return text
  }

  function callDelta(event: Extract<StreamEvent, { type: 'tool-call-delta' }>): string {
    const held = choices.get(event.choice)?.freeform
    const before = held?.get(event.index)
    if (before !== undefined) {
      held?.set(event.index, before + event.delta)
      return ''
    }
    const json = JSON.stringify(event.delta)
    if (legacyFunctions) return event.index === 0 ? chunk(event.choice, `{"function_call":{"arguments":${json}}}`) : ''
    const written = `"index":${event.index},"function":{"arguments":${json}}${membersOf(event.extra)}`
    return chunk(event.choice, `{"tool_calls":[{${written}}]}`)
  }

  function callEnded(event: Extract<StreamEvent, { type: 'tool-call-end' }>): string {
    const held = choices.get(event.choice)?.freeform
    const whole = held?.get(event.index)
    if (whole === undefined) return ''
    held?.delete(event.index)
    const input = JSON.stringify(freeformInput(whole))
    return chunk(event.choice, `{"tool_calls":[{"index":${event.index},"custom":{"input":${input}}}]}`)
  }

  function raw(value: Fields): string {
    const frame = readRawFrame(value)
    if (template.addFields(frame.fields)) for (const [index, choice] of choices) setHeads(choice, index)
    const fields = template.fieldsChunk(frame.fields) ?? ''
    return frame.choices.reduce(
      (text, choice) =>
        text + chunk(choice.index, JSON.stringify(choice.delta), `${rest.slice(0, -1)}${members(choice.fields)}}`),
      fields,
    )
  }

  return (event) => {
    switch (event.type) {
      case 'text-delta': {
        const json = JSON.stringify(event.delta)
        if (event.logprobs !== undefined)
          return chunk(event.choice, `{"content":${json}}`, withLogprobs(event.logprobs))
        const choice = choices.get(event.choice)
        return choice ? choice.textHead + json + textTail : chunk(event.choice, `{"content":${json}}`)
      }
      case 'reasoning-delta':
        return chunk(event.choice, `{"reasoning_content":${JSON.stringify(event.delta)}}`)
      case 'refusal-delta':
        return chunk(event.choice, `{"refusal":${JSON.stringify(event.delta)}}`)
      case 'tool-call-start':
        return callStarted(event)
      case 'tool-call-delta':
        return callDelta(event)
      case 'tool-call-end':
        return callEnded(event)
      case 'choice-end': {
        const reason = chatReason(event.reason, legacyFunctions)
        return chunk(event.choice, '{}', `,"logprobs":null,"finish_reason":"${reason}"}`)
      }
      case 'raw':
        return event.format === 'chat-completions' ? raw(event.value) : ''
      case 'usage':
        usage = completionUsage(event)
        return ''
      case 'finish':
        return `${includeUsage && usage ? template.usageChunk(usage) : ''}data: [DONE]\n\n`
    }
  }
}

/** The fields of a call that the upstream said beside those that all clients know. */
function membersOf(extra: CallFields | undefined): string {
  return extra ? members(extra) : ''
}

function withLogprobs(logprobs: unknown): string {
  return `,"logprobs":${JSON.stringify(logprobs) ?? 'null'},"finish_reason":null}`
}
