import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { chatCompletions } from '../endpoints/chat-completions.ts'
import { completions } from '../endpoints/completions.ts'
import { createMemoryResponseStore } from '../endpoints/response-store.ts'
import { responsesEndpoint } from '../endpoints/responses.ts'
import { setUpPlugins } from '../plugins/set-up.ts'
import { createUpstream } from '../upstreams/create-upstream.ts'
import type { App } from './app.ts'
import { callJson } from './call-json.ts'
import { createForwarder } from './forward.ts'
import { createModelCatalog } from './model-catalog.ts'

/** Everything that serves exchanges, from a validated configuration. Rejects with a ConfigError for a plugin's fault. */
export async function createApp(loaded: LoadedConfig, log: Logger): Promise<App> {
  const { config } = loaded
  const upstream = createUpstream(config.upstream, process.env)
  const host = await setUpPlugins(loaded, upstream, log)
  const forwarder = createForwarder({
    readError: (status, headers, body) => upstream.readError(status, headers, body),
    limits: config.timeouts,
    verifyTls: config.upstream.verify_tls,
    maxSockets: config.limits.exchanges,
  })
  const catalog = createModelCatalog({
    fetch: () => callJson(upstream.models(), forwarder, config.limits.answer),
    interval: config.models.refresh,
    log,
  })
  const responses = createMemoryResponseStore()
  const endpoints = [chatCompletions, completions, responsesEndpoint({ store: responses })]
  return { config, log, upstream, host, forwarder, catalog, endpoints, responses }
}

/** Closes the plugins and the upstream's connections. */
export async function closeApp({ host, forwarder }: App): Promise<void> {
  await host.close()
  forwarder.close()
}
