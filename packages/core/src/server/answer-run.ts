import type { IncomingHttpHeaders } from 'node:http'
import type { ProxyError } from '../contract/error.ts'
import type { AnswerCall } from '../contract/format.ts'
import type { CallEnd } from '../pipeline/call-end.ts'
import { connect, type Inlet } from '../pipeline/connect.ts'
import type { Piece } from '../pipeline/piece.ts'
import type { Forwarder } from './forward.ts'
import type { Budget, CallHandlers, RunningCall } from './upstream-call.ts'
import { webPage } from './upstream-faults.ts'

export interface AnswerRun {
  /** The outlet takes values again. */
  resume(): void
  /** Ends the upstream's calls and destroys the streams; nothing more reaches the outlet. */
  abort(): void
}

export interface AnswerRunOptions {
  calls: readonly AnswerCall[]
  /** The pieces of one call, then those that all calls share. */
  upstreamPieces(call: AnswerCall, end: CallEnd): Piece[]
  clientPieces: readonly Piece[]
  outlet: Inlet
  forwarder: Forwarder
  /** Bytes that may be held: of the whole answer, or of what comes between two events of a stream. */
  limit: number
  /** The answer is held until it is whole. */
  held: boolean
  /** The headers of the first call that has a 2xx status. */
  onAnswer?(headers: IncomingHttpHeaders): void
  /** The upstream has answered with another status than 2xx; `onError` follows. */
  onRefused?(status: number): void
  onError(error: ProxyError): void
}

/** Sends the calls of one answer and drives what comes back through the pieces, with back-pressure from end to end. */
export function runAnswer(options: AnswerRunOptions): AnswerRun {
  const { calls, clientPieces, outlet, forwarder, limit, held, onError } = options
  const running: RunningCall[] = []
  const budget: Budget = { left: limit, limit }
  let open = calls.length
  let answered = false
  const feeder = { resume: () => running.forEach((call) => call.resume()) }
  const client = connect(clientPieces, outlet, feeder, onError)
  const connections = [client]

  const shared: Inlet = {
    write(value) {
      if (!held) budget.left = limit
      return client.inlet.write(value)
    },
    end() {
      open -= 1
      if (open === 0) client.inlet.end()
    },
  }

  for (const call of calls) {
    const end: CallEnd = { done: false }
    let closed = false
    const upstream = connect(options.upstreamPieces(call, end), shared, { resume: () => runningCall.resume() }, onError)
    connections.push(upstream)

    function close(): void {
      if (closed) return
      closed = true
      upstream.inlet.end()
    }

    const handlers: CallHandlers = {
      onAnswer({ headers }) {
        if (headers['content-type']?.startsWith('text/html')) {
          end.outcome = webPage()
          runningCall.abort()
          return close()
        }
        if (!answered) options.onAnswer?.(headers)
        answered = true
      },
      onData(chunks) {
        if (closed) return
        const flowing = upstream.writeAll(chunks)
        if (!end.done) {
          if (!flowing) runningCall.pause()
          return
        }
        runningCall.finish()
        close()
      },
      onEnd(outcome, status) {
        if (status !== undefined) options.onRefused?.(status)
        end.outcome = outcome
        close()
      },
    }
    const runningCall = forwarder.call(call, handlers, budget)
    running.push(runningCall)
  }

  return {
    resume: () => client.resume(),
    abort() {
      for (const call of running) call.abort()
      for (const connection of connections) connection.destroy()
    },
  }
}
