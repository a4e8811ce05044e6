import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { checkChatStream } from 'argo-proxy/testing'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { inTurns } from './faults/support/in-turns.ts'
import { chat, post, type RawReply, rawClient, rawExchange } from './faults/support/raw-client.ts'
import { listen, type RawUpstream, startRawUpstream } from './faults/support/raw-upstream.ts'
import { chunked, wireAnswer } from './faults/support/wire-answer.ts'
import { type StartedCommand, useCommand } from './support/command.ts'

/** The program itself, with workers: each connection goes to the next one. */
const command = useCommand()
let upstream: RawUpstream | undefined
afterEach(() => upstream?.close())

/** For machines that do more than this. */
const patiently = { timeout: 10_000 }

const chatPath = '/v1/chat/completions'
const streamed = chat('x', { stream: true })

/** An upstream whose streams take so many milliseconds. */
async function startUpstream(duration = 300): Promise<void> {
  upstream = await startRawUpstream(async (request, socket) => {
    const bytes = chunked(wireAnswer('openai', request))
    const pieces = Math.ceil(bytes.length / 150)
    for (let at = 0; at < bytes.length; at += 150) {
      socket.write(bytes.subarray(at, at + 150))
      await pause(duration / pieces)
    }
  })
}

const configuration = (...more: string[]): string =>
  ['upstream:', '  kind: openai', `  base_url: ${upstream?.url}/v1`, 'port: 0', 'workers: 2', ...more, ''].join('\n')

async function start(words = '--verbose', ...more: string[]): Promise<StartedCommand & { port: number }> {
  command.write('.argorc', configuration(...more))
  const started = await command.start(words)
  // What is logged comes a moment after the ready line.
  if (words === '--verbose')
    await expect.poll(() => workersThat(started.stderr(), 'a worker serves').length, patiently).toBe(2)
  return { ...started, port: Number(new URL(started.url).port) }
}

/** One request on a connection of its own. */
async function ask(port: number, path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<RawReply> {
  const request = body
    ? post(path, body, ['connection: close'])
    : `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`
  return rawExchange(port, request, 10_000)
}

const bodyOf = ({ text }: RawReply): unknown => JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))

/** How a stream came out. */
async function stream(url: string): Promise<'whole' | 'refused' | 'broken' | 'cut'> {
  try {
    const response = await fetch(`${url}${chatPath}`, { method: 'POST', body: JSON.stringify(streamed) })
    const text = await response.text()
    if (response.status !== 200) return 'refused'
    return checkChatStream(text).finishReason === 'stop' ? 'whole' : 'broken'
  } catch (error) {
    return error instanceof TypeError && String(error.cause).includes('ECONNREFUSED') ? 'refused' : 'cut'
  }
}

/** Which workers have said this in the log. */
function workersThat(log: string, said: string): string[] {
  const lines = log.split('\n').filter((line) => line.includes(said))
  return lines.map((line) => / worker=(\d)/.exec(line)?.[1] ?? 'none')
}

function pidOf(log: string, worker: number): number {
  const pids = [...log.matchAll(new RegExp(`a worker serves worker=${worker} pid=(\\d+)`, 'g'))]
  return Number(pids.at(-1)?.[1])
}

