import type { StreamEvent } from '../../contract/event.ts'
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
  /** Ends what is open. */
  close(status: ItemStatus): void
  /** An answer of no words is a message of no words. */
  closeEmpty(): void
  /** Those that are done. */
  items(): DoneItem[]
}

/** Turns the events of an answer's one choice into items; into `frames`, where there are any, each step of them. */
export function responseOutput({ freeform, reasoningSummary }: OutputForm, frames: Frames | undefined): ResponseOutput {
  /** By output index. A place is taken when its item begins, and filled when it is done. */
  const done: (DoneItem | undefined)[] = []
  let reasoning: { index: number; item: ReasoningItem } | undefined
  let message: { index: number; item: MessageItem } | undefined
  const calls = new Map<number, { index: number; item: CallItem }>()

  const nextIndex = (): number => done.push(undefined) - 1

  function closeReasoning(status: ItemStatus): void {
    if (reasoning) done[reasoning.index] = reasoning.item.close(status)
    reasoning = undefined
  }

  function closeMessage(status: ItemStatus): void {
    if (message) done[message.index] = message.item.close(status)
    message = undefined
  }

  function openMessage(): MessageItem {
    closeReasoning('completed')
    if (!message) {
      const index = nextIndex()
      message = { index, item: messageItem(index, frames) }
    }
    return message.item
  }

  function closeCall(place: number, status: ItemStatus): void {
    const call = calls.get(place)
    if (call) done[call.index] = call.item.close(status)
    calls.delete(place)
  }

  function closeAll(status: ItemStatus): void {
    closeReasoning(status)
    closeMessage(status)
    for (const place of [...calls.keys()]) closeCall(place, status)
  }

  return {
    take(event) {
      switch (event.type) {
        case 'text-delta':
          return openMessage().add('output_text', event.delta, event.logprobs)
        case 'refusal-delta':
          return openMessage().add('refusal', event.delta)
        case 'reasoning-delta': {
          closeMessage('completed')
          if (!reasoning) {
            const index = nextIndex()
            reasoning = { index, item: reasoningItem(index, reasoningSummary, frames) }
          }
          return reasoning.item.add(event.delta)
        }
        case 'tool-call-start': {
          closeReasoning('completed')
          closeMessage('completed')
          const index = nextIndex()
          const create = freeform.has(event.name) ? customCallItem : functionCallItem
          calls.set(event.index, { index, item: create(index, event, frames) })
          return
        }
        case 'tool-call-delta':
          return calls.get(event.index)?.item.add(event.delta)
        case 'tool-call-end':
          return closeCall(event.index, 'completed')
      }
    },
    close: closeAll,
    closeEmpty() {
      if (done.length === 0) openMessage().add('output_text', '')
      closeAll('completed')
    },
    items: () => done.filter((item) => item !== undefined),
  }
}
