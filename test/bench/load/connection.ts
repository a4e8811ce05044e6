import { connect } from 'node:net'
import { type BodyPart, responseReader } from './response-reader.ts'
import { WrongAnswer } from './wrong-answer.ts'

/** One request and what came of it. Times in milliseconds of `performance.now()`. */
export interface Reply {
  status: number
  parts: BodyPart[]
  sent: number
  received: number
}

/** A kept-alive connection: one request at a time, no HTTP library in the way of the measurement. */
export interface Connection {
  ask(request: Buffer): Promise<Reply>
  /** Called once, with the first bytes of the answer to the request under way. */
  onFirstBytes?(): void
  close(): void
}

export function openConnection(port: number): Promise<Connection> {
  const opened = Promise.withResolvers<Connection>()
  let waiting: { resolve(reply: Reply): void; reject(error: Error): void } | undefined
  let sent = 0
  /** Why nothing more can be asked. */
  let failure: Error | undefined

  const read = responseReader(({ status, parts }) => {
    waiting?.resolve({ status, parts, sent, received: performance.now() })
    waiting = undefined
  })
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const fail = (error: Error) => {
    failure ??= error
    opened.reject(error)
    waiting?.reject(error)
    waiting = undefined
    socket.destroy()
  }
  socket.on('connect', () => opened.resolve(connection))
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection was closed')))
  socket.on('data', (bytes: Buffer) => {
    try {
      read(bytes, performance.now())
    } catch (error) {
      fail(new WrongAnswer(error))
    }
    connection.onFirstBytes?.()
    connection.onFirstBytes = undefined
  })

  const connection: Connection = {
    ask(request) {
      if (failure) return Promise.reject(failure)
      const { promise, resolve, reject } = Promise.withResolvers<Reply>()
      waiting = { resolve, reject }
      sent = performance.now()
      socket.write(request)
      return promise
    },
    close: () => socket.destroy(),
  }
  return opened.promise
}
