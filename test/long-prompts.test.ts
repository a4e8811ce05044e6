import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { startRig, type TestRig, upstreamKinds } from './support/upstreams.ts'

/** Texts that are long enough to go upstream as they came. */
const text = 'Grüße "aus" 東京 \\ 🧪\n\t'.repeat(20_000)
const other = `${text}.`
const image = `data:image/png;base64,${'iVBORw0KGgo'.repeat(20_000)}`

let rig: TestRig | undefined
afterEach(() => rig?.close())

async function start(kind: (typeof upstreamKinds)[number]): Promise<OpenAI> {
  rig = await startRig(kind)
  return new OpenAI({ baseURL: rig.baseURL, apiKey: 'none', maxRetries: 0 })
}

/** The messages that reached the upstream. */
function messages(): unknown {
  const body = rig?.gateway.requests.at(-1)?.body
  return typeof body === 'object' && body !== null && 'messages' in body ? body.messages : undefined
}

const conversation: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'system', content: text },
  { role: 'user', content: [{ type: 'text', text: other }] },
  { role: 'assistant', content: text },
  { role: 'user', content: other },
]

describe.each(upstreamKinds)('a long prompt over %s', (kind) => {
  test.each([true, false])('arrives whole, stream: %s', async (stream) => {
    const client = await start(kind)
    const answer = await client.chat.completions.create({ model: 'gpt-4o', stream, messages: conversation })
    if ('choices' in answer) expect(answer.choices[0]?.message.content).not.toBe('')
    else for await (const chunk of answer) expect(chunk.object).toBe('chat.completion.chunk')
    const parts = kind === 'openai' ? [{ type: 'text', text: other }] : other
    expect(messages()).toEqual([
      { role: 'system', content: text },
      { role: 'user', content: parts },
      { role: 'assistant', content: text },
      { role: 'user', content: other },
    ])
  })

  test('with an image in it', async () => {
    const client = await start(kind)
    const content = [
      { type: 'text' as const, text },
      { type: 'image_url' as const, image_url: { url: image, detail: 'low' as const } },
    ]
    await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }] })
    expect(messages()).toEqual([{ role: 'user', content }])
  })

  test('through Responses', async () => {
    const client = await start(kind)
    await client.responses.create({ model: 'gpt-4o', instructions: other, input: text })
    expect(messages()).toEqual([
      { role: 'system', content: other },
      { role: 'user', content: text },
    ])
  })
})

test('a prompt of which a text is no JSON is judged by who reads it: the upstream, or here who looks at it', async () => {
  await start('openai')
  const bad = `"${'x\n'.repeat(50_000)}"`
  const post = (path: string, fields: string): Promise<Response> =>
    fetch(`${rig?.baseURL}/${path}`, { method: 'POST', body: `{"model":"gpt-4o",${fields}}` })
  await post('chat/completions', `"messages":[{"role":"user","content":${bad}}]`)
  expect(rig?.gateway.requests.at(-1)?.text).toContain('x\nx\n')
  const refused = await post('completions', `"prompt":${bad}`)
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_json' } })
})
