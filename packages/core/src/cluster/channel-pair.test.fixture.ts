import { deserialize, serialize } from 'node:v8'
import type { Channel } from './conversation.ts'

/** Both ends of a channel: messages are copied, arrive later, and in order. */
export function channelPair(): [Channel, Channel] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const end = (own: number, other: number): Channel => ({
    send(frame) {
      const copy = serialize(frame)
      setImmediate(() => {
        for (const listener of listeners[other] ?? []) listener(deserialize(copy))
      })
    },
    onMessage: (listener) => void listeners[own]?.push(listener),
  })
  return [end(0, 1), end(1, 0)]
}
