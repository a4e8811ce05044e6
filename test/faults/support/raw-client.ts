import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** What came back over a connection. */
export interface RawReply {
  bytes: Buffer
  text: string
  /** The statuses of the answers in it, in order. */
  statuses: number[]
  /** `open` where the peer had not closed it when the time was up. */
  ending: 'closed' | 'reset' | 'open'
}

export interface RawClient {
  socket: Socket
  send(bytes: string | Buffer): void
  /** What has come so far. */
  text(): string
  /** Resolves when the text has come; rejects after two seconds. */
  seen(text: string | RegExp): Promise<void>
  /** Waits for the peer to close, no longer than this. */
  reply(milliseconds?: number): Promise<RawReply>
}

/** A client of bare TCP. */
export async function rawClient(port: number): Promise<RawClient> {
  const chunks: Buffer[] = []
  const closed = Promise.withResolvers<'closed' | 'reset'>()
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let failed = false
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {
    failed = true
  })
  socket.on('close', () => closed.resolve(failed ? 'reset' : 'closed'))
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve)
    socket.once('close', () => resolve())
  })
  const text = (): string => Buffer.concat(chunks).toString('utf8')
  return {
    socket,
    send: (bytes) => void (socket.writable && socket.write(bytes)),
    text,
    async seen(wanted) {
      const found = (): boolean => (typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text()))
      for (let waited = 0; !found(); waited += 5) {
        if (waited > 2_000) throw new Error(`${wanted} did not come, but: ${text()}`)
        await pause(5)
      }
    },
    async reply(milliseconds = 2_000) {
      const timer = new AbortController()
      const ending = await Promise.race([closed.promise, pause(milliseconds, 'open' as const, timer)])
      timer.abort()
      socket.destroy()
      const statuses = [...text().matchAll(/(?:^|\r\n|\}|\n\n)HTTP\/1\.[01] (\d{3})/g)].map(([, status]) =>
        Number(status),
      )
      return { bytes: Buffer.concat(chunks), text: text(), statuses, ending }
    },
  }
}

/** Sends bytes and waits for the peer to close. */
export async function rawExchange(port: number, bytes: string | Buffer, milliseconds?: number): Promise<RawReply> {
  const client = await rawClient(port)
  client.send(bytes)
  return client.reply(milliseconds)
}

/** A request as it stands on the wire. */
export function post(path: string, body: unknown, headers: readonly string[] = []): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const fields = ['host: localhost', 'content-type: application/json', `content-length: ${Buffer.byteLength(text)}`]
  return [`POST ${path} HTTP/1.1`, ...fields, ...headers, '', text].join('\r\n')
}

/** A chat request. */
export function chat(prompt: string, more: object = {}): object {
  return { model: 'gpt-4o', messages: [{ role: 'user', content: prompt }], ...more }
}
