import { type Failure, fromFailure, toFailure } from './failure.ts'

/** As a method, so that handlers of any arguments are such: both ends are the same build of this program. */
type Handler = { handle(...given: unknown[]): unknown }['handle']

/** What may be asked of a process, by name. */
export type Calls = Record<string, Handler>

/** One end of a channel between two processes. */
export interface Channel {
  /** What is sent to a process that has ended is lost. */
  send(frame: Frame): void
  onMessage(listener: (message: unknown) => void): void
}

/** `argo`: a plugin may use the channel for its own, which is not looked at. */
export type Frame =
  | { argo: 'call'; id: number; name: string; given: unknown[] }
  | { argo: 'answer'; id: number; value: unknown }
  | { argo: 'failure'; id: number; failure: Failure }

export interface Conversation<Remote extends Calls> {
  /** Rejects with what the other end has thrown, or when it ends. */
  call<Name extends keyof Remote & string>(
    name: Name,
    ...given: Parameters<Remote[Name]>
  ): Promise<Awaited<ReturnType<Remote[Name]>>>
  /** The other end is gone: every open call rejects with this. */
  end(error: Error): void
}

interface OpenCall {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Calls of one process by another, both ways. Messages arrive in the order in which they were sent. */
export function converse<Remote extends Calls>(channel: Channel, own: Calls): Conversation<Remote> {
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

  channel.onMessage((message) => {
    if (!isFrame(message)) return
    if (message.argo === 'call') return void answer(message.id, message.name, message.given)
    const call = open.get(message.id)
    open.delete(message.id)
    if (message.argo === 'answer') call?.resolve(message.value)
    else call?.reject(fromFailure(message.failure))
  })

  return {
    call(name, ...given) {
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<Remote[typeof name]>>>()
      if (ended) reject(ended)
      else {
        count += 1
        open.set(count, { resolve, reject })
        try {
          channel.send({ argo: 'call', id: count, name, given })
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
