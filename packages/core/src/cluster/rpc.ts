import { Socket } from 'node:net'
import { type Failure, fromFailure, toFailure } from './failure.ts'

/** As a method, so that handlers of any arguments are such: both ends are the same build of this program. */
type Handler = { handle(...given: unknown[]): unknown }['handle']

/** The functions that another process may call, by name. */
export type Calls = Record<string, Handler>

/** One end of a channel between two processes. Messages arrive in the order in which they were sent. */
export interface Channel {
  /**
   * What is sent to a process that has ended is lost. With `socket` the other process gets a descriptor of the same
   * connection; this process keeps its own.
   */
  send(frame: Frame, socket?: Socket): void
  onMessage(listener: (message: unknown, socket?: Socket) => void): void
}

/**
 * `argo` marks this protocol's messages: plugins may use the channel for messages of their own, which are ignored here.
 */
export type Frame =
  | { argo: 'call'; id: number; name: string; given: unknown[] }
  | { argo: 'answer'; id: number; value: unknown }
  | { argo: 'failure'; id: number; failure: Failure }

export interface Rpc<Remote extends Calls> {
  /**
   * Calls a function of the other process. Its last argument may be a Socket, the rest must be structured-cloneable.
   * Rejects with the error that the function threw, or with that of `end`.
   */
  call<Name extends keyof Remote & string>(
    name: Name,
    ...given: Parameters<Remote[Name]>
  ): Promise<Awaited<ReturnType<Remote[Name]>>>
  /** The other process has ended: rejects every open and every later call with this error. */
  end(error: Error): void
}

interface OpenCall {
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * Remote procedure calls over a channel, in both directions. `own` are the functions that the other process may call.
 */
export function createRpc<Remote extends Calls>(channel: Channel, own: Calls): Rpc<Remote> {
  const open = new Map<number, OpenCall>()
  let count = 0
  let ended: Error | undefined

  async function answer(id: number, name: string, given: unknown[]): Promise<void> {
    try {
      const value = await own[name]?.(...given)
      channel.send({ argo: 'answer', id, value })
    } catch (error) {
      channel.send({ argo: 'failure', id, failure: toFailure(error) })
    }
  }

  channel.onMessage((message, socket) => {
    if (!isFrame(message)) return
    if (message.argo === 'call') {
      return void answer(message.id, message.name, socket ? [...message.given, socket] : message.given)
    }
    const call = open.get(message.id)
    open.delete(message.id)
    if (message.argo === 'answer') call?.resolve(message.value)
    else call?.reject(fromFailure(message.failure))
  })

  function send(id: number, name: string, given: unknown[]): void {
    const last = given.at(-1)
    if (last instanceof Socket) channel.send({ argo: 'call', id, name, given: given.slice(0, -1) }, last)
    else channel.send({ argo: 'call', id, name, given })
  }

  return {
    call(name, ...given) {
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<Remote[typeof name]>>>()
      if (ended) reject(ended)
      else {
        count += 1
        open.set(count, { resolve, reject })
        try {
          send(count, name, given)
        } catch (error) {
          open.delete(count)
          reject(error)
        }
      }
      return promise
    },
    end(error) {
      ended ??= error
      for (const { reject } of open.values()) reject(error)
      open.clear()
    },
  }
}

function isFrame(message: unknown): message is Frame {
  return typeof message === 'object' && message !== null && 'argo' in message && 'id' in message
}
