import { setTimeout as pause } from 'node:timers/promises'
import { checkChatStream } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { chat } from './support/raw-client.ts'
import { useSides } from './support/side.ts'
import { chunked } from './support/wire-answer.ts'

const start = useSides()
const chatPath = '/v1/chat/completions'
const streamed = chat('x', { stream: true })
const errorShape = z.object({ error: z.object({ code: z.string() }) })

async function codeOf(response: Response): Promise<[number, string]> {
  return [response.status, errorShape.parse(await response.json()).error.code]
}

describe('a body that lasts until the connection closes is not proven to be whole', () => {
  test.each([
    ['no length', ''],
    ['transfer-encoding: identity', 'transfer-encoding: identity\r\n'],
    ['a coding that is not chunked', 'transfer-encoding: x\r\n'],
    ['chunked, but not as the last coding', 'transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n'],
  ])('%s', async (_name, header) => {
    const side = await start('argo', { heal: { enabled: false } }, (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n${header}\r\nHalf an ans`),
    )
    const raw = await (await side.ask(chatPath, streamed)).text()
    expect(checkChatStream(raw).error?.code).toMatch(/^upstream_(?:disconnected|invalid_answer)$/)
    expect(raw).not.toContain('[DONE]')
  })

  test.each([
    'content-length: 11\r\n\r\nWhole words',
    'transfer-encoding: chunked\r\n\r\nb\r\nWhole words\r\n0\r\n\r\n',
  ])('one that says where it ends is, though the connection closes with it: %j', async (rest) => {
    const side = await start('argo', {}, (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n${rest}`),
    )
    expect(checkChatStream(await (await side.ask(chatPath, streamed)).text())).toMatchObject({ text: 'Whole words' })
  })
})

describe('a stream without [DONE], whose message ends properly', () => {
  const frame = (index: number, delta: object, reason: string | null): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index, delta, finish_reason: reason }] })}\n\n`
  /** The first frame alone, so that the answer has begun. */
  const ended = async ([first = '', ...rest]: string[], more: object = {}) => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
    const side = await start('openai', {}, async (socket) => {
      socket.write(head + framed(first))
      await pause(20)
      socket.write(`${rest.map(framed).join('')}0\r\n\r\n`)
    })
    return await (await side.ask(chatPath, { ...streamed, ...more })).text()
  }
  const framed = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

  test('is whole where every choice says why it ended', async () => {
    const both = [frame(0, { content: 'a' }, null), frame(1, { content: 'b' }, null)]
    const whole = checkChatStream(await ended([...both, frame(0, {}, 'stop'), frame(1, {}, 'length')], { n: 2 }))
    expect(whole.choices.map(({ finishReason }) => finishReason)).toEqual(['stop', 'length'])
    const cut = checkChatStream(await ended([...both, frame(0, {}, 'stop')], { n: 2 }))
    expect(cut.error?.code).toBe('upstream_disconnected')
  })

  test('is cut where the reason is an empty text, as some servers say in each chunk', async () => {
    const raw = await ended([frame(0, { role: 'assistant', content: 'half' }, '')])
    expect(raw).toMatch(/"code":"upstream_disconnected"\}\}\n\n/)
  })

  test('is no answer where nothing but the end came', async () => {
    const chunks = [Buffer.from('data: [DONE]\n\n')]
    const side = await start('openai', {}, (socket, answer) => socket.write(chunked({ ...answer, chunks })))
    expect(await codeOf(await side.ask(chatPath, streamed))).toEqual([502, 'upstream_invalid_answer'])
  })
})

test('a head whose lines end in a bare line feed is refused at once', async () => {
  const side = await start('openai', {}, (socket) => socket.write('HTTP/1.1 200 OK\ncontent-length: 4\n\nHalf'))
  const begun = performance.now()
  expect(await codeOf(await side.ask(chatPath, chat('x')))).toEqual([502, 'upstream_invalid_answer'])
  expect(performance.now() - begun).toBeLessThan(2_000)
})

describe('a request is sent again over a new connection', () => {
  /** Answers the first request rightly, and each later one of the same connection as told. */
  const answering = async (later: (write: (bytes: string) => void, close: () => void) => unknown) => {
    const seen = new WeakSet<object>()
    return await start('openai', { retries: { limit: 0 }, heal: { enabled: false } }, (socket, answer) => {
      if (!seen.has(socket)) {
        seen.add(socket)
        return socket.write(chunked(answer))
      }
      return later(
        (bytes) => socket.write(bytes),
        () => socket.destroy(),
      )
    })
  }

  test('not where the kept one had brought the beginning of an answer', async () => {
    const side = await answering((write, close) => {
      write('HTTP/1.1 200 OK\r\ncontent-ty')
      setTimeout(close, 20)
    })
    expect((await side.ask(chatPath, chat('x'))).status).toBe(200)
    expect(await codeOf(await side.ask(chatPath, chat('x')))).toEqual([502, 'upstream_disconnected'])
    expect(side.upstream.requests).toHaveLength(2)
  })

  test('not where the upstream had worked on it', async () => {
    const side = await answering(async (_write, close) => {
      await pause(1_200)
      close()
    })
    expect((await side.ask(chatPath, chat('x'))).status).toBe(200)
    expect(await codeOf(await side.ask(chatPath, chat('x')))).toEqual([502, 'upstream_disconnected'])
    expect(side.upstream.requests).toHaveLength(2)
  })

  test('where the kept one was closed when it came', async () => {
    const side = await answering((_write, close) => close())
    expect((await side.ask(chatPath, chat('x'))).status).toBe(200)
    expect((await side.ask(chatPath, chat('x'))).status).toBe(200)
    expect(side.upstream.requests).toHaveLength(3)
  })
})
