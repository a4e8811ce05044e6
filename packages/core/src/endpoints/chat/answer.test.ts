import { expect, test } from 'vitest'
import { answers, brokenOff, completed, failedAtOnce, twoChoices } from '../../testing/answers.test.fixture.ts'
import { chatCompletions } from '../chat-completions.ts'
import { hasSchemas, schemaFaults } from '../openai-schema.test.fixture.ts'

const messages = [{ role: 'user', content: 'Hello' }]
const plain = chatCompletions.parse({ model: 'gpt-4o', messages })

test('a text', () => {
  expect(completed(plain, answers.text)).toEqual({
    id: 'chatcmpl-up1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-4o-2024',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Héllo 👋\n "wörld"', refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 7,
      completion_tokens: 5,
      total_tokens: 12,
      prompt_tokens_details: { cached_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
  })
})

test('calls alone have no content, calls after text do', () => {
  expect(completed(plain, answers.call)).toMatchObject({
    choices: [
      {
        message: {
          content: null,
          tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Gö"}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
  })
  expect(completed(plain, answers.textAndCalls)).toMatchObject({
    choices: [{ message: { content: 'Looking.', tool_calls: [{ id: 'call_a' }, { id: 'call_b' }] } }],
  })
})

test('refusal, reasoning, log probabilities, an empty answer, two choices', () => {
  expect(completed(plain, answers.refusal)).toMatchObject({
    choices: [{ message: { content: null, refusal: 'I can’t.' } }],
  })
  expect(completed(plain, answers.reasoning)).toMatchObject({
    choices: [{ message: { content: '42', reasoning_content: 'Let me think.' } }],
  })
  expect(completed(plain, answers.logprobs)).toMatchObject({
    choices: [{ logprobs: { content: [{ token: 'Hi' }, { token: 'Hi' }], refusal: null } }],
  })
  expect(completed(plain, answers.empty)).toMatchObject({
    choices: [{ message: { content: '' }, finish_reason: 'stop' }],
  })
  expect(completed(plain, twoChoices)).toMatchObject({
    choices: [
      { index: 0, message: { content: 'A1A2' }, finish_reason: 'stop' },
      { index: 1, message: { content: 'B1B2' }, finish_reason: 'length' },
    ],
  })
})

test('an error gives nothing: the server answers with its status', () => {
  expect(completed(plain, [...brokenOff, { type: 'finish' }])).toBeUndefined()
  expect(completed(plain, failedAtOnce)).toBeUndefined()
})

test('what the upstream says beyond the events is merged in', () => {
  const raw = (value: Record<string, unknown>) => ({ type: 'raw' as const, format: 'chat-completions', value })
  const [start, ...body] = answers.call
  const answer = completed(plain, [
    start,
    raw({
      system_fingerprint: 'fp_1',
      id: 'no',
      choices: [{ index: 0, filter: 1, message: { audio: null, annotations: [1] } }],
    }),
    raw({ choices: [{ index: 0, delta: { annotations: [2], tool_calls: [{ index: 0, id: 'no' }] } }] }),
    ...body,
  ])
  expect(answer).toMatchObject({
    id: 'chatcmpl-up1',
    system_fingerprint: 'fp_1',
    choices: [
      { filter: 1, message: { annotations: [1, 2], audio: null, tool_calls: [{ id: 'call_a', type: 'function' }] } },
    ],
  })
})

test('what the upstream says of a call stays with it, and calls need not be numbered without a gap', () => {
  const answer = completed(plain, [
    { type: 'start', id: 'up1', model: 'm', created: 1 },
    { type: 'tool-call-start', choice: 0, index: 1, id: 'a', name: 'f', extra: { signature: 's' } },
    { type: 'tool-call-delta', choice: 0, index: 1, delta: '{}', extra: { later: true } },
    { type: 'tool-call-start', choice: 0, index: 3, id: 'b', name: 'g' },
    { type: 'choice-end', choice: 0, reason: 'tool-calls' },
    { type: 'finish' },
  ])
  expect(answer).toMatchObject({
    choices: [
      {
        message: {
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, signature: 's', later: true },
            { id: 'b', type: 'function', function: { name: 'g', arguments: '' } },
          ],
        },
      },
    ],
  })
})

test('legacy functions and custom tools', () => {
  const legacy = chatCompletions.parse({ model: 'm', messages, functions: [{ name: 'weather' }] })
  const answer = completed(legacy, answers.call)
  expect(answer).toMatchObject({
    choices: [
      { message: { function_call: { name: 'weather', arguments: '{"city":"Gö"}' } }, finish_reason: 'function_call' },
    ],
  })
  expect(JSON.stringify(answer)).not.toContain('tool_calls')
  const custom = chatCompletions.parse({
    model: 'm',
    messages,
    tools: [{ type: 'custom', custom: { name: 'weather' } }],
  })
  expect(completed(custom, answers.call)).toMatchObject({
    choices: [{ message: { tool_calls: [{ type: 'custom', custom: { name: 'weather', input: '{"city":"Gö"}' } }] } }],
  })
})

test.skipIf(!hasSchemas)(
  'every answer is what OpenAI’s schema says (skipped where ../shared/fixtures is absent)',
  () => {
    for (const events of [...Object.values(answers), twoChoices]) {
      const answer = completed(plain, events)
      expect(schemaFaults('CreateChatCompletionResponse', answer), JSON.stringify(answer)).toEqual([])
    }
  },
)
