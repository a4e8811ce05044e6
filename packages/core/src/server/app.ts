import type { Config } from '../config/schema.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import type { Logger } from '../contract/exchange.ts'
import type { Upstream } from '../contract/upstream.ts'
import type { ResponseStore } from '../endpoints/response-store.ts'
import type { PluginHost } from '../plugins/host.ts'
import type { BrokenStreams } from './exchange/broken-streams.ts'
import type { PeerEvent, Peers } from './peers.ts'
import type { Forwarder } from './upstream/forward.ts'
import type { ModelCatalog } from './upstream/model-catalog.ts'
import type { Readiness } from './upstream/readiness.ts'

/** What every exchange works with; made once at start. */
export interface App {
  config: Config
  log: Logger
  upstream: Upstream
  host: PluginHost
  forwarder: Forwarder
  catalog: ModelCatalog
  /** Models that are answered in pseudo stream for a while. */
  brokenStreams: BrokenStreams
  readiness: () => Promise<Readiness>
  endpoints: readonly Endpoint[]
  /** Finished responses, for `previous_response_id` and `GET /v1/responses/{id}`. */
  responses: ResponseStore
  /** The other processes that serve the same port; absent where this is the only one. */
  peers: Peers | undefined
  /** Takes over what one of them has learnt. */
  onPeerEvent(event: PeerEvent): Promise<void>
}
