import type { StreamEvent } from '../../contract/event.ts'
import type { Exchange } from '../../contract/exchange.ts'
import type { ChatRequest } from '../../contract/request.ts'
import type { CallContext } from '../../contract/upstream.ts'
import { proxyError, toProxyError } from '../../errors.ts'
import { assembleAside } from '../../pipeline/assemble.ts'
import { corePiece } from '../../pipeline/piece.ts'
import type { App } from '../app.ts'
import { AnswerRun } from './answer-run.ts'

/** One more complete call for a plugin: its events, ending in `finish` or `error`. Never rejects. */
export function ask(
  request: ChatRequest,
  { signal, ...context }: CallContext & Pick<Exchange, 'endpoint' | 'signal'>,
  { upstream, forwarder, config }: Pick<App, 'upstream' | 'forwarder' | 'config'>,
): Promise<StreamEvent[]> {
  const { promise, resolve } = Promise.withResolvers<StreamEvent[]>()
  const events: StreamEvent[] = []
  let run: AnswerRun | undefined

  function settle(): void {
    signal.removeEventListener('abort', onAbort)
    // With several calls, one that fails ends the others.
    run?.abort()
    resolve(events)
  }
  function fail(thrown: unknown): void {
    events.push({ type: 'error', error: toProxyError(thrown) })
    settle()
  }
  function onAbort(): void {
    fail(proxyError('client_closed_request', 'The exchange that asked has ended.'))
  }

  if (signal.aborted) {
    onAbort()
    return promise
  }
  signal.addEventListener('abort', onAbort)
  try {
    const complete = { ...request, stream: false }
    const calls = upstream.answer(complete, 'complete', context)
    const pieces = assembleAside({ endpoint: context.endpoint, request: complete, upstream }, calls)
    const collect = { write: (event: StreamEvent) => void events.push(event) }
    run = new AnswerRun({
      calls,
      upstreamPieces: pieces.upstream,
      clientPieces: [...pieces.client, corePiece('events', 'collect', () => collect)],
      outlet: { write: () => true, end: settle },
      forwarder,
      limit: config.limits.answer,
      held: true,
      isFinished: () => events.at(-1)?.type === 'finish',
      listener: { onError: fail },
    })
  } catch (thrown) {
    fail(thrown)
  }
  return promise
}
