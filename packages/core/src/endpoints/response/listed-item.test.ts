import { expect, test } from 'vitest'
import { hasSchemas, schemaFaults } from '../openai-schema.test.fixture.ts'
import { listedItem } from './listed-item.ts'

const text = { type: 'output_text', text: 'Yes.' }
const fullText = { ...text, annotations: [], logprobs: [] }
const image = { type: 'input_image', image_url: 'https://example.org/a.png' }

test.each([
  {
    item: { id: 'msg_1', role: 'user', content: 'Hi' },
    full: { type: 'message', status: 'completed', content: [{ type: 'input_text', text: 'Hi' }] },
    schema: 'InputMessage',
  },
  {
    item: { id: 'msg_1', role: 'user', content: [{ type: 'text', text: 'Hi' }, image, { ...image, detail: 'low' }] },
    full: {
      type: 'message',
      status: 'completed',
      content: [
        { type: 'input_text', text: 'Hi' },
        { ...image, detail: 'auto' },
        { ...image, detail: 'low' },
      ],
    },
    schema: 'InputMessage',
  },
  {
    item: { id: 'msg_1', role: 'assistant', content: 'Yes.' },
    full: { type: 'message', status: 'completed', content: [fullText] },
    schema: 'OutputMessage',
  },
  {
    item: { id: 'msg_1', type: 'message', role: 'assistant', status: 'incomplete', content: [text] },
    full: { content: [fullText] },
    schema: 'OutputMessage',
  },
  {
    item: { id: 'fc_1', type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    full: { status: 'completed' },
    schema: 'FunctionToolCall',
  },
  {
    item: { id: 'fc_1', type: 'function_call_output', call_id: 'c', output: 'Sunny.' },
    full: { status: 'completed' },
    schema: 'FunctionToolCallOutputResource',
  },
  {
    item: { id: 'ctc_1', type: 'custom_tool_call_output', call_id: 'c', output: [image], status: 'incomplete' },
    full: { output: [{ ...image, detail: 'auto' }] },
    schema: 'CustomToolCallOutputResource',
  },
  { item: { id: 'rs_1', type: 'reasoning' }, full: { summary: [] }, schema: 'ReasoningItem' },
  { item: { id: 'x', type: 'web_search_call', what: 'ever' }, full: {}, schema: undefined },
])('$item', ({ item, full, schema }) => {
  const listed = listedItem(item)
  expect(listed).toEqual({ ...item, ...full })
  if (schema && hasSchemas) expect(schemaFaults(schema, listed)).toEqual([])
})

test('what the client wrote is left as it was', () => {
  const item = Object.freeze({ id: 'msg_1', role: 'assistant', content: Object.freeze([Object.freeze({ ...text })]) })
  listedItem(item)
  expect(item.content).toEqual([text])
})
