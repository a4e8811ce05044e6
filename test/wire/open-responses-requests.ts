/** A request of the Open Responses suite, and what its answer has to hold beyond the schema. */
export interface SuiteRequest {
  name: string
  stream?: boolean
  body: Record<string, unknown>
  /** Default `completed`; `any` where the suite does not look. */
  status?: 'any'
  /** The type of an item that has to be in the output. */
  holds: 'message' | 'function_call'
}

const user = (content: unknown) => ({ type: 'message', role: 'user', content })
const image =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
/** A PDF of nothing but text, which is how those written by hand are. */
const file = `data:application/pdf;base64,${Buffer.from('%PDF-1.1\n%%EOF').toString('base64')}`

export const weatherTool = {
  type: 'function',
  name: 'get_weather',
  description: 'Get the current weather for a location',
  parameters: {
    type: 'object',
    properties: { location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' } },
    required: ['location'],
  },
}
const askWeather = { input: [user("What's the weather like in San Francisco?")], tools: [weatherTool] }

export const suiteRequests: readonly SuiteRequest[] = [
  { name: 'basic-response', body: { input: [user('Say hello in exactly 3 words.')] }, holds: 'message' },
  { name: 'streaming-response', stream: true, body: { input: [user('Count from 1 to 5.')] }, holds: 'message' },
  {
    name: 'system-prompt',
    body: {
      input: [
        { type: 'message', role: 'system', content: 'You are a pirate. Always respond in pirate speak.' },
        user('Say hello.'),
      ],
    },
    holds: 'message',
  },
  { name: 'tool-calling', body: askWeather, status: 'any', holds: 'function_call' },
  { name: 'tool-calling-streaming', stream: true, body: askWeather, status: 'any', holds: 'function_call' },
  {
    name: 'image-input',
    body: {
      input: [
        user([
          { type: 'input_text', text: 'What do you see in this image? Answer in one sentence.' },
          { type: 'input_image', image_url: image },
        ]),
      ],
    },
    holds: 'message',
  },
  {
    name: 'file-input',
    body: {
      input: [
        user([
          { type: 'input_text', text: 'Read the attached file and answer with its title only.' },
          { type: 'input_file', filename: 'fixture.pdf', file_data: file },
        ]),
      ],
    },
    holds: 'message',
  },
  {
    name: 'multi-turn',
    body: {
      input: [
        user('My name is Alice.'),
        {
          type: 'message',
          role: 'assistant',
          content: 'Hello Alice! Nice to meet you. How can I help you today?',
        },
        user('What is my name?'),
      ],
    },
    holds: 'message',
  },
]
