import type { Socket } from 'node:net'
import { ChunkJoiner } from '../wire/chunk-joiner.ts'

const joiners = new WeakMap<Socket, ChunkJoiner>()

/**
 * The joiner of a connection to the upstream: it stands between what the socket reads and all who listen to it, and is there
 * for as long as the connection is kept.
 */
export function joinerOf(socket: Socket): ChunkJoiner {
  const known = joiners.get(socket)
  if (known) return known
  const joiner = new ChunkJoiner()
  joiners.set(socket, joiner)
  const push = socket.push.bind(socket)
  // By `push` a stream's source gives what it has read (Node documents it for implementers): a stream in between would cost
  // every chunk of every answer, also where there is nothing to join.
  socket.push = (chunk: unknown, encoding?: BufferEncoding) =>
    push(Buffer.isBuffer(chunk) ? joiner.take(chunk) : chunk, encoding)
  return joiner
}
