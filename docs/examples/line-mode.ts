import { definePlugin, type EventStep } from 'argo-proxy'

/** A stream mode of its own: the upstream's stream, released line by line. */
export default definePlugin({
  name: 'line-mode',
  apiVersion: 1,
  setup: () => ({
    modes: { lines: { upstream: 'stream', pace: { step: wholeLines } } },
    vote: () => ({ mode: 'lines', because: 'the plugin line-mode is on' }),
  }),
})

function wholeLines(): EventStep {
  const held = new Map<number, string>()
  return {
    write(event, emit) {
      if (event.type === 'text-delta') {
        const text = (held.get(event.choice) ?? '') + event.delta
        const end = text.lastIndexOf('\n') + 1
        held.set(event.choice, text.slice(end))
        if (end > 0) emit({ type: 'text-delta', choice: event.choice, delta: text.slice(0, end) })
        return
      }
      if ('choice' in event) {
        const delta = held.get(event.choice)
        if (delta) emit({ type: 'text-delta', choice: event.choice, delta })
        held.delete(event.choice)
      }
      emit(event)
    },
  }
}
