import type { Encoder } from '../../contract/endpoint.ts'
import { idLike } from '../../wire/ids.ts'
import { completionUsage } from '../chat/answer-shape.ts'
import { type CollectedChoice, collectAnswer } from '../parse/collected-answer.ts'
import type { Fields } from '../parse/fields.ts'
import { type CompletionAnswerShape, completionReason } from './chunks.ts'
import { joinLegacyLogprobs, legacyLogprobs } from './logprobs.ts'

/** The `text_completion` object, for a client that wants the answer whole. */
export function completionAnswer(shape: CompletionAnswerShape): Encoder {
  const answer = collectAnswer('completions')
  let over = false
  return {
    write(event, emit) {
      if (over) return
      over = event.type === 'finish' || event.type === 'error'
      if (event.type !== 'finish') return answer.take(event)
      const body = {
        id: idLike('cmpl-', answer.id),
        object: 'text_completion',
        created: answer.created,
        model: answer.model || shape.model,
        choices: answer.choices().map((choice) => choiceBody(choice, shape.prefix(choice.index))),
        ...(answer.usage && { usage: completionUsage(answer.usage) }),
        ...answer.fields,
      }
      emit(JSON.stringify(body))
    },
  }
}

function choiceBody(choice: CollectedChoice, prefix: string): Fields {
  const logprobs = choice.logprobs
    .map(({ value, offset }) => legacyLogprobs(value, prefix.length + offset))
    .filter((part) => part !== null)
  return {
    text: prefix + choice.text + choice.refusal,
    index: choice.index,
    logprobs: joinLegacyLogprobs(logprobs),
    finish_reason: completionReason(choice.reason),
    ...choice.fields,
  }
}
