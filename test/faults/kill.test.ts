import { setTimeout as pause } from 'node:timers/promises'
import { checkChatStream } from 'argo-proxy/testing'
import { afterEach, expect, test } from 'vitest'
import { useCommand } from '../support/command.ts'
import { chat } from './support/raw-client.ts'
import { type RawUpstream, startRawUpstream } from './support/raw-upstream.ts'
import { chunked, wireAnswer } from './support/wire-answer.ts'

/** The program itself, as a process that gets signals. */
const command = useCommand()
let upstream: RawUpstream
afterEach(() => upstream.close())

/** Streams that take some 300 ms each, or that never end. */
async function startUpstream(endless = false): Promise<void> {
  upstream = await startRawUpstream(async (request, socket) => {
    const bytes = chunked(wireAnswer('openai', request))
    const end = endless ? bytes.length / 2 : bytes.length
    for (let at = 0; at < end; at += 150) {
      socket.write(bytes.subarray(at, at + 150))
      await pause(30)
    }
  })
}

const configuration = (more: string[] = []): string =>
  ['upstream:', '  kind: openai', `  base_url: ${upstream.url}/v1`, 'port: 0', ...more, ''].join('\n')

/**
 * How an answer ended. `refused`: 503, or no connection; a kept one that is closed before there is any answer is no other
 * thing to a client. `failed`: another status.
 */
async function ask(url: string): Promise<'whole' | 'refused' | 'failed' | 'broken' | 'cut'> {
  const body = JSON.stringify(chat('x', { stream: true }))
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body }).catch(() => undefined)
  if (!response) return 'refused'
  const text = await response.text().catch(() => undefined)
  if (text === undefined) return 'cut'
  if (response.status !== 200) return response.status === 503 ? 'refused' : 'failed'
  return checkChatStream(text).finishReason === 'stop' ? 'whole' : 'broken'
}

/** Clients that ask again and again, until they are told to stop. */
function keepAsking(url: string, clients: number): { seen: string[]; stop(): Promise<void> } {
  const seen: string[] = []
  let stopped = false
  const working = Array.from({ length: clients }, async (_, index) => {
    await pause(index * 15)
    while (!stopped) {
      const ending = await ask(url)
      seen.push(ending)
      if (ending === 'refused') await pause(10)
    }
  })
  return {
    seen,
    async stop() {
      stopped = true
      await Promise.all(working)
    },
  }
}

const patiently = { timeout: 15_000 }

test('SIGTERM under load loses no open stream, and the exit status is 0', async () => {
  await startUpstream()
  command.write('.argorc', configuration())
  const { url, end } = await command.start('--quiet')
  const open = Array.from({ length: 40 }, () => ask(url))
  await expect.poll(() => upstream.requests.length, patiently).toBe(40)
  const begun = performance.now()
  const { status } = await end('SIGTERM')
  expect(status).toBe(0)
  expect(performance.now() - begun).toBeLessThan(9_000)
  expect(new Set(await Promise.all(open))).toEqual(new Set(['whole']))
  expect(await ask(url)).toBe('refused')
}, 30_000)

test('SIGTERM while requests keep coming: each stream that has begun is whole, and what comes later is refused', async () => {
  await startUpstream()
  command.write('.argorc', configuration())
  const { url, end } = await command.start('--quiet')
  const { seen, stop } = keepAsking(url, 20)
  await expect.poll(() => seen.length, patiently).toBeGreaterThan(40)
  const { status } = await end('SIGTERM')
  await stop()
  expect(status).toBe(0)
  expect(new Set(seen)).toEqual(new Set(['whole', 'refused']))
}, 30_000)

test('SIGTERM with a grace that is too short tells the rest so, and the exit status is 0', async () => {
  await startUpstream(true)
  command.write('.argorc', configuration(['timeouts:', '  shutdown_grace: 50']))
  const { url, end } = await command.start('--quiet')
  const open = Array.from({ length: 10 }, () => ask(url))
  await expect.poll(() => upstream.requests.length, patiently).toBe(10)
  await pause(100)
  expect((await end('SIGTERM')).status).toBe(0)
  expect(new Set(await Promise.all(open))).toEqual(new Set(['broken']))
}, 30_000)

test('SIGHUP under load drops none, and a broken file changes nothing and is reported with its lines', async () => {
  await startUpstream()
  command.write('.argorc', configuration())
  const { url, child, stderr, end } = await command.start('')
  const { seen, stop } = keepAsking(url, 20)
  const reported = (what: string): number => stderr().split(what).length
  for (const more of ['heartbeat: 5000', 'real_strem: true', 'real_stream: false', 'real_stream: true']) {
    const outcome = more.startsWith('real_strem') ? 'configuration not reloaded' : 'configuration reloaded'
    const before = reported(outcome)
    command.write('.argorc', configuration([more]))
    child.kill('SIGHUP')
    await expect.poll(() => reported(outcome), patiently).toBeGreaterThan(before)
  }
  await stop()
  expect(seen.length).toBeGreaterThan(20)
  expect(new Set(seen)).toEqual(new Set(['whole']))
  expect(stderr()).toMatch(/not reloaded: .*\.argorc:5:1 {2}real_strem/)
  expect((await end()).status).toBe(0)
}, 60_000)
