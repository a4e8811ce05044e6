import type { Config } from '../config/schema.ts'
import type { Logger } from '../contract/exchange.ts'
import type { Endpoint, Upstream } from '../contract/format.ts'
import type { PluginHost } from '../plugins/host.ts'
import type { Forwarder } from './forward.ts'

/** What every exchange works with; made once at start. */
export interface App {
  config: Config
  log: Logger
  upstream: Upstream
  host: PluginHost
  forwarder: Forwarder
  endpoints: readonly Endpoint[]
}
