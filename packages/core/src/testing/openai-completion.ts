import { isRecord } from '../record.ts'
import { type Answer, jsonAnswer } from './answer.ts'
import type { Streaming } from './openai-chat.ts'
import { answerHead, countUsage, type OpenAIMessage } from './openai-message.ts'

/** The texts of `prompt`; tokens are shown as their numbers. */
export function promptTexts(prompt: unknown): string[] {
  if (!Array.isArray(prompt)) return [String(prompt ?? '')]
  const ofNumbers = prompt.length > 0 && prompt.every((token) => typeof token === 'number')
  return ofNumbers ? [prompt.join(' ')] : prompt.map((one) => (Array.isArray(one) ? one.join(' ') : String(one)))
}

interface Choice {
  index: number
  prompt: string
  text: string
  finish_reason: string
}

/** The choices of a legacy completion: `n` for each prompt. */
export function completionChoices(fields: Record<string, unknown>, say: (prompt: string) => OpenAIMessage): Choice[] {
  const times = typeof fields.n === 'number' ? fields.n : 1
  return promptTexts(fields.prompt).flatMap((prompt, place) =>
    Array.from({ length: times }, (_, turn) => {
      const { content, finish_reason = 'stop' } = say(prompt)
      const text = `${fields.echo === true ? prompt : ''}${content ?? ''}`
      return { index: place * times + turn, prompt, text, finish_reason }
    }),
  )
}

export function completeCompletion(fields: Record<string, unknown>, choices: readonly Choice[]): Answer {
  const written = choices.map(({ index, text, finish_reason }) => ({ index, text, logprobs: null, finish_reason }))
  return jsonAnswer({
    ...answerHead('text_completion', fields.model),
    choices: written,
    usage: usageOf(choices),
  })
}

export function streamCompletion(
  fields: Record<string, unknown>,
  choices: readonly Choice[],
  { cut }: Streaming,
): Answer {
  const head = answerHead('text_completion', fields.model)
  const asked = isRecord(fields.stream_options) && fields.stream_options.include_usage === true
  const frame = (listed: object[], usage: object | null = null) =>
    `data: ${JSON.stringify({ ...head, choices: listed, ...(asked && { usage }) })}\n\n`
  const chunks = choices.flatMap(({ index, text, finish_reason }) => [
    ...cut(text).map((piece) => frame([{ index, text: piece, logprobs: null, finish_reason: null }])),
    frame([{ index, text: '', logprobs: null, finish_reason }]),
  ])
  const end = `${chunks.pop() ?? ''}${asked ? frame([], usageOf(choices)) : ''}data: [DONE]\n\n`
  return { headers: { 'content-type': 'text/event-stream; charset=utf-8' }, chunks: [...chunks, end] }
}

function usageOf(choices: readonly Choice[]): Record<string, number> {
  const join = (pick: (choice: Choice) => string) => choices.map(pick).join('')
  return countUsage(
    join(({ prompt }) => prompt),
    join(({ text }) => text),
  )
}
