import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { chatCompletions } from '../endpoints/chat-completions.ts'
import { completions } from '../endpoints/completions.ts'
import { createMemoryResponseStore, type ResponseStore } from '../endpoints/response-store.ts'
import { responsesEndpoint } from '../endpoints/responses.ts'
import { setUpPlugins } from '../plugins/set-up.ts'
import { createUpstream } from '../upstreams/create-upstream.ts'
import type { App } from './app.ts'
import { createBrokenStreams } from './broken-streams.ts'
import { callJson } from './call-json.ts'
import { createCircuit } from './circuit.ts'
import { createForwarder } from './forward.ts'
import { createModelCatalog } from './model-catalog.ts'
import { createReadiness } from './readiness.ts'

/**
 * Everything that serves exchanges, from a validated configuration. Stored responses outlive a configuration. Rejects with a
 * ConfigError for a plugin's fault.
 */
export async function createApp(
  loaded: LoadedConfig,
  log: Logger,
  responses: ResponseStore = createMemoryResponseStore(),
): Promise<App> {
  const { config } = loaded
  const upstream = createUpstream(config.upstream, process.env)
  const host = await setUpPlugins(loaded, upstream, log)
  const forwarder = createForwarder({
    readError: (status, headers, body) => upstream.readError(status, headers, body),
    circuit: createCircuit(config.circuit_breaker, upstream.origin, log),
    config,
  })
  const catalog = createModelCatalog({
    fetch: () => callJson(upstream.models(), forwarder, config.limits.answer),
    interval: config.models.refresh,
    log,
  })
  const endpoints = [chatCompletions, completions, responsesEndpoint({ store: responses })]
  const brokenStreams = createBrokenStreams(config.heal.remember)
  const readiness = createReadiness(forwarder, catalog)
  return { config, log, upstream, host, forwarder, catalog, brokenStreams, readiness, endpoints, responses }
}

/** Closes the plugins and the upstream's connections. */
export async function closeApp({ host, forwarder }: App): Promise<void> {
  await host.close()
  forwarder.close()
}
