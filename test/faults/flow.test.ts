import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { upstreamKinds } from '../support/upstreams.ts'
import { chatEvent, streamHead, textHead } from './support/frames.ts'
import { chat, post, rawClient } from './support/raw-client.ts'
import { useSides } from './support/side.ts'

const start = useSides()
const megabyte = 1024 * 1024
const text = 'word '.repeat(3_000)

/** Writes as long as it is taken; tells how many bytes were. */
async function pour(socket: Socket, block: string, sent: { bytes: number }): Promise<void> {
  socket.write(block === text ? textHead : streamHead)
  while (!socket.destroyed) {
    sent.bytes += block.length
    if (!socket.write(block)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
  }
}

/** Every way from an upstream to a client has its own pieces; the last passes bytes as they are. */
const ways = upstreamKinds.flatMap((kind) => [
  ...(kind === 'argo' ? [{ kind, path: '/v1/chat', body: chat('x') }] : []),
  { kind, path: '/v1/chat/completions', body: chat('x') },
  { kind, path: '/v1/completions', body: { model: 'gpt-4o', prompt: 'x' } },
  { kind, path: '/v1/responses', body: { model: 'gpt-4o', input: 'x' } },
])

describe.each(ways)('a reader of $path that stops, over $kind', ({ kind, path, body }) => {
  test('stops the upstream, and when it reads again the stream goes on', async () => {
    const sent = { bytes: 0 }
    const completion = `data: ${JSON.stringify({ id: 'c', object: 'text_completion', created: 1, model: 'm', choices: [{ index: 0, text, logprobs: null, finish_reason: null }] })}\n\n`
    const block = kind === 'argo' ? text : path === '/v1/completions' ? completion : chatEvent({ content: text })
    const side = await start(kind, {}, (socket) => pour(socket, block, sent))
    const client = await rawClient(side.proxy.port)
    client.socket.pause()
    client.send(post(path, { ...body, stream: true }))
    await expect.poll(() => side.upstream.requests.length, { timeout: 5_000 }).toBe(1)
    // What the system's and Node's buffers take on the way is some 10 MB, whatever the stream's length.
    let before = -1
    for (let look = 0; look < 40 && before !== sent.bytes; look += 1) {
      before = sent.bytes
      await pause(150)
    }
    expect(sent.bytes).toBe(before)
    expect(sent.bytes).toBeGreaterThan(0)
    expect(sent.bytes).toBeLessThan(32 * megabyte)
    client.socket.resume()
    await expect.poll(() => sent.bytes, { timeout: 5_000 }).toBeGreaterThan(before + megabyte)
    client.socket.destroy()
    await expect.poll(() => side.upstream.open(), { timeout: 5_000 }).toBe(0)
  })
})