function lives(pid: number): boolean {
  try {
    // In a container nobody may take notice of the end of a process whose parent has gone.
    return (
      process.kill(pid, 0) && !(existsSync('/proc/self/stat') && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
    )
  } catch {
    return false
  }
}

/** How many sockets a process has open, on Linux; elsewhere always 0. */
function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`
  if (!existsSync(folder)) return 0
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length
}

/** The status of one request on a new connection, or the code of the error by which it ended without any. */
async function askAnew(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let failure = 'closed'
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', (error) => {
    failure = 'code' in error ? String(error.code) : error.message
  })
  socket.write(post(chatPath, streamed, ['connection: close']))
  await new Promise((resolve) => socket.once('close', resolve))
  return /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? failure
}

/** How each of several new connections with one request came out: its statuses, or how it ended without any. */
async function outcomes(replies: readonly Promise<RawReply>[]): Promise<string[]> {
  return (await Promise.all(replies)).map(({ statuses, ending }) => statuses.join() || ending)
}

describe('serving', () => {
  test('connections go to one worker after the other, and the proxy is announced once', async () => {
    await startUpstream(0)
    const { port, end } = await start('')
    for (let turn = 0; turn < 6; turn += 1) expect((await ask(port, chatPath, streamed)).text).toContain('[DONE]')
    const { stdout, stderr, status } = await end()
    expect(status).toBe(0)
    expect(workersThat(stderr, 'answered').toSorted()).toEqual(['1', '1', '1', '2', '2', '2'])
    expect(stdout).toBe(`argo-proxy listening on http://127.0.0.1:${port}\n`)
    expect(stderr.match(/^ {2}workers +2 processes$/gm)).toHaveLength(1)
  })

  test('--workers and the environment say it too, and 1 starts no process', async () => {
    await startUpstream(0)
    command.write('.argorc', configuration())
    const several = await command.start('--workers 3')
    expect(await (await fetch(`${several.url}/health`)).json()).toMatchObject({ workers: 3 })
    await several.end()
    const one = await command.start('', { environment: { ARGO_PROXY_WORKERS: '1' } })
    expect(await (await fetch(`${one.url}/health`)).json()).not.toHaveProperty('workers')
    expect((await one.end()).stderr).not.toMatch(/worker/)
  })

  test('/health adds up, whichever worker is asked', async () => {
    await startUpstream(1_500)
    const { url, port, end } = await start()
    const open = Array.from({ length: 5 }, () => stream(url))
    await expect.poll(() => upstream?.requests.length, patiently).toBe(5)
    for (let turn = 0; turn < 4; turn += 1) {
      expect(bodyOf(await ask(port, '/health'))).toEqual({
        status: 'ok',
        exchanges: 5,
        circuit: 'closed',
        broken_streams: [],
        workers: 2,
      })
    }
    expect(new Set(await Promise.all(open))).toEqual(new Set(['whole']))
    expect(bodyOf(await ask(port, '/health'))).toMatchObject({ exchanges: 0 })
    await end()
  })

  test('limits.exchanges is for all together, however they are spread', async () => {
    await startUpstream(1_500)
    const { port, end } = await start('', 'limits:', '  exchanges: 4')
    const open: Promise<RawReply>[] = []
    for (let turn = 1; turn <= 4; turn += 1) {
      open.push(ask(port, chatPath, streamed))
      await expect.poll(() => upstream?.requests.length, patiently).toBe(turn)
      // The other worker gets this one, so that all streams are at the same.
      await ask(port, '/version')
    }
    for (let turn = 0; turn < 2; turn += 1) expect((await ask(port, chatPath, streamed)).statuses).toEqual([429])
    for (const { text } of await Promise.all(open)) expect(text).toContain('[DONE]')
    expect((await ask(port, chatPath, streamed)).statuses).toEqual([200])
    expect(workersThat((await end()).stderr, 'answered')).toHaveLength(5)
  })

  test('failures are counted together: the circuit opens in every worker', async () => {
    const failing = 'HTTP/1.1 500 Broken\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'
    upstream = await startRawUpstream((_, socket) => void socket.write(failing))
    const more = ['circuit_breaker:', '  failures: 4', 'retries:', '  limit: 0', 'heal:', '  enabled: false']
    const { port, end } = await start('', ...more)
    for (let turn = 0; turn < 4; turn += 1) {
      expect((await ask(port, chatPath, streamed)).text).not.toContain('circuit_open')
      await pause(50)
    }
    for (let turn = 0; turn < 4; turn += 1) expect((await ask(port, chatPath, streamed)).text).toContain('circuit_open')
    expect(upstream.requests).toHaveLength(4)
    expect(bodyOf(await ask(port, '/health'))).toMatchObject({ circuit: 'open' })
    expect(workersThat((await end()).stderr, 'circuit open').toSorted()).toEqual(['1', '2'])
  })

  test('a response can be followed up, read and deleted at another worker', async () => {
    await startUpstream(0)
    const { port, end } = await start('')
    let previous: string | undefined
    for (let turn = 0; turn < 5; turn += 1) {
      const body = { model: 'm', input: `turn ${turn}`, ...(previous && { previous_response_id: previous }) }
      const reply = await ask(port, '/v1/responses', body)
      expect(reply.statuses).toEqual([200])
      previous = (bodyOf(reply) as { id: string }).id
    }
    expect(upstream?.requests.at(-1)?.body).toMatch(/turn 0.*turn 3.*turn 4/)
    for (let turn = 0; turn < 2; turn += 1) {
      expect(bodyOf(await ask(port, `/v1/responses/${previous}`))).toMatchObject({ id: previous })
    }
    expect((await ask(port, `/v1/responses/${previous}`, undefined, 'DELETE')).statuses).toEqual([200])
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await ask(port, `/v1/responses/${previous}`)).statuses).toEqual([404])
    }
    expect(new Set(workersThat((await end()).stderr, 'answered'))).toEqual(new Set(['1', '2']))
  })
})

