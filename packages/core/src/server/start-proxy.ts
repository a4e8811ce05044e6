import type { Server } from 'node:http'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { closeApp, createApp } from './create-app.ts'
import { createProxyServer } from './create-server.ts'

export interface RunningProxy {
  /** As in `http://127.0.0.1:44497`. */
  url: string
  host: string
  port: number
  /** Stops accepting, lets open exchanges end within the grace time, then cuts what is left. */
  close(graceMilliseconds: number): Promise<void>
}

/** Starts serving. Rejects with a ConfigError for a plugin's fault, with Node's error (EADDRINUSE...) for the port's. */
export async function startProxy(loaded: LoadedConfig, log: Logger): Promise<RunningProxy> {
  const app = await createApp(loaded, log)
  const server = createProxyServer(app)
  try {
    await listen(server, loaded.config.port, loaded.config.host)
  } catch (error) {
    await closeApp(app)
    throw error
  }
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : loaded.config.port
  const { host } = loaded.config
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    host,
    port,
    async close(graceMilliseconds) {
      await closeServer(server, graceMilliseconds)
      await closeApp(app)
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

function closeServer(server: Server, graceMilliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cut = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
  server.close(() => {
    clearTimeout(cut)
    resolve()
  })
  server.closeIdleConnections()
  return promise
}
