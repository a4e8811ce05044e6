import { setTimeout as pause } from 'node:timers/promises'
import { checkChatStream } from 'argo-proxy/testing'
import { expect, test } from 'vitest'
import { chat, post, rawClient } from './support/raw-client.ts'
import { useSides } from './support/side.ts'
import { chunked } from './support/wire-answer.ts'

const start = useSides()

test('half an event never goes out: it is held, and what follows it is an error of its own', async () => {
  const halves = [10, 25, 60, 100].map((cut) => async () => {
    const looked = Promise.withResolvers<void>()
    const side = await start('openai', {}, async (socket, answer) => {
      const events = answer.chunks.slice(0, 4)
      const [next = Buffer.alloc(0)] = answer.chunks.slice(4)
      const begun = chunked({ ...answer, chunks: [...events, next.subarray(0, cut)] })
      socket.write(begun.subarray(0, -'0\r\n\r\n'.length))
      await looked.promise
      socket.destroy()
    })
    const client = await rawClient(side.proxy.port)
    client.send(post('/v1/chat/completions', chat('x', { stream: true }), ['connection: close']))
    await client.seen('東京')
    await pause(30)
    const early = bodyOf(client.text())
    expect(early.endsWith('\n\n')).toBe(true)
    expect(early.split('\n\n')).toHaveLength(4 + 1)
    looked.resolve()
    const { text } = await client.reply()
    const { error, text: said } = checkChatStream(bodyOf(text))
    expect([error?.code, said]).toEqual(['upstream_disconnected', 'Grüße aus 東京: '])
  })
  for (const half of halves) await half()
})

/** What stands in the chunks of an answer. */
function bodyOf(answer: string): string {
  let rest = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4))
  let body = ''
  for (;;) {
    const line = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.toString('latin1', 0, line), 16)
    if (line < 0 || !(size > 0)) return body
    body += rest.toString('utf8', line + 2, line + 2 + size)
    rest = rest.subarray(line + 2 + size + 2)
  }
}
