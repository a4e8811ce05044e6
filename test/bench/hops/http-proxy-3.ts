import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { channelToParent } from '../processes/channel.ts'

/** http-proxy-3 and nothing else, with the one option that it needs: an agent that keeps connections alive. */
interface Library {
  createProxyServer(options: object): { web(request: IncomingMessage, response: ServerResponse): void }
}

// The copy that argo-proxy itself runs on.
const library: Library = createRequire(new URL('../../../packages/core/package.json', import.meta.url))('http-proxy-3')
const agent = new Agent({ keepAlive: true, maxFreeSockets: 10_000, scheduling: 'lifo' })
const proxy = library.createProxyServer({ target: `http://127.0.0.1:${process.argv[2]}`, agent })
const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) =>
  proxy.web(request, response),
)

const parent = channelToParent<never, { port: number }>(() => {})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = server.address()
  if (typeof address === 'object' && address) parent.send({ port: address.port })
})
