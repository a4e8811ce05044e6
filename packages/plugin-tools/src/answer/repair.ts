import type { ChatRequest, Message } from 'argo-proxy'
import { renderHistory } from '../request/history.ts'
import type { CollectedAnswer } from './collected-answer.ts'
import type { Fault } from './judge.ts'

/** The request that asks the model again: its own answer is added, and what is wrong with it. */
export function repairRequest(
  request: ChatRequest,
  answer: CollectedAnswer,
  fault: Fault,
  native: boolean,
): ChatRequest {
  const turn = fault.byCall ? callTurn(answer, fault.byCall) : textTurn(answer, fault)
  return { ...request, n: 1, stream: false, messages: [...request.messages, ...(native ? turn : renderHistory(turn))] }
}

/** Upstreams demand a result for each call: a wrong call gets its fault, the others a note that they were not run. */
function callTurn({ text, calls }: CollectedAnswer, byCall: ReadonlyMap<string, string>): Message[] {
  return [
    { role: 'assistant', content: text === '' ? null : text, toolCalls: calls },
    ...calls.map(
      ({ id }): Message => ({
        role: 'tool',
        toolCallId: id,
        content:
          byCall.get(id) ?? 'Not run, since another call of the same answer is wrong. Make this one again as it is.',
      }),
    ),
    { role: 'user', content: 'None of the calls was run. Make all of them again, with correct arguments.' },
  ]
}

const demands: Readonly<Record<Fault['kind'], string>> = {
  arguments: 'Make the call again, with correct arguments.',
  'no-call': 'Make the call now, and write nothing else.',
  unreadable: 'Make the call again.',
  format: 'Answer again, with the corrected JSON and nothing else.',
}

function textTurn({ written, text }: CollectedAnswer, { kind, message }: Fault): Message[] {
  const said = written === '' ? text : written
  return [
    ...(said === '' ? [] : [{ role: 'assistant', content: said } satisfies Message]),
    { role: 'user', content: `${message} ${demands[kind]}` },
  ]
}
