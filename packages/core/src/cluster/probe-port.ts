import { createServer } from 'node:net'

/**
 * Whether a port can be listened on, before any worker is started for it: rejects with Node's error. Resolves to its number,
 * which for 0 is that of a free one: workers that come later must find the same.
 */
export function probePort(host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(port, host, () => {
    const address = server.address()
    const number = typeof address === 'object' && address !== null ? address.port : port
    server.close(() => resolve(number))
  })
  return promise
}
