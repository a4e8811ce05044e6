import { describe, expect, test } from 'vitest'
import { parseJsonAnswer } from './json-answer.ts'

describe('the JSON of an answer', () => {
  test.each([
    ['{"a": 1}', '{"a": 1}'],
    ['\n [1] \n', '[1]'],
    ['```json\n{"a": 1}\n```', '{"a": 1}'],
    ['Here:\n\n```\n\n  {"a": 1}  \n\n```\nEnjoy.', '{"a": 1}'],
    ['```json \r\n{"a": 1}```', '{"a": 1}'],
    ['Use ```code``` here:\n```json\n{"a": 1}\n```', '{"a": 1}'],
    ['```json\n{"md": "```js\\ncode\\n```"}\n```', '{"md": "```js\\ncode\\n```"}'],
    ['```json\n{"a": 1}\n```\nRun it:\n```sh\nrun\n```', '{"a": 1}'],
    ["{'a': 1,}", '{"a": 1}'],
    ['no JSON', undefined],
    ['```json\n{"a": 1}', undefined],
    ['```', undefined],
  ])('%j', (answer, text) => {
    expect(parseJsonAnswer(answer)?.text).toBe(text)
  })

  test.each([
    ['line breaks behind a fence', `\`\`\`json${'\n'.repeat(100_000)}x`],
    ['fences', '```json\n'.repeat(20_000)],
    ['fences without a line', '```json'.repeat(20_000)],
  ])('is looked for in linear time: %s', (_what, answer) => {
    const started = performance.now()
    expect(parseJsonAnswer(answer)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