test.each([
  ['1', ['']],
  ['', ['']],
  ['2', [expect.stringContaining('child'), expect.stringContaining('child')]],
])('with workers "%s" nothing of node:cluster is loaded that is not needed', async (workers, expected) => {
  const loaded = 'process.moduleLoadList.flatMap((name) => /cluster\\/(\\w+)$/.exec(name)?.[1] ?? [])'
  const plugin = `{ name: 'own', apiVersion: 1, setup({ log }) { log.info('loaded: ' + ${loaded}); return {} } }`
  command.write('argo.config.mjs', `export default { user: 'me', plugins: ['real-stream', ${plugin}] }`)
  const { stderr } = await (await command.start('--port 0', { environment: { ARGO_PROXY_WORKERS: workers } })).end()
  expect([...stderr.matchAll(/loaded: ?(.*?)(?: worker=\d)?$/gm)].map(([, names]) => names)).toEqual(expected)
})

test('a request that does not arrive in time gets 408 in every worker', async () => {
  await startUpstream(100)
  const { port, end } = await start('', 'timeouts:', '  request_headers: 200')
  for (let turn = 0; turn < 2; turn += 1) {
    const slow = await rawClient(port)
    slow.send('GET /health HTTP/1.1\r\n')
    expect((await slow.reply(5_000)).statuses).toEqual([408])
  }
  await end()
})

