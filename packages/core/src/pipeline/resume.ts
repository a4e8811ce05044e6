import type { ProxyError } from '../contract/error.ts'
import type { EventStep, StreamEvent } from '../contract/event.ts'

/** What the client was told of an answer so far. */
export interface SentAnswer {
  /** Texts by choice and kind of delta. */
  readonly texts: Map<string, string>
  /** Nothing but text was sent, and no choice has ended: another answer may go on from here. */
  resumable: boolean
}

export function nothingSent(): SentAnswer {
  return { texts: new Map(), resumable: true }
}

/** Notes what passes. */
export function recordSent(sent: SentAnswer): EventStep {
  return {
    write(event, emit) {
      const channel = channelOf(event)
      if (channel !== undefined && 'delta' in event) {
        sent.texts.set(channel, (sent.texts.get(channel) ?? '') + event.delta)
      } else if (event.type !== 'start' && event.type !== 'raw' && event.type !== 'error') {
        sent.resumable = false
      }
      emit(event)
    },
  }
}

/**
 * Goes on where an earlier answer broke off: holds the new one until it is whole, and gives out what comes after the part
 * that the client has, if that part is exactly its beginning. Otherwise the earlier answer's error stands.
 */
export function continueAfter({ texts }: SentAnswer, error: ProxyError): EventStep {
  const held: StreamEvent[] = []
  const whole = new Map<string, string>()

  function continues(): boolean {
    const hasText = [...texts.keys()].some((channel) => channel.startsWith('text-delta'))
    return [...texts].every(([channel, sent]) => {
      const now = whole.get(channel) ?? ''
      // Reasoning that comes after the text would be out of order.
      return hasText && channel.startsWith('reasoning-delta') ? now === sent : now.startsWith(sent)
    })
  }

  return {
    write(event, emit) {
      if (event.type === 'error') return emit({ type: 'error', error })
      const channel = channelOf(event)
      if (channel !== undefined && 'delta' in event) whole.set(channel, (whole.get(channel) ?? '') + event.delta)
      held.push(event)
      if (event.type !== 'finish') return
      if (!continues()) return emit({ type: 'error', error })
      const skip = new Map([...texts].map(([known, sent]) => [known, sent.length]))
      for (const one of held) {
        const rest = withoutStart(one, skip)
        if (rest) emit(rest)
      }
    },
  }
}

function withoutStart(event: StreamEvent, skip: Map<string, number>): StreamEvent | undefined {
  const channel = channelOf(event)
  const sent = channel === undefined ? 0 : (skip.get(channel) ?? 0)
  if (channel === undefined || sent === 0 || !('delta' in event)) return event
  skip.set(channel, Math.max(0, sent - event.delta.length))
  return sent >= event.delta.length ? undefined : { ...event, delta: event.delta.slice(sent) }
}

function channelOf(event: StreamEvent): string | undefined {
  return event.type === 'text-delta' || event.type === 'reasoning-delta' ? `${event.type} ${event.choice}` : undefined
}
