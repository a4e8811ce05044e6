import { deserialize, serialize } from 'node:v8'
import type { Channel } from './rpc.ts'

/** Both ends of a channel: messages are copied, arrive later, and in order. Sockets arrive as they are. */
export function channelPair(): [Channel, Channel] {
  const listeners: Parameters<Channel['onMessage']>[0][][] = [[], []]
  const end = (own: number, other: number): Channel => ({
    send(frame, socket) {
      const copy = serialize(frame)
      setImmediate(() => {
        for (const listener of listeners[other] ?? []) listener(deserialize(copy), socket)
      })
    },
    onMessage: (listener) => void listeners[own]?.push(listener),
  })
  return [end(0, 1), end(1, 0)]
}
