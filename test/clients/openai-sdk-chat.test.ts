import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ChatForm, chatForms } from './chat-forms.ts'
import { commands, saidJson } from './obedient-model.ts'
import { paths, useRig } from './paths.ts'
import { answerRecorder, checkAnswers } from './recorded-answers.ts'
import { connectSdk, majors, type Sdk } from './sdk-majors.ts'

/** What stays the same, asked for whole or as a stream. Ids of calls never do. */
interface ToldChoice {
  content: string
  reason: string | null
  calls: { name: string; arguments: string }[]
}

describe.each(paths)('chat over the $kind upstream in $mode stream', (path) => {
  const rig = useRig(path)

  describe.each(majors)('with %s', (major) => {
    const recorder = answerRecorder()
    let sdk: Sdk
    beforeAll(async () => {
      sdk = await connectSdk(major, rig().baseURL, recorder)
    })
    afterEach(async () => checkAnswers(await recorder.take()))

    test.each(chatForms)('$name', async (form) => {
      const { body, carries, calls } = form
      const before = rig().gateway.requests.length
      const whole = await wholeChoices(body)
      for (const { content, reason, calls: told } of whole) {
        expect(told.map(({ name }) => name)).toEqual(calls ? [calls] : [])
        expect(reason).toBe(calls ? 'tool_calls' : 'stop')
        if (!calls) expect(content.length).toBeGreaterThan(20)
      }
      expect(whole).toHaveLength(body.n ?? 1)
      expect(await streamedChoices(body)).toEqual(whole)
      expect(await helpedChoices(body)).toEqual(whole)
      const sent = rig().gateway.requests.slice(before)
      expect(sent.length).toBeGreaterThanOrEqual(3)
      for (const request of sent)
        for (const words of carries) expect(request.text).toContain(JSON.stringify(words).slice(1, -1))
    })

    test('an answer that has to be JSON, parsed', async () => {
      const schema = { type: 'object', properties: { city: { type: 'string' }, degrees: { type: 'number' } } }
      const answer = await sdk.helpers.parse({
        model: 'gpt-4o',
        messages: [{ role: 'user', content: commands.sayJson }],
        response_format: { type: 'json_schema', json_schema: { name: 'weather', schema, strict: true } },
      })
      expect(answer.choices[0]?.message.parsed).toEqual(saidJson)
    })

    async function wholeChoices(body: ChatForm['body']): Promise<ToldChoice[]> {
      const answer = await sdk.client.chat.completions.create(body)
      expect(answer.usage?.total_tokens).toBeGreaterThan(0)
      return answer.choices.map(toldChoice)
    }

    async function streamedChoices(body: ChatForm['body']): Promise<ToldChoice[]> {
      const { data, response } = await sdk.client.chat.completions
        .create({ ...body, stream: true, stream_options: { include_usage: true } })
        .withResponse()
      expect(response.headers.get('x-argo-stream-mode')).toBe(body.tools ? 'pseudo' : path.mode)
      const choices: ToldChoice[] = []
      let tokens = 0
      for await (const chunk of data) {
        tokens = chunk.usage?.total_tokens ?? tokens
        for (const { index, delta, finish_reason } of chunk.choices) {
          choices[index] ??= { content: '', reason: null, calls: [] }
          const choice = choices[index]
          choice.content += delta.content ?? ''
          choice.reason = finish_reason ?? choice.reason
          for (const { index: place, function: called } of delta.tool_calls ?? []) {
            choice.calls[place] ??= { name: called?.name ?? '', arguments: '' }
            choice.calls[place].arguments += called?.arguments ?? ''
          }
        }
      }
      expect(tokens).toBeGreaterThan(0)
      return choices
    }

    async function helpedChoices(body: ChatForm['body']): Promise<ToldChoice[]> {
      const answer = await sdk.helpers.stream(body).finalChatCompletion()
      return answer.choices.map(toldChoice)
    }
  })
})

function toldChoice({
  message,
  finish_reason,
}: {
  message: {
    content: string | null
    tool_calls?: ({ type: string } | { type: 'function'; function: { name: string; arguments: string } })[] | null
  }
  finish_reason: string
}): ToldChoice {
  const calls = (message.tool_calls ?? []).flatMap((call) => ('function' in call ? [call.function] : []))
  return {
    content: message.content ?? '',
    reason: finish_reason,
    calls: calls.map(({ name, arguments: json }) => ({ name, arguments: json })),
  }
}
