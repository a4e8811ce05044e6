import { setTimeout as pause } from 'node:timers/promises'
import { checkChatStream } from 'argo-proxy/testing'
import { afterEach, expect, test } from 'vitest'
import { useCommand } from '../support/command.ts'
import { inTurns } from './support/in-turns.ts'
import { chat } from './support/raw-client.ts'
import { type RawUpstream, startRawUpstream } from './support/raw-upstream.ts'
import { chunked, wireAnswer } from './support/wire-answer.ts'

/** The program itself, as a process that gets signals. */
const command = useCommand()
let upstream: RawUpstream
afterEach(() => upstream.close())

/** Streams that take some 300 ms each. */
async function startUpstream(): Promise<void> {
  upstream = await startRawUpstream(async (request, socket) => {
    const bytes = chunked(wireAnswer('openai', request))
    for (let at = 0; at < bytes.length; at += 150) {
      socket.write(bytes.subarray(at, at + 150))
      await pause(30)
    }
  })
}

const configuration = (more: string[] = []): string =>
  ['upstream:', '  kind: openai', `  base_url: ${upstream.url}/v1`, 'port: 0', ...more, ''].join('\n')

async function ask(url: string): Promise<'whole' | 'refused' | 'broken' | 'cut'> {
  try {
    const body = JSON.stringify(chat('x', { stream: true }))
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
    const text = await response.text()
    if (response.status !== 200) return 'refused'
    return checkChatStream(text).finishReason === 'stop' ? 'whole' : 'broken'
  } catch (error) {
    return error instanceof TypeError && String(error.cause).includes('ECONNREFUSED') ? 'refused' : 'cut'
  }
}

test('SIGTERM under load loses no open stream, and the exit status is 0', async () => {
  await startUpstream()
  command.write('.argorc', configuration())
  const { url, end } = await command.start('--quiet')
  const open = Array.from({ length: 40 }, () => ask(url))
  await expect.poll(() => upstream.requests.length).toBe(40)
  const begun = performance.now()
  const { status } = await end('SIGTERM')
  expect(status).toBe(0)
  expect(performance.now() - begun).toBeLessThan(5_000)
  expect(new Set(await Promise.all(open))).toEqual(new Set(['whole']))
  expect(await ask(url)).toBe('refused')
})

test('SIGTERM with a grace that is too short tells the rest so, and the exit status is 0', async () => {
  await startUpstream()
  command.write('.argorc', configuration(['timeouts:', '  shutdown_grace: 50']))
  const { url, end } = await command.start('--quiet')
  const open = Array.from({ length: 10 }, () => ask(url))
  await expect.poll(() => upstream.requests.length).toBe(10)
  await pause(60)
  expect((await end('SIGTERM')).status).toBe(0)
  expect(new Set(await Promise.all(open))).toEqual(new Set(['broken']))
})

test('SIGHUP under load drops none, and a broken file changes nothing and is reported with its lines', async () => {
  await startUpstream()
  command.write('.argorc', configuration())
  const started = await command.start('')
  const answers = inTurns(Array.from({ length: 120 }), 20, () => ask(started.url))
  for (let turn = 0; turn < 6; turn += 1) {
    await pause(150)
    command.write('.argorc', configuration(turn % 3 === 1 ? ['real_strem: true'] : []))
    started.child.kill('SIGHUP')
  }
  expect(new Set(await answers)).toEqual(new Set(['whole']))
  await expect.poll(() => started.stderr(), { timeout: 5_000 }).toMatch(/not reloaded: .*\.argorc:5:1 {2}real_strem/)
  expect(started.stderr()).toContain('configuration reloaded')
  expect((await started.end()).status).toBe(0)
}, 30_000)
