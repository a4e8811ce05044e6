import type { LoadedConfig } from '../config/loaded-config.ts'
import { secretsOf } from '../config/log-settings.ts'
import type { Logger } from '../contract/exchange.ts'
import { chatCompletions } from '../endpoints/chat-completions.ts'
import { completions } from '../endpoints/completions.ts'
import { createMemoryResponseStore, type ResponseStore } from '../endpoints/response-store.ts'
import { responsesEndpoint } from '../endpoints/responses.ts'
import { setUpPlugins } from '../plugins/set-up.ts'
import { hiding } from '../redact.ts'
import { createUpstream } from '../upstreams/create-upstream.ts'
import type { App } from './app.ts'
import { createBrokenStreams } from './exchange/broken-streams.ts'
import type { Peers } from './peers.ts'
import { shareKnowledge } from './share-knowledge.ts'
import { callJson } from './upstream/call-json.ts'
import { createCircuit } from './upstream/circuit.ts'
import { createForwarder } from './upstream/forward.ts'
import { createModelCatalog } from './upstream/model-catalog.ts'
import { createReadiness } from './upstream/readiness.ts'

/** What outlives a configuration. */
export interface Lasting {
  responses?: ResponseStore
  peers?: Peers | undefined
}

/**
 * Everything that serves exchanges, from a validated configuration. Rejects with a ConfigError for a plugin's fault.
 */
export async function createApp(
  loaded: LoadedConfig,
  log: Logger,
  { responses = createMemoryResponseStore(), peers }: Lasting = {},
): Promise<App> {
  const { config } = loaded
  const upstream = createUpstream(config.upstream, process.env)
  const host = await setUpPlugins(loaded, upstream, log)
  const own = { config, log, upstream, host }
  const catalog = createModelCatalog({
    fetch: () => callJson(upstream.models(), forwarder, config.limits.answer),
    interval: config.models.refresh,
    log,
  })
  const endpoints = [chatCompletions, completions, responsesEndpoint({ store: responses })]
  const knowledge = {
    circuit: createCircuit(config.circuit_breaker, upstream.origin, log),
    brokenStreams: createBrokenStreams(config.heal.remember),
  }
  const { circuit, brokenStreams, onPeerEvent } = peers
    ? shareKnowledge(knowledge, { origin: upstream.origin, catalog, peers })
    : { ...knowledge, onPeerEvent: async () => {} }
  const hide = hiding(secretsOf(config))
  const forwarder = createForwarder({
    readError: (status, headers, body) => upstream.readError(status, headers, hide(body)),
    circuit,
    config,
  })
  const readiness = createReadiness(forwarder, catalog)
  return { ...own, forwarder, catalog, brokenStreams, readiness, endpoints, responses, peers, onPeerEvent }
}

/** Closes the plugins and the upstream's connections. */
export async function closeApp({ host, forwarder }: App): Promise<void> {
  await host.close()
  forwarder.close()
}
