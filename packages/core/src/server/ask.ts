import type { StreamEvent } from '../contract/event.ts'
import type { CallContext } from '../contract/format.ts'
import type { ChatRequest } from '../contract/request.ts'
import { toProxyError } from '../errors.ts'
import { ending } from '../pipeline/ending.ts'
import { merge } from '../pipeline/merge.ts'
import { corePiece } from '../pipeline/piece.ts'
import { AnswerRun } from './answer-run.ts'
import type { App } from './app.ts'

/** One more complete call for a plugin: its events, ending in `finish` or `error`. Never rejects. */
export function ask(
  request: ChatRequest,
  { signal, ...context }: CallContext & { signal: AbortSignal },
  { upstream, forwarder, config }: Pick<App, 'upstream' | 'forwarder' | 'config'>,
): Promise<StreamEvent[]> {
  const { promise, resolve } = Promise.withResolvers<StreamEvent[]>()
  const events: StreamEvent[] = []
  const fail = (thrown: unknown) => resolve([...events, { type: 'error', error: toProxyError(thrown) }])
  try {
    const calls = upstream.answer({ ...request, stream: false }, 'complete', context)
    const collect = { write: (event: StreamEvent) => void events.push(event) }
    const run = new AnswerRun({
      calls,
      upstreamPieces: (call, end) => [
        corePiece('decode', 'decode', () => call.decode()),
        corePiece('decode', 'ending', () => ending(end, call.firstChoice, request.model)),
      ],
      clientPieces: [
        corePiece('events', 'merge', () => merge(calls.length)),
        corePiece('events', 'collect', () => collect),
      ],
      outlet: { write: () => true, end: () => resolve(events) },
      forwarder,
      limit: config.limits.answer,
      held: true,
      listener: { onError: fail },
    })
    const stop = (): void => {
      run.abort()
      fail(signal.reason)
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  } catch (thrown) {
    fail(thrown)
  }
  return promise
}
