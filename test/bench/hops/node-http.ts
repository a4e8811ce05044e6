import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { channelToParent } from '../processes/channel.ts'

/**
 * The least that a process of Node can be between two HTTP connections: `node:http` on both sides, kept alive, pipes with
 * their back-pressure, and each side's end told to the other.
 */
const upstreamPort = Number(process.argv[2])
const agent = new Agent({ keepAlive: true, maxFreeSockets: 10_000, scheduling: 'lifo' })
/** Of the connection, not of the message. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'proxy-connection',
])

const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, forward)

function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const call = request({
    agent,
    host: '127.0.0.1',
    port: upstreamPort,
    method: incoming.method,
    path: incoming.url,
    headers: endToEnd(incoming.rawHeaders),
  })
  call.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders))
    answer.pipe(outgoing)
    answer.on('error', () => outgoing.destroy())
  })
  call.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end()
  })
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) call.destroy()
  })
  incoming.pipe(call)
}

/** A flat list of names and values, as Node gives and takes them, keeping case and repetitions. */
function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]]
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, value)
  }
  return kept
}

const parent = channelToParent<never, { port: number }>(() => {})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = server.address()
  if (typeof address === 'object' && address) parent.send({ port: address.port })
})
