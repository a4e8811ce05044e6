import type { Server } from 'node:http'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { closeApp, createApp } from './create-app.ts'
import { createProxyServer } from './create-server.ts'
import { createService, type Live, type Service } from './service.ts'
import { shuttingDown } from './shutting-down.ts'

export interface RunningProxy {
  /** As in `http://127.0.0.1:44497`. */
  url: string
  host: string
  port: number
  /**
   * Puts another configuration into service: new exchanges use it, open ones finish on theirs. Rejects with a ConfigError
   * for a plugin's fault, and nothing has changed then. Resolves to the keys that only a restart can change.
   */
  reload(loaded: LoadedConfig): Promise<string[]>
  /**
   * Stops accepting, lets open exchanges end within the grace time; what is left is told so in its own format, and cut.
   */
  close(graceMilliseconds: number): Promise<void>
}

/** Milliseconds for the last words of what is cut. */
const farewell = 500

/** Starts serving. Rejects with a ConfigError for a plugin's fault, with Node's error (EADDRINUSE...) for the port's. */
export async function startProxy(loaded: LoadedConfig, log: Logger): Promise<RunningProxy> {
  const app = await createApp(loaded, log)
  const live: Live = { service: createService(app), closing: false, count: 0 }
  const server = createProxyServer(live)
  try {
    await listen(server, loaded.config.port, loaded.config.host)
  } catch (error) {
    await closeApp(app)
    throw error
  }
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : loaded.config.port
  const { host } = loaded.config

  /** Earlier configurations that still have open exchanges. */
  const retired = new Map<Service, Promise<void>>()
  let inService = loaded
  let reloading: Promise<unknown> = Promise.resolve()
  let closed: Promise<void> | undefined

  async function replace(next: LoadedConfig): Promise<string[]> {
    const service = createService(await createApp(next, log, app.responses))
    if (live.closing) {
      await closeApp(service.app)
      return []
    }
    const before = live.service
    live.service = service
    retired.set(before, retire(before))
    const fixed = fixedKeys(inService, next)
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
    const stopped = stopListening(server)
    const services = [...retired.keys(), live.service]
    const allIdle = Promise.all(services.map((service) => service.idle()))
    await within(graceMilliseconds, Promise.all([allIdle, stopped]))
    for (const service of services) service.interrupt(shuttingDown())
    await within(farewell, Promise.all([allIdle, stopped]))
    server.closeAllConnections()
    await stopped
    await Promise.all([...retired.values(), closeApp(live.service.app)])
  }

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    host,
    port,
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

function listen(server: Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, () => {
    server.off('error', reject)
    resolve()
  })
  return promise
}

/** Resolves when the last connection is closed. Kept ones close as soon as they have nothing to do. */
function stopListening(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  server.close(() => {
    clearInterval(sweep)
    resolve()
  })
  server.closeIdleConnections()
  return promise
}

/** Waits for something, but not longer than this. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([work, promise])
  clearTimeout(timer)
}

/** Keys whose new value the listening server does not take. */
function fixedKeys({ config: before }: LoadedConfig, { config: after }: LoadedConfig): string[] {
  const values = (config: typeof before): Record<string, unknown> => ({
    host: config.host,
    port: config.port,
    'limits.headers': config.limits.headers,
    'limits.connections': config.limits.connections,
    'timeouts.request_headers': config.timeouts.request_headers,
    'timeouts.request': config.timeouts.request,
  })
  const old = values(before)
  return Object.entries(values(after)).flatMap(([key, value]) => (old[key] === value ? [] : [key]))
}
