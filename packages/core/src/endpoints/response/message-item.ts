import { isRecord } from '../../record.ts'
import { newId } from '../../wire/ids.ts'
import type { Fields } from '../parse/fields.ts'
import type { Item } from '../response-store.ts'
import { eventHead, type Frames } from './frames.ts'

const textHead = eventHead('response.output_text.delta')
const refusalHead = eventHead('response.refusal.delta')
const textTail = ',"logprobs":[]}\n\n'

export type ItemStatus = 'completed' | 'incomplete'

/** A part of the message, as long as it grows. */
interface OpenPart {
  type: 'output_text' | 'refusal'
  text: string
  logprobs: Fields[]
  annotations: Fields[]
  /** `"item_id":...,"output_index":0,"content_index":0` */
  place: string
  beforeDelta: string
}

/** An item that is whole, and as JSON text: a long one is serialised once, however many events tell it. */
export interface DoneItem {
  item: Item
  json: string
}

/** A message that the model is writing: parts of text and of refusal. */
export interface MessageItem {
  add(type: OpenPart['type'], delta: string, logprobs?: unknown): void
  /** Adds what Chat Completions calls annotations to the part of text that is open. */
  annotate(annotations: readonly Fields[]): void
  close(status: ItemStatus): DoneItem
}

export function messageItem(outputIndex: number, frames: Frames | undefined): MessageItem {
  const id = newId('msg_')
  const content: Fields[] = []
  /** JSON of the same. */
  const parts: string[] = []
  let open: OpenPart | undefined

  const message = (status: string): string =>
    `{"id":"${id}","type":"message","status":"${status}","role":"assistant","content":[${parts.join(',')}]}`
  frames?.add('response.output_item.added', placed(outputIndex, message('in_progress')))

  function openPart(type: OpenPart['type']): OpenPart {
    const place = `"item_id":"${id}","output_index":${outputIndex},"content_index":${content.length}`
    frames?.add('response.content_part.added', `${place},"part":${partJson(type, '""', '[]', '[]')}`)
    return { type, text: '', logprobs: [], annotations: [], place, beforeDelta: `,${place},"delta":` }
  }

  function closePart(): void {
    if (!open) return
    const { type, place, text, logprobs, annotations } = open
    const textJson = JSON.stringify(text)
    const logprobsJson = JSON.stringify(logprobs)
    const json = partJson(type, textJson, JSON.stringify(annotations), logprobsJson)
    if (type === 'refusal') frames?.add('response.refusal.done', `${place},"refusal":${textJson}`)
    else frames?.add('response.output_text.done', `${place},"text":${textJson},"logprobs":${logprobsJson}`)
    frames?.add('response.content_part.done', `${place},"part":${json}`)
    content.push(type === 'refusal' ? { type, refusal: text } : { type, text, annotations, logprobs })
    parts.push(json)
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
    annotate(listed) {
      if (open?.type !== 'output_text') return
      for (const annotation of listed.flatMap(urlCitation)) {
        const fields = `"annotation_index":${open.annotations.length},"annotation":${JSON.stringify(annotation)}`
        frames?.add('response.output_text.annotation.added', `${open.place},${fields}`)
        open.annotations.push(annotation)
      }
    },
    close(status) {
      closePart()
      const json = message(status)
      frames?.add('response.output_item.done', placed(outputIndex, json))
      return { item: { id, type: 'message', status, role: 'assistant', content }, json }
    },
  }
}

/** The fields of an event about a whole item, which is given as JSON. */
export function placed(outputIndex: number, item: string): string {
  return `"output_index":${outputIndex},"item":${item}`
}

function partJson(type: OpenPart['type'], text: string, annotations: string, logprobs: string): string {
  return type === 'refusal'
    ? `{"type":"refusal","refusal":${text}}`
    : `{"type":"output_text","text":${text},"annotations":${annotations},"logprobs":${logprobs}}`
}

/** A web page that the text refers to; nothing where a field is not there that Responses demand. */
function urlCitation({ type, url_citation: cited }: Fields): Fields[] {
  if (type !== 'url_citation' || !isRecord(cited)) return []
  const { url, title, start_index, end_index } = cited
  if (typeof url !== 'string' || typeof start_index !== 'number' || typeof end_index !== 'number') return []
  return [{ type, url, title: typeof title === 'string' ? title : '', start_index, end_index }]
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
