import type { AnswerCall } from '../contract/format.ts'

/** Fields of the request that the upstream's wire does not take, as names that may stand in a header and in the log. */
export function droppedParameters([call]: readonly Pick<AnswerCall, 'dropped'>[]): string[] {
  return (call?.dropped ?? []).map((name) => name.replace(/[^\w.:-]/g, '_').slice(0, 80))
}
