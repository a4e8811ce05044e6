import { expect, test } from 'vitest'
import { responseParam } from './client-param.ts'

test.each([
  ['messages', 'input'],
  ['messages[0].content[1].image_url.url', 'input'],
  ['messages.[0].content', 'input'],
  ['max_tokens', 'max_output_tokens'],
  ['max_completion_tokens', 'max_output_tokens'],
  ['response_format', 'text.format'],
  ['response_format.type', 'text.format.type'],
  ['response_format.json_schema.schema', 'text.format.schema'],
  ['verbosity', 'text.verbosity'],
  ['reasoning_effort', 'reasoning.effort'],
  ['logprobs', 'include'],
  ['tools[0].function.parameters', 'tools[0].parameters'],
  ['tool_choice.function.name', 'tool_choice.name'],
  // The same in both.
  ['top_logprobs', 'top_logprobs'],
  ['temperature', 'temperature'],
  ['tools', 'tools'],
  ['tools[0].parameters.function', 'tools[0].parameters.function'],
  ['messages_of_mine', 'messages_of_mine'],
])('%s is %s', (param, name) => {
  expect(responseParam(param, [0])).toBe(name)
})

test('a tool has the place that it has in the request, where others were left out', () => {
  expect(responseParam('tools[1].function.parameters', [0, 3])).toBe('tools[3].parameters')
  expect(responseParam('tools.1.function.name', [2, 3])).toBe('tools.3.name')
  expect(responseParam('tools[7]', [0])).toBe('tools[7]')
})
