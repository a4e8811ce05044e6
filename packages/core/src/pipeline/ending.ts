import type { Emit, EventStep, FinishReason, StreamEvent } from '../contract/event.ts'
import { proxyError } from '../errors.ts'
import { type CallEnd, disconnected } from './call-end.ts'

/**
 * The one place that decides how an answer ends. After it the grammar of `StreamEvent` holds for this call: `start`
 * first, a `choice-end` for every choice, then `finish` if and only if the upstream's end is proven, else `error`; and
 * nothing after that.
 *
 * Choices are renumbered from `firstChoice`, for answers that several calls make together.
 */
export function ending(end: CallEnd, firstChoice: number, model: string): EventStep {
  let started = false
  const open = new Map<number, FinishReason>([[0, 'stop']])

  function start(emit: Emit<StreamEvent>): void {
    started = true
    emit({ type: 'start', id: '', model, created: Math.floor(Date.now() / 1000) })
  }

  function finish(emit: Emit<StreamEvent>): void {
    if (!started) start(emit)
    for (const [choice, reason] of open) emit({ type: 'choice-end', choice: choice + firstChoice, reason })
    end.done = true
    emit({ type: 'finish' })
  }

  function fail(event: StreamEvent & { type: 'error' }, emit: Emit<StreamEvent>): void {
    end.done = true
    // What a decoder makes of a message that was cut is a guess: where the socket's side knows why, that is told.
    emit(typeof end.outcome === 'object' ? { type: 'error', error: end.outcome } : event)
  }

  function take(event: StreamEvent, emit: Emit<StreamEvent>): void {
    switch (event.type) {
      case 'finish':
        return finish(emit)
      case 'error':
        return fail(event, emit)
      case 'start':
        if (started) return
        started = true
        return emit(event)
      case 'usage':
      case 'raw':
        if (!started) start(emit)
        return emit(event)
      case 'choice-end':
        open.delete(event.choice)
        break
      case 'tool-call-start':
        open.set(event.choice, 'tool-calls')
        break
      default:
        if (!open.has(event.choice)) open.set(event.choice, 'stop')
    }
    if (!started) start(emit)
    emit(firstChoice === 0 ? event : { ...event, choice: event.choice + firstChoice })
  }

  /** What a decoder still held when its message was cut: half a character, a frame without its end. */
  const held: StreamEvent[] = []

  return {
    write(event, emit) {
      if (end.done) return
      const isCut = end.outcome !== undefined && end.outcome !== 'complete'
      if (!isCut || event.type === 'error') return take(event, emit)
      held.push(event)
      // The wire's own end was among it: the answer is whole all the same.
      if (event.type === 'finish') for (const one of held) take(one, emit)
    },
    end(emit) {
      if (end.done) return
      const { outcome } = end
      if (outcome === 'complete' && started) return finish(emit)
      const error =
        typeof outcome === 'object'
          ? outcome
          : outcome === 'complete'
            ? proxyError('upstream_invalid_answer', 'The upstream answered with nothing at all.')
            : disconnected()
      fail({ type: 'error', error }, emit)
    },
  }
}
