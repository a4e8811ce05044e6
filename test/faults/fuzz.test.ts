import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { badRequest } from './support/bad-requests.ts'
import { chatEvent, streamHead } from './support/frames.ts'
import { isFull } from './support/full.ts'
import { heldMemory } from './support/held-memory.ts'
import { inTurns } from './support/in-turns.ts'
import { chat } from './support/raw-client.ts'
import { useSides } from './support/side.ts'
import { chunked, statusAnswer } from './support/wire-answer.ts'

const start = useSides()
const count = isFull ? 100_000 : 3_000
const batch = 1_000

const stray: unknown[] = []
const onStray = (thrown: unknown): void => void stray.push(thrown)
beforeEach(() => {
  process.on('unhandledRejection', onStray)
  process.on('uncaughtException', onStray)
})
afterEach(() => {
  process.off('unhandledRejection', onStray)
  process.off('uncaughtException', onStray)
})

/** Sends the bytes and half closes, as one who wants nothing more; what came back by the end, or soon. */
function fire(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1' })
    const timer = setTimeout(() => socket.destroy(), 60)
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      timer.refresh()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('latin1'))
    })
  })
}

/** As many as were asked for: the upstream does nothing wrong, so that every 5xx is a fault of the proxy. */
function embeddingsFor(body: string): string {
  const { input }: { input?: unknown } = JSON.parse(body)
  const isList = Array.isArray(input) && typeof input[0] !== 'number'
  const data = (isList ? input : [input]).map((_, index) => ({ object: 'embedding', index, embedding: [0.5] }))
  return JSON.stringify({ object: 'list', data, model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } })
}

test(`${count} bad requests: no crash, no stray error, no stack, and an innocent stream beside them is whole, byte for byte`, async () => {
  const seed = isFull ? Date.now() : 5
  let running = true
  // Hashes: what is kept of a stream that lasts as long as the test would look like a leak.
  const sent = createHash('sha256')
  const received = createHash('sha256')
  let events = 0
  const side = await start(
    'openai',
    { circuit_breaker: { enabled: false } },
    async (socket, answer, { line, body }) => {
      if (line.includes('/models')) {
        return socket.write(statusAnswer('200 OK', ['content-type: application/json'], '{"data":[]}'))
      }
      if (line.includes('/embeddings')) {
        return socket.write(statusAnswer('200 OK', ['content-type: application/json'], embeddingsFor(body)))
      }
      if (!body.includes('innocent')) return socket.write(chunked(answer))
      socket.write(streamHead)
      while (running && !socket.destroyed) {
        events += 1
        const event = chatEvent({ content: `${events} 🧪` })
        sent.update(event)
        socket.write(event)
        await pause(2)
      }
      sent.update('data: [DONE]\n\n')
      return socket.end('data: [DONE]\n\n')
    },
  )
  const innocent = side.ask('/v1/chat/completions', chat('innocent', { stream: true })).then(async ({ body }) => {
    for await (const chunk of body ?? []) received.update(chunk)
  })

  const statuses: Record<string, number> = {}
  let before = 0
  let worst: { bytes: string; reply: string } | undefined
  for (let done = 0; done < count; done += batch) {
    const requests = fc.sample(badRequest, { numRuns: batch, seed: seed + done })
    const replies = await inTurns(requests, 60, (bytes) => fire(side.proxy.port, bytes))
    for (const [index, reply] of replies.entries()) {
      const status = /^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1] ?? 'none'
      statuses[status] = (statuses[status] ?? 0) + 1
      if (/HTTP\/1\.1 5|internal_error|\bat .*\.[jt]s:\d+/.test(reply)) {
        worst ??= { bytes: requests[index]?.toString('latin1') ?? '', reply }
      }
    }
    // The logs of the test's own recording grow with every request.
    side.proxy.logged.length = 0
    side.upstream.requests.length = 0
    if (done === 0) before = await heldMemory()
  }
  running = false
  expect({ seed, worst }).toEqual({ seed, worst: undefined })
  expect(stray).toEqual([])
  await innocent
  expect(events).toBeGreaterThan(100)
  expect(received.digest('hex')).toBe(sent.digest('hex'))
  const health = (): Promise<unknown> => fetch(`${side.proxy.url}/health`).then((response) => response.json())
  await expect.poll(health).toMatchObject({ status: 'ok', exchanges: 0 })
  side.upstream.requests.length = 0
  const grown = (await heldMemory()) - before
  if (isFull) console.log({ seed, statuses, events, grown })
  expect(grown).toBeLessThan(24 * 1024 * 1024)
}, 600_000)
