import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openConnection } from './connection.ts'
import { WrongAnswer } from './wrong-answer.ts'

let server: Server | undefined

async function portOf(listening: Server): Promise<number> {
  server = listening
  const { promise, resolve } = Promise.withResolvers<void>()
  listening.listen(0, '127.0.0.1', resolve)
  await promise
  const address = listening.address()
  return typeof address === 'object' && address ? address.port : 0
}

afterEach(() => {
  server?.close()
})

test('a connection that was closed before it was asked says so, and does not wait for an answer', async () => {
  const closed = Promise.withResolvers<void>()
  const port = await portOf(
    createServer((socket) => {
      socket.on('close', () => closed.resolve())
      socket.destroy()
    }),
  )
  const connection = await openConnection(port)
  await closed.promise
  await new Promise((resolve) => setTimeout(resolve, 20))
  await expect(connection.ask(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).rejects.toThrow(/closed|ECONNRESET/)
})

test('broken framing is a wrong answer', async () => {
  const port = await portOf(
    createServer((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')),
    ),
  )
  const connection = await openConnection(port)
  await expect(connection.ask(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).rejects.toThrow(WrongAnswer)
})
