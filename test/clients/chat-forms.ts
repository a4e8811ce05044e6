import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources'
import { bareTool, richTool, weather } from './tool-declarations.ts'

type Body = Omit<ChatCompletionCreateParamsNonStreaming, 'stream'>

/** A form of request that real clients send. */
export interface ChatForm {
  name: string
  /** With fields that the SDK's types do not know. */
  body: Body & Record<string, unknown>
  /** What has to reach the upstream. */
  carries: string[]
  /** The name of the tool that is called. */
  calls?: string
}

const model = 'gpt-4o'
const question = 'Say something about streams.'
const image =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const call = {
  id: 'call_1',
  type: 'function' as const,
  function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
}
const secondCall = { ...call, id: 'call_2', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } }
const tools = [{ type: 'function' as const, function: weather }]

const echoed = {
  role: 'assistant' as const,
  content: 'Good day.',
  refusal: null,
  annotations: [],
  parsed: null,
  audio: null,
}
const namedResult = {
  role: 'tool' as const,
  tool_call_id: 'call_1',
  content: 'Error: no such city',
  name: 'get_weather',
}

export const chatForms: readonly ChatForm[] = [
  {
    name: 'plain, with instructions',
    body: {
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: question },
      ],
      temperature: 0.2,
      max_tokens: 8_000,
      stop: ['\nObservation'],
    },
    carries: ['Be brief.', question],
  },
  {
    name: 'content arrays in every role',
    body: {
      model,
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'First part.' },
            { type: 'text', text: 'Second part.' },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: 'An earlier answer.' }] },
        { role: 'user', content: [{ type: 'text', text: question }] },
      ],
    },
    carries: ['Be brief.', 'First part.', 'Second part.', 'An earlier answer.', question],
  },
  {
    name: 'an image',
    body: {
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: question },
            { type: 'image_url', image_url: { url: image, detail: 'low' } },
          ],
        },
      ],
    },
    carries: [question, image.slice(-40)],
  },
  {
    name: 'a developer message, for a reasoning model',
    body: {
      model: 'gpt-5',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: question },
      ],
      reasoning_effort: 'medium',
      max_completion_tokens: 32_000,
    },
    carries: ['Be brief.', question],
  },
  {
    name: 'an earlier answer echoed back with all its fields',
    body: {
      model,
      messages: [{ role: 'user', content: 'Hello.' }, echoed, { role: 'user', content: question, name: 'ada' }],
    },
    carries: ['Hello.', 'Good day.', question],
  },
  {
    name: 'what goes along',
    body: {
      model,
      messages: [{ role: 'user', content: question }],
      metadata: { run: 'a' },
      store: false,
      user: 'somebody',
      seed: 7,
      prompt_cache_key: 'key',
      safety_identifier: 'id',
      service_tier: 'auto',
    },
    carries: [question],
  },
  {
    name: 'two choices',
    body: { model, messages: [{ role: 'user', content: question }], n: 2 },
    carries: [question],
  },
  {
    name: 'tools, as agents send them',
    body: {
      model,
      messages: [{ role: 'user', content: 'Read the lines of the file notes.txt' }],
      tools: [...tools, { type: 'function', function: richTool }, { type: 'function', function: bareTool }],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      max_tokens: 64_000,
    },
    carries: ['read_lines', 'exclusiveMinimum', 'list_todos'],
    calls: 'read_lines',
  },
  {
    name: 'a tool without parameters',
    body: {
      model,
      messages: [{ role: 'user', content: 'List all todos' }],
      tools: [{ type: 'function', function: bareTool }],
    },
    carries: ['list_todos'],
    calls: 'list_todos',
  },
  {
    name: 'calls and results in the history, content null',
    body: {
      model,
      messages: [
        { role: 'user', content: 'How is the weather?' },
        { role: 'assistant', content: null, tool_calls: [call, secondCall] },
        { role: 'tool', tool_call_id: 'call_2', content: 'Rome: 30 degrees' },
        { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'Oslo: 10 degrees' }] },
      ],
      tools,
    },
    carries: ['Rome: 30 degrees', 'Oslo: 10 degrees'],
  },
  {
    name: 'calls and results in the history, content empty and named',
    body: {
      model,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'How is the weather?' }] },
        { role: 'assistant', content: '', tool_calls: [call], refusal: null },
        namedResult,
      ],
      tools,
    },
    carries: ['Error: no such city'],
  },
  {
    name: 'a history of calls, and no tools any more',
    body: {
      model,
      messages: [
        { role: 'user', content: 'How is the weather?' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: 'Oslo: 10 degrees' },
        { role: 'user', content: question },
      ],
    },
    carries: ['Oslo: 10 degrees', question],
  },
]
