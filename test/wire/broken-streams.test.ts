import { describe, expect, test } from 'vitest'
import { brokenText, commands, obedient } from '../clients/obedient-model.ts'
import { paths, useRigOf } from '../clients/paths.ts'
import { startRig } from '../support/upstreams.ts'
import { eventsOf, expectSchema, readStream } from './answer-checks.ts'
import { send, upstreamRequests } from './every-request.ts'
import { toldAtOnce } from './told-at-once.ts'

const prompts = {
  messages: [{ role: 'user', content: commands.breakOff }],
  prompt: commands.breakOff,
  input: commands.breakOff,
}

describe.each(paths.filter(({ mode }) => mode === 'real'))('the $kind upstream breaks off in the midst', ({ kind }) => {
  const rig = useRigOf(() => startRig(kind, toldAtOnce, obedient(kind)))

  async function broken(name: string) {
    const request = upstreamRequests.find((one) => one.name === name) ?? expect.fail(name)
    const asked = Object.entries(prompts).filter(([field]) => field in (request.body ?? {}))
    const answer = await send(rig().baseURL, { ...request, body: { ...request.body, ...Object.fromEntries(asked) } })
    expect(answer.status).toBe(200)
    return answer.text()
  }

  test.each(['chat, streamed', 'a completion, streamed'])(
    '%s: an error is the last frame, and there is no [DONE]',
    async (name) => {
      const text = await broken(name)
      expect(text).not.toContain('[DONE]')
      const frames = eventsOf(text)
      expectSchema('ErrorResponse', frames.at(-1))
      expect(frames.at(-1)).toMatchObject({ error: { code: 'upstream_disconnected', param: null } })
      expect(frames.slice(0, -1).every((frame) => !('error' in frame))).toBe(true)
      expect(JSON.stringify(frames.slice(0, -1))).toContain(brokenText.slice(0, 4))
    },
  )

  test('a response, streamed: it has failed, in the words of OpenAI and of Open Responses', async () => {
    const text = await broken('a response, streamed')
    expect(readStream('responses', text)).toMatchObject({ text: brokenText, reasons: ['failed'] })
    expect(eventsOf(text).slice(-2)).toMatchObject([
      { type: 'error', code: 'upstream_disconnected', error: { code: 'upstream_disconnected' } },
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } },
    ])
  })
})
