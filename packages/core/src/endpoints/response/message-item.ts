import { newId } from '../../wire/ids.ts'
import { type Fields, isRecord } from '../parse/fields.ts'
import type { Item } from '../response-store.ts'
import { deltaHead, type Frames } from './frames.ts'

const textHead = deltaHead('response.output_text.delta')
const refusalHead = deltaHead('response.refusal.delta')
const textTail = ',"logprobs":[]}\n\n'

export type ItemStatus = 'completed' | 'incomplete'

/** A part of the message, as long as it grows. */
interface OpenPart {
  type: 'output_text' | 'refusal'
  text: string
  logprobs: Fields[]
  /** `"item_id":...,"output_index":0,"content_index":0` */
  place: string
  beforeDelta: string
}

/** A message that the model is writing: parts of text and of refusal. */
export interface MessageItem {
  add(type: OpenPart['type'], delta: string, logprobs?: unknown): void
  close(status: ItemStatus): Item
}

export function messageItem(outputIndex: number, frames: Frames | undefined): MessageItem {
  const id = newId('msg_')
  const content: Fields[] = []
  let open: OpenPart | undefined

  const message = (status: string): Item => ({ id, type: 'message', status, role: 'assistant', content })
  frames?.add('response.output_item.added', placed(outputIndex, message('in_progress')))

  function openPart(type: OpenPart['type']): OpenPart {
    const place = `"item_id":"${id}","output_index":${outputIndex},"content_index":${content.length}`
    const part = { type, text: '', logprobs: [], place, beforeDelta: `,${place},"delta":` }
    frames?.add('response.content_part.added', `${place},"part":${JSON.stringify(partBody(part))}`)
    return part
  }

  function closePart(): void {
    if (!open) return
    const { type, place, text, logprobs } = open
    const part = partBody(open)
    const refusal = type === 'refusal'
    const field = refusal ? 'refusal' : 'text'
    const more = refusal ? '' : `,"logprobs":${JSON.stringify(logprobs)}`
    frames?.add(
      `response.${refusal ? 'refusal' : 'output_text'}.done`,
      `${place},"${field}":${JSON.stringify(text)}${more}`,
    )
    frames?.add('response.content_part.done', `${place},"part":${JSON.stringify(part)}`)
    content.push(part)
    open = undefined
  }

  return {
    add(type, delta, logprobs) {
      if (open && open.type !== type) closePart()
      open ??= openPart(type)
      open.text += delta
      if (type === 'refusal') {
        frames?.addDelta(refusalHead, open.beforeDelta, JSON.stringify(delta), '}\n\n')
      } else if (logprobs === undefined) {
        frames?.addDelta(textHead, open.beforeDelta, JSON.stringify(delta), textTail)
      } else {
        const entries = responseLogprobs(logprobs)
        open.logprobs.push(...entries)
        frames?.addDelta(
          textHead,
          open.beforeDelta,
          JSON.stringify(delta),
          `,"logprobs":${JSON.stringify(entries)}}\n\n`,
        )
      }
    },
    close(status) {
      closePart()
      const item = message(status)
      frames?.add('response.output_item.done', placed(outputIndex, item))
      return item
    },
  }
}

/** The fields of an event about a whole item. */
export function placed(outputIndex: number, item: Item): string {
  return `"output_index":${outputIndex},"item":${JSON.stringify(item)}`
}

function partBody({ type, text, logprobs }: OpenPart): Fields {
  return type === 'refusal' ? { type, refusal: text } : { type, text, annotations: [], logprobs }
}

/** Log probabilities of Chat Completions in the form of Responses, which wants every field. */
function responseLogprobs(logprobs: unknown): Fields[] {
  const entries = isRecord(logprobs) && Array.isArray(logprobs.content) ? logprobs.content.filter(isRecord) : []
  return entries.map((entry) => {
    const top = Array.isArray(entry.top_logprobs) ? entry.top_logprobs.filter(isRecord) : []
    return { ...tokenBody(entry), top_logprobs: top.map(tokenBody) }
  })
}

function tokenBody({ token, logprob, bytes }: Fields): Fields {
  return { token, logprob, bytes: bytes ?? [] }
}
