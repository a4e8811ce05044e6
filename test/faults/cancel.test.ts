import { setTimeout as pause } from 'node:timers/promises'
import type { ConfigInput, Plugin } from 'argo-proxy'
import { checkChatStream } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { upstreamKinds } from '../support/upstreams.ts'
import { chat, post, rawClient } from './support/raw-client.ts'
import { plainPlugins, useSides } from './support/side.ts'
import { chunked, said } from './support/wire-answer.ts'

const start = useSides()
const chatPath = '/v1/chat/completions'

/** Milliseconds within which nothing may go on upstream. */
const promptly = 100

/** Waits until it is so; fails when it takes longer than promised. */
async function within(milliseconds: number, isSo: () => boolean): Promise<void> {
  const begun = performance.now()
  while (!isSo()) {
    if (performance.now() - begun > milliseconds) throw new Error(`not within ${milliseconds} ms`)
    await pause(2)
  }
}

/** The machine itself may stand still for as long. */
const options = { retry: 2 }

describe.each(upstreamKinds)('a client that leaves, over %s', options, (kind) => {
  test.each([
    ['while the first byte is awaited', { stream: true }],
    ['while the upstream computes the whole answer', { stream: false }],
    ['while the upstream computes for a pseudo stream', { stream: true, pseudo: true }],
  ])('%s ends the upstream call', async (_name, { stream, pseudo }: { stream: boolean; pseudo?: boolean }) => {
    const side = await start(kind, { real_stream: !pseudo }, () => {})
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, chat('x', { stream })))
    await expect.poll(() => side.upstream.open()).toBe(1)
    await expect.poll(() => side.upstream.requests.length).toBe(1)
    client.socket.destroy()
    await within(promptly, () => side.upstream.open() === 0)
    await expect.poll(() => side.proxy.logged.at(-1)?.message).toBe('client left')
  })

  test.each(['destroy', 'resetAndDestroy', 'end'] as const)('in mid-stream ends it (%s)', async (leave) => {
    const side = await start(kind, {}, (socket, answer) => socket.write(chunked(answer).subarray(0, -40)))
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, chat('x', { stream: true })))
    await client.seen('Gr')
    client.socket[leave]()
    await within(promptly, () => side.upstream.open() === 0)
  })

  test('while the call waits to be made again: it is not', async () => {
    const side = await start(kind, { retries: { delay: 300 } }, (socket) =>
      socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'),
    )
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, chat('x')))
    await expect.poll(() => side.upstream.requests.length).toBe(1)
    await pause(30)
    client.socket.destroy()
    await expect.poll(() => side.proxy.logged.at(-1)?.message).toBe('client left')
    await pause(400)
    expect(side.upstream.requests).toHaveLength(1)
  })

  test('while a plugin works on the request: there is no call', async () => {
    const slow: Plugin = {
      name: 'slow',
      apiVersion: 1,
      setup: () => ({
        async rewrite(request) {
          await pause(150)
          return request
        },
      }),
    }
    const side = await start(kind, { plugins: [...plainPlugins, slow] as ConfigInput['plugins'] })
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, chat('x', { stream: true })))
    await pause(50)
    client.socket.destroy()
    await expect.poll(() => side.proxy.logged.at(-1)?.message).toBe('client left')
    await pause(200)
    expect(side.upstream.requests).toHaveLength(0)
  })

  test('in mid-request: there is no call, and nothing stays open', async () => {
    const side = await start(kind)
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, chat('x', { stream: true })).slice(0, -10))
    await pause(30)
    client.socket.destroy()
    await expect.poll(() => side.proxy.logged.at(-1)?.message).toBe('client left')
    expect(side.upstream.requests).toHaveLength(0)
    expect(await (await fetch(`${side.proxy.url}/health`)).json()).toMatchObject({ exchanges: 0 })
  })

  test('with on_disconnect: finish, the upstream call goes on to its end', async () => {
    const side = await start(kind, { on_disconnect: 'finish' }, async (socket, answer) => {
      const bytes = chunked(answer)
      socket.write(bytes.subarray(0, -40))
      await pause(200)
      socket.write(bytes.subarray(-40))
    })
    const client = await rawClient(side.proxy.port)
    client.send(post(chatPath, chat('x', { stream: true })))
    await client.seen('Gr')
    client.socket.destroy()
    await expect.poll(() => side.proxy.logged.at(-1)?.message).toBe('answered')
    expect(side.upstream.open()).toBe(1)
  })
})

