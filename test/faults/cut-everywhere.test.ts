import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestProxy, type TestProxy } from '../support/test-proxy.ts'
import { endingOf } from './support/endings.ts'
import { isFull } from './support/full.ts'
import { inTurns } from './support/in-turns.ts'
import { cells } from './support/matrix.ts'
import { type RawUpstream, startRawUpstream } from './support/raw-upstream.ts'
import { chunked, said, wireAnswer } from './support/wire-answer.ts'

/** Every byte, or (where the whole suite must be quick) every third one, and the last ones all. */
const stride = isFull ? 1 : 3
const lastOnes = 40

describe.each(cells)('$kind, $endpoint, $style', ({ kind, endpoint, style }) => {
  let upstream: RawUpstream
  let proxy: TestProxy
  let whole: Buffer = Buffer.alloc(0)
  beforeAll(async () => {
    upstream = await startRawUpstream((request, socket) => {
      whole = chunked(wireAnswer(kind, request))
      const cut = Number(/cut:(\d+)/.exec(request.body)?.[1] ?? whole.length)
      socket.write(whole.subarray(0, cut))
      if (cut < whole.length) socket.end()
    })
    proxy = await startTestProxy({
      upstream: { kind, base_url: kind === 'argo' ? upstream.url : `${upstream.url}/v1` },
      real_stream: style === 'real',
      plugins: ['real-stream', ['pseudo-stream', { delay: 0 }], 'tools'],
      heal: { enabled: false },
      circuit_breaker: { enabled: false },
    })
  })
  afterAll(async () => {
    await proxy.close()
    await upstream.close()
  })

  const ask = (prompt: string) => endingOf(`${proxy.url}/v1`, { endpoint, stream: style !== 'whole', prompt })

  test('an answer that is cut after any of its bytes is whole or says that it is not', async () => {
    expect(await ask('uncut')).toEqual({ how: 'whole', text: said })
    const proof = provenEnd(whole, kind, style)
    const cuts = Array.from({ length: whole.length }, (_, index) => index).filter(
      (cut) => cut % stride === 0 || Math.abs(cut - proof) < lastOnes,
    )
    const endings = await inTurns(cuts, 16, (cut) => ask(`cut:${cut}`))
    for (const [index, ending] of endings.entries()) {
      const cut = cuts[index] ?? 0
      if (cut >= proof) {
        expect({ cut, ...ending }).toEqual({ cut, how: 'whole', text: said })
        continue
      }
      expect({ cut, ...ending }).toMatchObject({ cut, code: 'upstream_disconnected' })
      if (ending.text !== '') expect({ cut, ...ending }).toMatchObject({ cut, how: 'broken' })
      expect(said.slice(0, ending.text.length)).toBe(ending.text)
    }
  })
})

/** How many of the bytes prove that the answer is whole: its terminal event, its last brace, or its last chunk. */
function provenEnd(whole: Buffer, kind: string, style: string): number {
  if (style !== 'real') return whole.lastIndexOf('}') + 1
  return kind === 'openai' ? whole.lastIndexOf('[DONE]') + '[DONE]'.length : whole.length
}
