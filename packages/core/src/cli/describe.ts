import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Exchange, Logger, UpstreamCallKind } from '../contract/exchange.ts'
import { proxyError } from '../errors.ts'
import { assemble, type Pipeline } from '../pipeline/assemble.ts'
import type { Piece } from '../pipeline/piece.ts'
import { planRequest } from '../server/exchange/plan.ts'
import { withApp } from './with-app.ts'

/** What would become of a request: the same array that would serve it, unbuilt. */
export interface Description {
  mode: string
  because: string
  upstreamCall: UpstreamCallKind
  lane: Pipeline['lane']
  /** The URL of the upstream's call. */
  upstream: string
  pieces: { name: string; owner: string; slot: Piece['slot'] }[]
}

/** Plans a request without sending it. Rejects with a ConfigError or a ProxyError. */
export function describe(
  loaded: LoadedConfig,
  log: Logger,
  { endpoint: name, body }: { endpoint: Exchange['endpoint']; body: unknown },
): Promise<Description> {
  return withApp(loaded, log, async (app) => {
    const endpoint = app.endpoints.find((one) => one.name === name)
    if (!endpoint) throw proxyError('invalid_value', `There is no endpoint "${name}".`)
    const { config, upstream, host } = app
    const { parsed, decision, request, kind, calls } = await planRequest(
      endpoint,
      body,
      { user: config.user ?? 'anybody' },
      app,
    )
    const exchange: Exchange = {
      id: 'explain',
      endpoint: name,
      request,
      original: parsed.request,
      upstream,
      mode: decision.mode,
      because: decision.because,
      signal: new AbortController().signal,
      log,
      ask: async () => [],
      setHeader: () => {},
    }
    const pipeline = assemble({
      exchange,
      translated: parsed.translated ?? false,
      encode: () => parsed.encode(request.stream ? 'stream' : 'complete', exchange),
      decision,
      kind,
      calls,
      host,
      verdict: { settled: undefined, finish: () => {}, fail: () => {} },
    })
    const [call] = calls
    const pieces = [...(call ? pipeline.upstream(call, { done: false }) : []), ...pipeline.client]
    return {
      mode: decision.mode,
      because: decision.because,
      upstreamCall: kind,
      lane: pipeline.lane,
      upstream: call?.url.href ?? upstream.origin,
      pieces: pieces.map(({ name: piece, owner, slot }) => ({ name: piece, owner, slot })),
    }
  })
}
