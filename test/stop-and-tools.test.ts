import OpenAI from 'openai'
import { afterEach, expect, test } from 'vitest'
import { startRig, type TestRig } from './support/upstreams.ts'

let rig: TestRig | undefined
afterEach(async () => {
  await rig?.close()
  rig = undefined
})

const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: { type: 'object' } } }]
const call = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "END"}}\n</tool_call>'

test.each([
  ['a call that holds the sequence is whole', `Sure. ${call}`, 'Sure. ', ['{"city": "END"}'], 'tool_calls'],
  ['the text ends at it', 'One END two', 'One ', [], 'stop'],
  ['behind a call, too', `${call} END ${call}`, ' ', ['{"city": "END"}'], 'tool_calls'],
])('stop sequences beside tools in the prompt: %s', async (_what, answer, content, calls, reason) => {
  rig = await startRig('argo', {}, { reply: () => answer })
  const client = new OpenAI({ baseURL: rig.baseURL, apiKey: 'none', maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'x' }]
  for (const stream of [false, true]) {
    const asked = { model: 'gpt-4o', messages, tools, stop: ['END', '\nNever'] }
    const { choices, usage } = stream
      ? await client.chat.completions
          .stream({ ...asked, stream_options: { include_usage: true } })
          .finalChatCompletion()
      : await client.chat.completions.create(asked)
    const message = choices[0]?.message
    expect(message?.content ?? '').toBe(content)
    expect((message?.tool_calls ?? []).map((each) => ('function' in each ? each.function.arguments : ''))).toEqual(
      calls,
    )
    expect(choices[0]?.finish_reason).toBe(reason)
    expect(usage?.completion_tokens).toBeGreaterThan(0)
  }
  expect(rig.gateway.requests.every(({ body }) => !JSON.stringify(body).includes('Never'))).toBe(true)
})
