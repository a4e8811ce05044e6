import type { StreamEvent } from '../../contract/event.ts'
import type { Fields } from '../parse/fields.ts'
import { type CallItem, customCallItem, functionCallItem } from './call-item.ts'
import type { Frames } from './frames.ts'
import { type DoneItem, type ItemStatus, type MessageItem, messageItem } from './message-item.ts'
import { type ReasoningItem, reasoningItem } from './reasoning-item.ts'

export interface OutputForm {
  /** Names of the tools that the client knows as freeform. */
  freeform: ReadonlySet<string>
  /** The client asked for summaries of the reasoning. */
  reasoningSummary: boolean
}

/** The items of a response, in the order in which they began. */
export interface ResponseOutput {
  take(event: StreamEvent): void
  /** Web pages that the text refers to, as Chat Completions tells them. */
  annotate(annotations: readonly Fields[]): void
  /** Ends what is open. Where the answer is incomplete, what was written last is so, too. */
  close(status: ItemStatus): void
  /** An answer of no words is a message of no words. */
  closeEmpty(): void
  /** Those that are done. */
  items(): DoneItem[]
}

type TextDelta = Extract<StreamEvent, { type: 'text-delta' }>

interface OpenCall {
  index: number
  item: CallItem
  /** The upstream says that the call has ended. Whether the answer was cut in it, only what follows tells. */
  ended: boolean
}

/** Turns the events of an answer's one choice into items; into `frames`, where there are any, each step of them. */
export function responseOutput({ freeform, reasoningSummary }: OutputForm, frames: Frames | undefined): ResponseOutput {
  /** By output index. A place is taken when its item begins, and filled when it is done. */
  const done: (DoneItem | undefined)[] = []
  let reasoning: { index: number; item: ReasoningItem } | undefined
  let message: { index: number; item: MessageItem } | undefined
  const calls = new Map<number, OpenCall>()
  /** The output index of the item that was written last. */
  let last = -1
  let called = false
  /** White space that no message has: it is part of the text that follows, and nothing where none does. */
  let blank: TextDelta[] = []
  let citations: readonly Fields[] = []

  const nextIndex = (): number => done.push(undefined) - 1

  function closeReasoning(status: ItemStatus): void {
    if (reasoning) done[reasoning.index] = reasoning.item.close(status)
    reasoning = undefined
  }

  function closeMessage(status: ItemStatus): void {
    if (message) done[message.index] = message.item.close(status)
    message = undefined
  }

  function closeCall(place: number, { index, item }: OpenCall, status: ItemStatus): void {
    done[index] = item.close(status)
    calls.delete(place)
  }

  /** Another item begins: the calls before it are what they will be. */
  function settleCalls(): void {
    for (const [place, call] of calls) if (call.ended || call.item.isWhole()) closeCall(place, call, 'completed')
  }

  function openMessage(): MessageItem {
    closeReasoning('completed')
    if (!message) {
      settleCalls()
      const index = nextIndex()
      message = { index, item: messageItem(index, frames) }
    }
    last = message.index
    return message.item
  }

  function takeBlank(): void {
    const item = openMessage()
    for (const { delta, logprobs } of blank) item.add('output_text', delta, logprobs)
    blank = []
  }

  function addText({ delta, logprobs }: TextDelta): void {
    if (blank.length > 0) takeBlank()
    const item = openMessage()
    item.add('output_text', delta, logprobs)
    if (citations.length === 0) return
    item.annotate(citations)
    citations = []
  }

  function closeAll(status: ItemStatus): void {
    if (blank.length > 0 && !called) takeBlank()
    const ofItem = (index: number): ItemStatus => (index === last ? status : 'completed')
    if (reasoning) closeReasoning(ofItem(reasoning.index))
    if (message) closeMessage(ofItem(message.index))
    for (const [place, call] of calls) {
      // Calls that are written at the same time may all be cut.
      const whole = call.item.isEmpty() || call.item.isWhole()
      closeCall(place, call, whole ? ofItem(call.index) : status)
    }
  }

  return {
    take(event) {
      switch (event.type) {
        case 'text-delta':
          if (!message && event.delta.trim() === '') blank.push(event)
          else addText(event)
          return
        case 'refusal-delta':
          blank = []
          return openMessage().add('refusal', event.delta)
        case 'reasoning-delta': {
          blank = []
          closeMessage('completed')
          if (!reasoning) {
            settleCalls()
            const index = nextIndex()
            reasoning = { index, item: reasoningItem(index, reasoningSummary, frames) }
          }
          last = reasoning.index
          return reasoning.item.add(event.delta)
        }
        case 'tool-call-start': {
          blank = []
          closeReasoning('completed')
          closeMessage('completed')
          settleCalls()
          const index = nextIndex()
          const create = freeform.has(event.name) ? customCallItem : functionCallItem
          calls.set(event.index, { index, item: create(index, event, frames), ended: false })
          called = true
          last = index
          return
        }
        case 'tool-call-delta': {
          const call = calls.get(event.index)
          if (!call) return
          last = call.index
          return call.item.add(event.delta)
        }
        case 'tool-call-end': {
          const call = calls.get(event.index)
          if (call) call.ended = true
        }
      }
    },
    annotate(annotations) {
      if (message) message.item.annotate(annotations)
      else citations = [...citations, ...annotations]
    },
    close: closeAll,
    closeEmpty() {
      if (done.length === 0) openMessage().add('output_text', '')
      closeAll('completed')
    },
    items: () => done.filter((item) => item !== undefined),
  }
}
