import { everySplit } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import { hasSchemas, schemaFaults } from '../../packages/core/src/endpoints/openai-schema.test.fixture.ts'
import { paths, promptPlugins, useRigOf } from '../clients/paths.ts'
import { startRig } from '../support/upstreams.ts'
import { readForgetfully, writesOf } from './forgetful-reader.ts'
import { suiteRequests, weatherTool } from './open-responses-requests.ts'
import { faultsOf, responseResource, streamingEvent } from './open-responses-schema.ts'

const model = 'gpt-4o'

describe.each(paths)('Open Responses over the $kind upstream in $mode stream', ({ kind, mode }) => {
  const rig = useRigOf(() => startRig(kind, { real_stream: mode === 'real', plugins: promptPlugins }))

  /** As the suite does: `stream` is always there, and a key, which nobody asks for. */
  function post(body: Record<string, unknown>, stream = false): Promise<Response> {
    return fetch(`${rig().baseURL}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
      body: JSON.stringify({ model, ...body, stream }),
    })
  }

  async function ask(body: Record<string, unknown>) {
    const answer = await post(body)
    const response: unknown = await answer.json()
    expect(answer.status, JSON.stringify(response)).toBe(200)
    return checkResponse(response)
  }

  /** The Response object of a stream's last event; each event is looked at. */
  async function askStream(body: Record<string, unknown>, holds: string) {
    const { status, writes } = await writesOf(
      `${rig().baseURL}/responses`,
      JSON.stringify({ model, ...body, stream: true }),
    )
    expect(status).toBe(200)
    const events = readForgetfully(writes)
    for (const { event, data } of events) {
      expect(event).toBe(data.type)
      expect({ data, faults: faultsOf(streamingEvent, data) }).toEqual({ data, faults: [] })
      if (hasSchemas) expect(schemaFaults('ResponseStreamEvent', data)).toEqual([])
    }
    // None was lost at the border of two writes.
    expect(events.map(({ data }) => data.sequence_number)).toEqual([...events.keys()])
    expect(stepsOf(events, holds)).toEqual(holds === 'function_call' ? callSteps : messageSteps)
    return checkResponse(events.at(-1)?.data.response)
  }

  test.each(suiteRequests)('$name', async ({ stream, body, status, holds }) => {
    const response = stream ? await askStream(body, holds) : await ask(body)
    if (status !== 'any') expect(response.status).toBe('completed')
    expect(response.output.map(({ type }) => type)).toContain(holds)
  })

  if (kind === 'argo') {
    test('a file that is no text, which this wire cannot carry, is named', async () => {
      const file_data = `data:application/pdf;base64,${Buffer.from('%PDF-1.7\n\u0000\u0001').toString('base64')}`
      const content = [{ type: 'input_file', filename: 'a.pdf', file_data }]
      await refused(await post({ input: [{ type: 'message', role: 'user', content }] }), 'file')
    })
  }

  test('function-call-roundtrip', async () => {
    const first = await ask({
      input: 'Use the weather tool to get the temperature in San Francisco.',
      tools: [weatherTool],
      tool_choice: { type: 'function', name: weatherTool.name },
    })
    const call = first.output.find(({ type }) => type === 'function_call')
    if (call?.type !== 'function_call') return expect.fail('no call')
    const second = await ask({
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: call.call_id, output: '64 degrees and clear' }],
    })
    expect(second.status).toBe('completed')
    expect(JSON.stringify(second.output)).toContain('64 degrees and clear')
    expect(second.previous_response_id).toBe(first.id)
  })

  test('previous-response-id', async () => {
    const first = await ask({ input: 'Remember this code word: papaya. Reply with only OK.' })
    const second = await ask({
      previous_response_id: first.id,
      input: 'What code word did I ask you to remember?',
    })
    expect(second.status).toBe('completed')
    expect(rig().gateway.requests.at(-1)?.text).toContain('papaya')
  })

  // The suite runs these two only where it is told to.
  test.each([
    { type: 'file_search', tool: { type: 'file_search', vector_store_ids: ['vs_1'] } },
    { type: 'web_search', tool: { type: 'web_search', external_web_access: false } },
  ])('$type is refused by its name where it is forced', async ({ type, tool }) => {
    const answer = await post({ input: 'Find something.', tools: [tool], tool_choice: { type } })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      error: { param: 'tool_choice', message: expect.stringContaining(type) },
    })
  })
})

/** What the upstream's wire cannot carry is said, in the words of this endpoint, and not left out. */
async function refused(answer: Response, what: string): Promise<void> {
  expect(answer.status).toBe(400)
  const message = expect.stringContaining(`\`${what}\``)
  expect(await answer.json()).toMatchObject({
    error: { type: 'invalid_request_error', code: 'unsupported_value', param: 'input', message },
  })
}

const messageSteps = ['output_item.added', 'output_text.delta', 'output_text.done', 'output_item.done']
const callSteps = [
  'output_item.added',
  'function_call_arguments.delta',
  'function_call_arguments.done',
  'output_item.done',
]

/** Which of the events that every item of this type has were there, each once, in order. */
function stepsOf(events: readonly { data: Record<string, unknown> }[], type: string): string[] {
  const index = events.find(({ data }) => isOfType(data.item, type))?.data.output_index
  const wanted = type === 'function_call' ? callSteps : messageSteps
  const steps = events
    .filter(({ data }) => data.output_index === index)
    .map(({ data }) => String(data.type).replace('response.', ''))
  return [...new Set(steps)].filter((step) => wanted.includes(step))
}

function isOfType(item: unknown, type: string): boolean {
  return typeof item === 'object' && item !== null && 'type' in item && item.type === type
}

/** Valid for Open Responses and for OpenAI alike. */
function checkResponse(value: unknown) {
  expect({ value, faults: faultsOf(responseResource, value) }).toEqual({ value, faults: [] })
  if (hasSchemas) expect(schemaFaults('Response', value)).toEqual([])
  return responseResource.parse(value)
}

test.skipIf(!hasSchemas)('each response is held to OpenAI’s schema too (../shared/fixtures)', () => {
  expect(schemaFaults('Response', {})).not.toEqual([])
})

test('the suite’s reader forgets what it has half read, wherever an event is cut', () => {
  const event = 'event: a\ndata: {"n":1}\n\n'
  const nameEnd = 'event: a\n'.length
  for (const pieces of everySplit(event + event)) {
    const names = readForgetfully(pieces).map((read) => read.event)
    const cut = pieces[0].length % event.length
    const cutOne = cut === event.length - 1 ? [] : cut < nameEnd ? ['a'] : ['']
    const isFirst = pieces[0].length < event.length
    expect({ pieces: pieces.map(String), names }).toEqual({
      pieces: pieces.map(String),
      names: isFirst ? [...cutOne, 'a'] : ['a', ...cutOne],
    })
  }
})