test('an embedding is ended, too', options, async () => {
  const side = await start('openai', {}, () => {})
  const client = await rawClient(side.proxy.port)
  client.send(post('/v1/embeddings', { model: 'e', input: 'x' }))
  await expect.poll(() => side.upstream.requests.length).toBe(1)
  client.socket.destroy()
  await within(promptly, () => side.upstream.open() === 0)
})

test('pipelined requests are ended all, also the one whose turn has not come', options, async () => {
  const side = await start('openai', {}, () => {})
  const client = await rawClient(side.proxy.port)
  client.send(post(chatPath, chat('1', { stream: true })) + post(chatPath, chat('2', { stream: true })))
  await expect.poll(() => side.upstream.requests.length).toBe(2)
  client.socket.destroy()
  await within(promptly, () => side.upstream.open() === 0)
})

test('a plugin that asks once more is ended with its client', options, async () => {
  const asking: Plugin = {
    name: 'asking',
    apiVersion: 1,
    setup: () => ({
      stages: [
        {
          slot: 'events',
          step: (exchange) => ({
            write(event, emit) {
              if (event.type === 'text-delta') void exchange.ask(exchange.request)
              emit(event)
            },
          }),
        },
      ],
    }),
  }
  const side = await start(
    'openai',
    { plugins: [...plainPlugins, asking] as ConfigInput['plugins'] },
    (socket, answer) => {
      if (answer.call === 'stream') socket.write(chunked(answer).subarray(0, -40))
    },
  )
  const client = await rawClient(side.proxy.port)
  client.send(post(chatPath, chat('x', { stream: true })))
  await client.seen('Gr')
  await expect.poll(() => side.upstream.requests.length).toBeGreaterThan(1)
  client.socket.destroy()
  await within(promptly, () => side.upstream.open() === 0)
})

test('after the terminal event the answer ends though the upstream keeps its connection, which is given up soon', async () => {
  const side = await start('openai', {}, (socket, answer) => socket.write(chunked(answer).subarray(0, -5)))
  const begun = performance.now()
  const text = await (await side.ask(chatPath, chat('x', { stream: true }))).text()
  expect(performance.now() - begun).toBeLessThan(500)
  expect(text).toContain('[DONE]')
  await expect.poll(() => side.upstream.open(), { timeout: 2_000 }).toBe(0)
})

test('a connection whose answer has ended is used again', async () => {
  const side = await start('openai')
  for (let turn = 0; turn < 5; turn += 1) {
    expect(await (await side.ask(chatPath, chat('x', { stream: true }))).text()).toContain(said.slice(-6))
    expect((await side.ask(chatPath, chat('x'))).status).toBe(200)
  }
  expect(new Set(side.upstream.requests.map(({ connection }) => connection)).size).toBe(1)
})

describe('a stop sequence that the upstream does not know', () => {
  const framed = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
  const goingOn = () =>
    start('argo', {}, async (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n')
      for (let count = 0; !socket.destroyed; count += 1) {
        socket.write(framed(count === 3 ? 'one STOP two' : 'word '))
        await pause(10)
      }
    })

  test.each([1, 2])('ends the answer at once, and the upstream’s calls soon after: n = %i', async (n) => {
    const side = await goingOn()
    const begun = performance.now()
    const response = await side.ask(chatPath, chat('x', { stream: true, stop: ['STOP'], n }))
    const { choices } = checkChatStream(await response.text())
    expect(performance.now() - begun).toBeLessThan(900)
    expect(choices.map(({ text, finishReason }) => [text, finishReason])).toEqual(
      Array.from({ length: n }, () => ['word word word one ', 'stop']),
    )
    // The connection is kept for a second, in case that the upstream ends by itself.
    await within(1_500, () => side.upstream.open() === 0)
  })
})
