import type { Encoder } from '../../contract/endpoint.ts'
import type { ToolCall } from '../../contract/request.ts'
import { isRecord } from '../../record.ts'
import { idLike, newId } from '../../wire/ids.ts'
import { type CollectedChoice, collectAnswer } from '../parse/collected-answer.ts'
import type { Fields } from '../parse/fields.ts'
import { freeformInput } from '../parse/freeform-tool.ts'
import { type ChatAnswerShape, chatReason, completionUsage } from './answer-shape.ts'

/** The `chat.completion` object, for a client that wants the answer whole. */
export function chatAnswer(shape: ChatAnswerShape): Encoder {
  const answer = collectAnswer('chat-completions')
  let over = false
  return {
    write(event, emit) {
      if (over) return
      over = event.type === 'finish' || event.type === 'error'
      if (event.type !== 'finish') return answer.take(event)
      const body = {
        id: idLike('chatcmpl-', answer.id),
        object: 'chat.completion',
        created: answer.created,
        model: answer.model || shape.model,
        choices: answer.choices().map((choice) => choiceBody(choice, shape)),
        ...(answer.usage && { usage: completionUsage(answer.usage) }),
        ...answer.fields,
      }
      emit(JSON.stringify(body))
    },
  }
}

function choiceBody(choice: CollectedChoice, shape: ChatAnswerShape): Fields {
  return {
    index: choice.index,
    message: messageBody(choice, shape),
    logprobs: joinLogprobs(choice.logprobs),
    finish_reason: chatReason(choice.reason, shape.legacyFunctions),
    ...choice.fields,
  }
}

function messageBody(choice: CollectedChoice, { legacyFunctions, freeform }: ChatAnswerShape): Fields {
  const { text, reasoning, refusal, calls } = choice
  const [first] = calls
  return {
    role: 'assistant',
    content: text === '' && (first || refusal !== '') ? null : text,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(first && legacyFunctions && { function_call: { name: first.name, arguments: first.arguments } }),
    ...(first && !legacyFunctions && { tool_calls: calls.map((call) => callBody(call, freeform)) }),
    refusal: refusal === '' ? null : refusal,
    annotations: [],
    ...choice.message,
  }
}

function callBody(call: ToolCall, freeform: ReadonlySet<string>): Fields {
  const id = call.id || newId('call_')
  if (freeform.has(call.name)) {
    return { id, type: 'custom', custom: { name: call.name, input: freeformInput(call.arguments) } }
  }
  return {
    ...call.extra,
    id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }
}

function joinLogprobs(parts: CollectedChoice['logprobs']): Fields | null {
  const records = parts.map(({ value }) => value).filter(isRecord)
  if (records.length === 0) return null
  const join = (key: string): unknown[] | null => {
    const lists = records.flatMap((record) => (Array.isArray(record[key]) ? [record[key]] : []))
    return lists.length === 0 ? null : lists.flat(1)
  }
  return { content: join('content'), refusal: join('refusal') }
}
