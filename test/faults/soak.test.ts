import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { upstreamKinds } from '../support/upstreams.ts'
import { isFull } from './support/full.ts'
import { heldMemory } from './support/held-memory.ts'
import { inTurns } from './support/in-turns.ts'
import { chat } from './support/raw-client.ts'
import { type Side, useSides } from './support/side.ts'
import { chunked } from './support/wire-answer.ts'

const start = useSides()
const parts = 3
const perPart = isFull ? 5_000 : 350
/** The first of them load what is loaded once (code, the tokenizer), and are not measured. */
const warmUp = isFull ? 5_000 : 350
const count = warmUp + parts * perPart
const width = 50
/** Bytes. An exchange that is not forgotten holds some 20,000; for its first thousands V8 itself still learns. */
const mostPerExchange = isFull ? 100 : 2_000

/** One exchange, left after so many milliseconds; a connection of its own. */
function ask(url: string, body: object, leaveAfter: number | undefined): Promise<'whole' | 'left' | 'other'> {
  return new Promise((resolve) => {
    const text = JSON.stringify(body)
    let answer = ''
    const asked = request(`${url}/v1/chat/completions`, { method: 'POST', agent: false }, (response) => {
      response.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk
      })
      response.on('close', () => {
        const whole = answer.endsWith('data: [DONE]\n\n') || answer.endsWith('}')
        resolve(leaveAfter !== undefined && !whole ? 'left' : whole ? 'whole' : 'other')
      })
      response.on('error', () => {})
    })
    asked.on('error', () => resolve(leaveAfter === undefined ? 'other' : 'left'))
    asked.end(text)
    if (leaveAfter !== undefined) setTimeout(() => asked.destroy(), leaveAfter)
  })
}

async function run(side: Side, size: number, endings: Record<string, number>): Promise<void> {
  await inTurns(Array.from({ length: size }), width, async (_, index) => {
    const body = chat('x', { stream: index % 4 > 0 })
    const ending = await ask(side.proxy.url, body, index % 3 === 0 ? Math.random() * 12 : undefined)
    endings[ending] = (endings[ending] ?? 0) + 1
  })
  // What the test itself records.
  side.upstream.requests.length = 0
  side.proxy.logged.length = 0
  const exchanges = async (): Promise<unknown> => (await fetch(`${side.proxy.url}/health`)).json()
  await expect.poll(exchanges).toMatchObject({ exchanges: 0 })
}

/** Of what keeps a process alive: timers, and sockets but for the upstream's end of kept connections; Node unrefs ours. */
function alive(side: Side): { timers: number; sockets: number } {
  const names = process.getActiveResourcesInfo()
  const counted = (wanted: string): number => names.filter((name) => name === wanted).length
  return { timers: counted('Timeout'), sockets: counted('TCPSocketWrap') - side.upstream.open() }
}

/** The connection over which `/health` was asked is kept. */
const atRest = { timers: 0, sockets: 1 }

test.each(upstreamKinds)(
  `${count} exchanges over %s, a third of them left at any moment: sockets, timers and memory are as before`,
  async (kind) => {
    const side = await start(kind, { circuit_breaker: { enabled: false } }, async (socket, answer) => {
      const bytes = chunked(answer)
      for (let at = 0; at < bytes.length && !socket.destroyed; at += 200) {
        socket.write(bytes.subarray(at, at + 200))
        await pause(1)
      }
    })
    const endings: Record<string, number> = {}
    await run(side, warmUp, endings)
    const memory = [await heldMemory()]
    for (let part = 0; part < parts; part += 1) {
      await run(side, perPart, endings)
      memory.push(await heldMemory())
    }

    expect(endings.other).toBeUndefined()
    expect(endings.left).toBeGreaterThan(count / 20)
    expect((endings.left ?? 0) + (endings.whole ?? 0)).toBe(count)
    // Not expect.poll: it has timers of its own.
    for (let waited = 0; waited < 2_000 && !isDeepStrictEqual(alive(side), atRest); waited += 50) await pause(50)
    expect(alive(side)).toEqual(atRest)
    // Kept connections to the upstream may be more or fewer, but not more than there were at once.
    expect(side.upstream.open()).toBeLessThanOrEqual(width)
    // What leaks, leaks in every part; what V8 compiles or throws away shows in one.
    const perExchange = memory.slice(1).map((bytes, part) => (bytes - (memory[part] ?? 0)) / perPart)
    if (isFull) console.log(kind, { endings, memory, perExchange })
    expect(Math.min(...perExchange), `bytes per exchange in each part: ${perExchange}`).toBeLessThan(mostPerExchange)
  },
  600_000,
)
