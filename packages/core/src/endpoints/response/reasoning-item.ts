import { newId } from '../../wire/ids.ts'
import type { Fields } from '../parse/fields.ts'
import { eventHead, type Frames } from './frames.ts'
import { type DoneItem, type ItemStatus, placed } from './message-item.ts'

const summaryHead = eventHead('response.reasoning_summary_text.delta')
const contentHead = eventHead('response.reasoning_text.delta')

/** What the model thinks before it answers. */
export interface ReasoningItem {
  add(delta: string): void
  close(status: ItemStatus): DoneItem
}

/**
 * `summary`: the client asked for a summary of the reasoning and shows only that, so that the upstream's reasoning is
 * given as one; otherwise it is given as what it is, reasoning text.
 */
export function reasoningItem(outputIndex: number, summary: boolean, frames: Frames | undefined): ReasoningItem {
  const id = newId('rs_')
  const kind = summary ? 'summary' : 'content'
  const place = `"item_id":"${id}","output_index":${outputIndex},"${kind}_index":0`
  const beforeDelta = `,${place},"delta":`
  const partEvent = summary ? 'response.reasoning_summary_part' : 'response.content_part'
  let text = ''

  const part = (): Fields => ({ type: summary ? 'summary_text' : 'reasoning_text', text })
  frames?.add('response.output_item.added', placed(outputIndex, JSON.stringify({ id, type: 'reasoning', summary: [] })))
  frames?.add(`${partEvent}.added`, `${place},"part":${JSON.stringify(part())}`)

  return {
    add(delta) {
      text += delta
      frames?.addDelta(summary ? summaryHead : contentHead, beforeDelta, JSON.stringify(delta), '}\n\n')
    },
    close(status) {
      const event = summary ? 'response.reasoning_summary_text.done' : 'response.reasoning_text.done'
      frames?.add(event, `${place},"text":${JSON.stringify(text)}`)
      frames?.add(`${partEvent}.done`, `${place},"part":${JSON.stringify(part())}`)
      const item = { id, type: 'reasoning', summary: [], [kind]: [part()], status }
      const json = JSON.stringify(item)
      frames?.add('response.output_item.done', placed(outputIndex, json))
      return { item, json }
    },
  }
}
