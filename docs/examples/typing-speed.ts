import { setTimeout as pause } from 'node:timers/promises'
import { definePlugin, type Exchange, type StreamEvent, type TransformStream } from 'argo-proxy'
import { objectTransform } from 'through2'

/** Types the answer as a person would: word by word, with a pause behind each. */
export default definePlugin({
  name: 'typing-speed',
  apiVersion: 1,
  setup: () => ({ stages: [{ slot: 'events', create: typed }] }),
})

function typed({ signal }: Exchange): TransformStream {
  return objectTransform(async function* (events: AsyncIterable<StreamEvent>) {
    for await (const event of events) {
      if (event.type !== 'text-delta') {
        yield event
        continue
      }
      for (const delta of event.delta.match(/\s*\S+\s*|\s+/g) ?? []) {
        yield { type: 'text-delta', choice: event.choice, delta }
        await pause(5, undefined, { signal })
      }
    }
  })
}