describe('a worker that dies', () => {
  test('is replaced, and the streams of the others are not disturbed', async () => {
    await startUpstream(1_500)
    const { url, port, end, stderr } = await start()
    const open: ReturnType<typeof stream>[] = []
    for (let turn = 1; turn <= 6; turn += 1) {
      open.push(stream(url))
      await expect.poll(() => upstream?.requests.length, patiently).toBe(turn)
    }
    process.kill(pidOf(stderr(), 1), 'SIGKILL')
    const outcomes = (await Promise.all(open)).toSorted()
    expect(outcomes).toEqual(['cut', 'cut', 'cut', 'whole', 'whole', 'whole'])
    await expect.poll(async () => bodyOf(await ask(port, '/health')), patiently).toMatchObject({ workers: 2 })
    expect(stderr()).toMatch(/error a worker has died.* worker=1 signal=SIGKILL/)
    const before = workersThat(stderr(), 'answered')
    for (let turn = 0; turn < 4; turn += 1) expect((await ask(port, chatPath, streamed)).text).toContain('[DONE]')
    const { stderr: log, status } = await end()
    expect(workersThat(log, 'answered').slice(before.length).toSorted()).toEqual(['1', '1', '2', '2'])
    expect(status).toBe(0)
  })

  test.each([{ signal: 'SIGKILL' }, { signal: 'SIGTERM' }] as const)(
    'by $signal leaves no connection behind: what was on its way to it goes to another worker',
    async ({ signal }) => {
      await startUpstream(0)
      const { port, child, end, stderr } = await start()
      const primary = Number(child.pid)
      const sockets = openSockets(primary)
      for (const worker of [1, 2, 1]) {
        const served = workersThat(stderr(), 'a worker serves').length
        const pid = pidOf(stderr(), worker)
        // A worker that stands still has not taken what it was handed when the signal comes.
        process.kill(pid, 'SIGSTOP')
        const replies = Array.from({ length: 6 }, () => ask(port, chatPath, streamed))
        await pause(100)
        process.kill(pid, signal)
        process.kill(pid, 'SIGCONT')
        expect(new Set(await outcomes(replies))).toEqual(new Set(['200']))
        await expect.poll(() => workersThat(stderr(), 'a worker serves').length, patiently).toBeGreaterThan(served)
      }
      await expect.poll(() => openSockets(primary), patiently).toBe(sockets)
      expect((await end()).status).toBe(0)
    },
  )

  test('at the same moment as connections come lets none of them hang', async () => {
    await startUpstream(0)
    const { port, child, end, stderr } = await start()
    const sockets = openSockets(Number(child.pid))
    for (let round = 1; round <= 5; round += 1) {
      process.kill(pidOf(stderr(), 1), 'SIGKILL')
      const replies = Array.from({ length: 6 }, () => ask(port, chatPath, streamed))
      expect(await outcomes(replies)).not.toContain('open')
      await expect
        .poll(() => workersThat(stderr(), 'a worker serves').length, patiently)
        .toBeGreaterThanOrEqual(2 + round)
    }
    await expect.poll(() => openSockets(Number(child.pid)), patiently).toBe(sockets)
    await end()
  })

  test('is replaced by one with the last good configuration, though the file is broken by then', async () => {
    await startUpstream(0)
    const { port, child, end, stderr } = await start('--verbose', 'real_stream: false')
    command.write('.argorc', configuration('real_strem: true'))
    child.kill('SIGHUP')
    await expect.poll(stderr, patiently).toContain('not reloaded')
    for (const worker of [1, 2]) process.kill(pidOf(stderr(), worker), 'SIGKILL')
    await expect.poll(() => workersThat(stderr(), 'has taken its place').length, patiently).toBe(2)
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await ask(port, chatPath, streamed)).text).toContain('x-argo-stream-mode: pseudo')
    }
    await end()
  })

  test('SIGTERM to one alone ends it with grace', async () => {
    await startUpstream(1_000)
    const { url, port, end, stderr } = await start()
    const open = Array.from({ length: 4 }, () => stream(url))
    await expect.poll(() => upstream?.requests.length, patiently).toBe(4)
    process.kill(pidOf(stderr(), 2), 'SIGTERM')
    expect(new Set(await Promise.all(open))).toEqual(new Set(['whole']))
    await expect.poll(() => workersThat(stderr(), 'has taken its place'), patiently).toEqual(['2'])
    expect(bodyOf(await ask(port, '/health'))).toMatchObject({ workers: 2 })
    await end()
  })

  test('does not outlive the primary', async () => {
    await startUpstream(0)
    const { child, ended, stderr } = await start()
    const pids = [1, 2].map((worker) => pidOf(stderr(), worker))
    expect(pids.map(lives)).toEqual([true, true])
    child.kill('SIGKILL')
    await ended
    await expect.poll(() => pids.map(lives), patiently).toEqual([false, false])
  })
})

