import type { Server } from 'node:http'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { loadAhead } from '../on-demand.ts'
import { within } from '../within.ts'
import { closeApp, createApp, type Lasting } from './create-app.ts'
import { fixedKeys } from './fixed-keys.ts'
import { createProxyServer } from './http/create-server.ts'
import { createService, type Live, type Service } from './service.ts'
import { type Serving, urlOf } from './serving.ts'
import { shuttingDown } from './shutting-down.ts'

/** A configuration that could be put into service at once. */
export interface PreparedConfig {
  /** Does so. */
  take(): Promise<void>
  /** It is not wanted after all. */
  drop(): Promise<void>
}

export interface RunningProxy extends Serving {
  readonly live: Live
  /** The first half of a reload: whatever can fail. */
  prepare(loaded: LoadedConfig): Promise<PreparedConfig>
}

/** Where a server's connections come from: a port that it listens on, or another process. */
export interface ConnectionSource {
  /** Lets the server have them. Resolves to the port. Rejects with Node's error (EADDRINUSE...). */
  open(server: Server, address: { host: string; port: number }): Promise<number>
  /** Lets it have no more. Resolves when the last open one is closed. */
  close(server: Server): Promise<void>
}

/** Milliseconds for the last words of what is cut. */
const farewell = 500

/** Starts serving. Rejects with a ConfigError for a plugin's fault, with Node's error (EADDRINUSE...) for the port's. */
export async function startProxy(
  loaded: LoadedConfig,
  log: Logger,
  lasting: Lasting = {},
  connections: ConnectionSource = ownPort,
): Promise<RunningProxy> {
  const app = await createApp(loaded, log, lasting)
  const { responses, peers } = app
  const live: Live = { service: createService(app), closing: false, count: 0, capacity: loaded.config.limits.exchanges }
  const server = createProxyServer(live)
  let port: number
  try {
    port = await connections.open(server, loaded.config)
  } catch (error) {
    await closeApp(app)
    throw error
  }
  void loadAhead()
  const { host } = loaded.config

  /** Earlier configurations that still have open exchanges. */
  const retired = new Map<Service, Promise<void>>()
  let inService = loaded
  let reloading: Promise<unknown> = Promise.resolve()
  let closed: Promise<void> | undefined

  async function prepare(next: LoadedConfig): Promise<PreparedConfig> {
    const service = createService(await createApp(next, log, { responses, peers }))
    const drop = (): Promise<void> => closeApp(service.app)
    return {
      drop,
      async take() {
        if (live.closing) return await drop()
        const before = live.service
        live.service = service
        live.capacity = next.config.limits.exchanges
        retired.set(before, retire(before))
      },
    }
  }

  async function replace(next: LoadedConfig): Promise<string[]> {
    const prepared = await prepare(next)
    await prepared.take()
    if (live.closing) return []
    const fixed = fixedKeys(inService.config, next.config)
    inService = next
    return fixed
  }

  async function retire(service: Service): Promise<void> {
    await service.idle()
    await closeApp(service.app)
    retired.delete(service)
  }

  async function close(graceMilliseconds: number): Promise<void> {
    live.closing = true
    const stopped = closeConnections(server, connections)
    const services = [...retired.keys(), live.service]
    const allIdle = Promise.all(services.map((service) => service.idle()))
    await within(graceMilliseconds, Promise.all([allIdle, stopped]), undefined)
    for (const service of services) service.interrupt(shuttingDown())
    await within(farewell, Promise.all([allIdle, stopped]), undefined)
    server.closeAllConnections()
    await stopped
    await Promise.all([...retired.values(), closeApp(live.service.app)])
  }

  return {
    url: urlOf(host, port),
    host,
    port,
    live,
    prepare,
    reload(next) {
      const replaced = reloading.then(() => replace(next))
      reloading = replaced.catch(() => {})
      return replaced
    },
    close(graceMilliseconds) {
      closed ??= close(graceMilliseconds)
      return closed
    },
  }
}

const ownPort: ConnectionSource = {
  open(server, { host, port }) {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
    return promise
  },
  close(server) {
    const { promise, resolve } = Promise.withResolvers<void>()
    server.close(() => resolve())
    return promise
  },
}

/** Resolves when the last connection is closed. Kept ones close as soon as they have nothing to do. */
async function closeConnections(server: Server, connections: ConnectionSource): Promise<void> {
  const closed = connections.close(server)
  server.closeIdleConnections()
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  await closed
  clearInterval(sweep)
}
