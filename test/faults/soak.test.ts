import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { upstreamKinds } from '../support/upstreams.ts'
import { isFull } from './support/full.ts'
import { heldMemory } from './support/held-memory.ts'
import { inTurns } from './support/in-turns.ts'
import { chat } from './support/raw-client.ts'
import { useSides } from './support/side.ts'
import { chunked } from './support/wire-answer.ts'

const start = useSides()
const count = isFull ? 20_000 : 1_200

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

/** Of everything that keeps a process alive: timers, sockets... */
const resources = (): Record<string, number> => {
  const names: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) names[name] = (names[name] ?? 0) + 1
  return names
}

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
    const run = (size: number): Promise<string[]> =>
      inTurns(Array.from({ length: size }), 50, (_, index) => {
        const body = chat('x', { stream: index % 4 > 0 })
        return ask(side.proxy.url, body, index % 3 === 0 ? Math.random() * 12 : undefined)
      })
    const settle = async (): Promise<void> => {
      side.upstream.requests.length = 0
      side.proxy.logged.length = 0
      await pause(1_200)
    }

    await run(300)
    await settle()
    const before = { memory: await heldMemory(), upstream: side.upstream.open(), resources: resources() }
    const endings = await run(count)
    await settle()
    const after = { memory: await heldMemory(), upstream: side.upstream.open(), resources: resources() }

    expect(endings.filter((ending) => ending === 'other')).toEqual([])
    expect(endings.filter((ending) => ending === 'left').length).toBeGreaterThan(count / 20)
    expect(await (await fetch(`${side.proxy.url}/health`)).json()).toMatchObject({ exchanges: 0 })
    // Kept connections to the upstream may be more or fewer, but not more than there were at once.
    expect(after.upstream).toBeLessThanOrEqual(50)
    expect(after.resources.Timeout ?? 0).toBeLessThanOrEqual((before.resources.Timeout ?? 0) + 2)
    const sockets = (seen: typeof before): number => (seen.resources.TCPSocketWrap ?? 0) - 2 * seen.upstream
    expect(sockets(after)).toBeLessThanOrEqual(sockets(before) + 1)
    expect(after.memory - before.memory).toBeLessThan(2 * 1024 * 1024)
  },
  600_000,
)