describe('stopping', () => {
  test('SIGTERM under load loses no open stream; /ready says 503, and nothing new is taken', async () => {
    await startUpstream(1_000)
    const { url, port, end, child } = await start('--quiet')
    const open = Array.from({ length: 40 }, () => stream(url))
    await expect.poll(() => upstream?.requests.length, patiently).toBe(40)
    const kept = await Promise.all([rawClient(port), rawClient(port)])
    for (const client of kept) client.send('GET /ready HTTP/1.1\r\n')
    await pause(50)
    const begun = performance.now()
    child.kill('SIGTERM')
    await pause(100)
    for (const client of kept) client.send('host: x\r\n\r\n')
    for (const client of kept) expect((await client.reply()).text).toMatch(/ 503 [\s\S]*shutting down/)
    expect(await stream(url)).toBe('refused')
    expect(new Set(await Promise.all(open))).toEqual(new Set(['whole']))
    expect((await end('SIGCONT')).status).toBe(0)
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  test('the port is closed first, and what was accepted by then is answered', async () => {
    await startUpstream(0)
    const { url, port, child, end, stderr } = await start()
    const pids = [1, 2].map((worker) => pidOf(stderr(), worker))
    // Workers that stand still take none of the connections: all of them are in the primary, or on their way.
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    const accepted = Array.from({ length: 8 }, () => ask(port, chatPath, streamed))
    await pause(100)
    child.kill('SIGTERM')
    await expect.poll(stderr, patiently).toContain('SIGTERM')
    await pause(50)
    expect(await stream(url)).toBe('refused')
    for (const pid of pids) process.kill(pid, 'SIGCONT')
    // Those that a worker had been handed may be served before it learns of the end.
    expect(new Set((await outcomes(accepted)).map((one) => (one === '200' ? '503' : one)))).toEqual(new Set(['503']))
    expect((await end('SIGCONT')).status).toBe(0)
  })

  test('while requests keep coming: each is served, answered with 503, or refused, and none waits', async () => {
    await startUpstream(50)
    const { port, end } = await start('--quiet')
    const seen: string[] = []
    let slowest = 0
    const clients = Array.from({ length: 12 }, async () => {
      for (let last = ''; last !== 'ECONNREFUSED'; seen.push(last)) {
        const begun = performance.now()
        last = await askAnew(port)
        slowest = Math.max(slowest, performance.now() - begun)
      }
    })
    await expect.poll(() => seen.length, patiently).toBeGreaterThan(40)
    expect((await end()).status).toBe(0)
    await Promise.all(clients)
    // What comes in the very moment of closing is reset by the system.
    expect(seen.filter((one) => !['200', '503', 'ECONNREFUSED'].includes(one)).length).toBeLessThanOrEqual(2)
    expect(slowest).toBeLessThan(2_000)
  })

  test('what the grace time cuts is told so, and the exit status is 0', async () => {
    await startUpstream(2_000)
    const { url, end } = await start('--quiet', 'timeouts:', '  shutdown_grace: 100')
    const open = Array.from({ length: 6 }, () => stream(url))
    await expect.poll(() => upstream?.requests.length, patiently).toBe(6)
    await pause(1_000)
    expect((await end()).status).toBe(0)
    expect(new Set(await Promise.all(open))).toEqual(new Set(['broken']))
  })

  // The machine itself may stand still for as long.
  test('a second signal ends all of it at once', { retry: 2 }, async () => {
    await startUpstream(20_000)
    const { url, end, child, stderr } = await start()
    stream(url)
    await expect.poll(() => upstream?.requests.length, patiently).toBe(1)
    const pids = [1, 2].map((worker) => pidOf(stderr(), worker))
    child.kill('SIGINT')
    await expect.poll(stderr, patiently).toContain('SIGINT')
    await pause(100)
    const begun = performance.now()
    expect((await end('SIGINT')).status).toBe(130)
    await expect.poll(() => pids.map(lives), patiently).toEqual([false, false])
    expect(performance.now() - begun).toBeLessThan(1_500)
  })
})

describe('reloading', () => {
  test('under load drops none; a broken file changes nothing and is reported once, with its lines', async () => {
    await startUpstream()
    const { url, child, stderr, end } = await start('')
    const answers = inTurns(Array.from({ length: 120 }), 20, () => stream(url))
    for (let turn = 0; turn < 6; turn += 1) {
      await pause(150)
      // No file change in between: its time is looked at every half second.
      command.write('.argorc', configuration(...(turn === 1 ? ['real_strem: true'] : [])))
      child.kill('SIGHUP')
      // The next file would else take its place before a busy machine has read it.
      if (turn === 1) {
        await expect.poll(stderr, patiently).toMatch(/not reloaded: .*\.argorc:6:1 {2}real_strem/)
      }
    }
    expect(new Set(await answers)).toEqual(new Set(['whole']))
    expect(workersThat(stderr(), 'configuration reloaded')).not.toHaveLength(0)
    expect(new Set(workersThat(stderr(), 'eloaded'))).toEqual(new Set(['none']))
    expect((await end()).status).toBe(0)
  })

  test('every worker serves new exchanges with the new configuration, and open ones with theirs', async () => {
    await startUpstream(2_000)
    const { url, port, stderr, child, end } = await start('')
    const modes = async () =>
      (await Promise.all([1, 2, 3, 4].map(() => ask(port, chatPath, streamed)))).map(
        ({ text }) => /x-argo-stream-mode: (\w+)/.exec(text)?.[1],
      )
    const open = Array.from({ length: 4 }, () => stream(url))
    await expect.poll(() => upstream?.requests.length, patiently).toBe(4)
    command.write(
      '.argorc',
      configuration('real_stream: false', 'limits:', '  connections: 7').replace('workers: 2', 'workers: 3'),
    )
    child.kill('SIGHUP')
    await expect.poll(stderr, patiently).toMatch(/only a restart.*\["workers","limits\.connections"\]/)
    expect(await modes()).toEqual(['pseudo', 'pseudo', 'pseudo', 'pseudo'])
    expect(new Set(await Promise.all(open))).toEqual(new Set(['whole']))
    // A plugin's fault is found by the workers, and changes nothing in any.
    command.write('.argorc', configuration('plugins: [real-stream, no-such-plugin]'))
    await expect.poll(stderr, patiently).toMatch(/not reloaded: \.argorc:6:\d+ {2}plugins\[1\]: .*no-such-plugin/)
    expect(stderr().match(/no-such-plugin/g)).toHaveLength(
      stderr()
        .match(/not reloaded.*/)?.[0]
        .match(/no-such-plugin/g)?.length ?? 0,
    )
    expect(await modes()).toEqual(['pseudo', 'pseudo', 'pseudo', 'pseudo'])
    await end()
  })
})

describe('what does not start', () => {
  test.each([
    ['workers: many', /^\.argorc:1:10 {2}workers: is the text "many": write a whole number from 1 to 256, or auto\n$/],
    ['workers: "2"', /^\.argorc:1:10 {2}workers: .*: write the number without quotes\n$/],
    ['workers: 0', /^\.argorc:1:10 {2}workers: is the number 0: write a whole number from 1 to 256, or auto\n$/],
    ['workers: 2\nplugins: [no-such-plugin]', /^\.argorc:2:11 {2}plugins\[0\]: .*no-such-plugin.*\n$/],
    [
      'workers: 2\nplugins: [real-stream, ./ends.mjs]',
      /^\.argorc:1:10 {2}workers: worker \d ended while it started, with status 3: .*\n$/,
    ],
  ])('%s is one line', async (text, expected) => {
    command.write('ends.mjs', "export default { name: 'ends', apiVersion: 1, setup() { process.exit(3) } }")
    command.write('.argorc', `${text}\nuser: me\nport: 0\n`)
    const begun = performance.now()
    const { stdout, stderr, status } = await command.run('start')
    expect(stderr).toMatch(expected)
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 })
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  test('--workers with a wrong value, and a taken port, are one line', async () => {
    expect(await command.run('--demo --port 0 --workers some')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--workers: is the text "some": write a whole number from 1 to 256, or auto\n$/),
    })
    const server = createServer()
    onTestFinished(() => void server.close())
    const port = await listen(server)
    expect(await command.run(`--demo --workers 2 --port ${port}`)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(new RegExp(`^argo-proxy: port ${port} of 127.0.0.1 is taken: .*\\n$`)),
    })
  })
})

test('plugins of a configuration in code work in every worker', async () => {
  command.write(
    'argo.config.mjs',
    `const own = { name: 'own', apiVersion: 1, setup: ({ log }) => {
       log.info('own plugin is set up')
       return {}
     } }
     export default { workers: 2, plugins: ['real-stream', own] }`,
  )
  const { stderr, end, url } = await command.start('--demo --port 0')
  await expect.poll(() => workersThat(stderr(), 'own plugin is set up').toSorted(), patiently).toEqual(['1', '2'])
  expect(await stream(url)).toBe('whole')
  expect((await end()).status).toBe(0)
})
