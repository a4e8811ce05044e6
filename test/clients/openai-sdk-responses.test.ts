import type OpenAI from 'openai'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { paths, useRig } from './paths.ts'
import { answerRecorder, checkAnswers } from './recorded-answers.ts'
import { responseForms } from './response-forms.ts'
import { connectSdk, majors, type Sdk } from './sdk-majors.ts'
import { weather } from './tool-declarations.ts'

type Item = OpenAI.Responses.ResponseOutputItem

describe.each(paths)('responses over the $kind upstream in $mode stream', (path) => {
  const rig = useRig(path)

  describe.each(majors)('with %s', (major) => {
    const recorder = answerRecorder()
    let sdk: Sdk
    beforeAll(async () => {
      sdk = await connectSdk(major, rig().baseURL, recorder)
    })
    afterEach(async () => checkAnswers(await recorder.take()))

    test.each(responseForms)('$name', async ({ body, carries, calls, omits }) => {
      const before = rig().gateway.requests.length
      const { data: whole, response } = await sdk.client.responses.create(body).withResponse()
      expect(whole.status).toBe('completed')
      expect(whole.usage?.total_tokens).toBeGreaterThan(0)
      expect(response.headers.get('x-argo-omitted-tools') ?? undefined).toBe(omits)
      expect(calledOf(whole.output).map(({ name }) => name)).toEqual(calls ? [calls] : [])
      if (!calls) expect(whole.output_text.length).toBeGreaterThan(20)

      let deltas = ''
      let streamed: typeof whole | undefined
      for await (const event of await sdk.client.responses.create({ ...body, stream: true })) {
        if (event.type === 'response.output_text.delta') deltas += event.delta
        if (event.type === 'response.completed') streamed = event.response
      }
      expect(deltas).toBe(whole.output_text)
      expect(calledOf(streamed?.output ?? [])).toEqual(calledOf(whole.output))

      const helped = await sdk.client.responses.stream(body).finalResponse()
      expect(textOf(helped.output)).toBe(whole.output_text)
      expect(calledOf(helped.output)).toEqual(calledOf(whole.output))

      const sent = rig().gateway.requests.slice(before)
      expect(sent).toHaveLength(3)
      for (const request of sent) for (const words of carries) expect(request.text).toContain(words)
    })

    test.each([true, false])('a conversation that the proxy remembers (stream: %s)', async (stream) => {
      const ask = (body: OpenAI.Responses.ResponseCreateParamsNonStreaming): Promise<OpenAI.Responses.Response> =>
        stream
          ? sdk.client.responses.stream({ ...body, stream: true }).finalResponse()
          : sdk.client.responses.create(body)
      const first = await ask({ model: 'gpt-4o', input: 'The first question.' })
      const second = await ask({ model: 'gpt-4o', input: 'The second question.', previous_response_id: first.id })
      expect(second.previous_response_id).toBe(first.id)
      const [message] = second.output
      const third = await ask({
        model: 'gpt-4o',
        input: [
          { type: 'item_reference', id: message?.id ?? '' },
          { role: 'user', content: 'The third question.' },
        ],
      })
      expect(textOf(third.output)).toContain('The third question.')
      const [sentSecond, sentThird] = rig().gateway.requests.slice(-2)
      for (const words of ['The first question.', 'You wrote: “The first', 'The second question.']) {
        expect(sentSecond?.text).toContain(words)
      }
      expect(sentThird?.text).toContain('You wrote: “The second question.”')
      expect(sentThird?.text).toContain('The third question.')
    })

    test('a call, and its result by the id of the response', async () => {
      const tools = [{ type: 'function' as const, strict: false, ...weather }]
      const first = await sdk.client.responses.create({ model: 'gpt-4o', input: 'Get the weather', tools })
      const call = first.output.find((item) => item.type === 'function_call')
      const second = await sdk.client.responses
        .stream({
          model: 'gpt-4o',
          tools,
          previous_response_id: first.id,
          input: [{ type: 'function_call_output', call_id: call?.call_id ?? '', output: 'Oslo: 10 degrees' }],
        })
        .finalResponse()
      expect(textOf(second.output)).toContain('Oslo: 10 degrees')
    })

    test('what was stored, and is deleted', async () => {
      const { id, output_text } = await sdk.client.responses.create({ model: 'gpt-4o', input: 'Remember me.' })
      expect(textOf((await sdk.client.responses.retrieve(id)).output)).toBe(output_text)
      const items = await sdk.client.responses.inputItems.list(id)
      expect(items.data).toMatchObject([{ type: 'message', role: 'user' }])
      await (major === 'openai-4' ? sdk.client.delete(`/responses/${id}`) : sdk.client.responses.delete(id))
      await expect(sdk.client.responses.retrieve(id)).rejects.toBeInstanceOf(sdk.errors.NotFoundError)
    })
  })
})

function calledOf(output: readonly Item[]): { name: string; arguments: string }[] {
  return output.flatMap((item) =>
    item.type === 'function_call' ? [{ name: item.name, arguments: item.arguments }] : [],
  )
}

/** Some majors' stream helper leaves `output_text` out. */
function textOf(output: readonly Item[]): string {
  const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []))
  return parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('')
}
