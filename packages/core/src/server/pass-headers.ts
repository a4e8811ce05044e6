import { type AnswerHeaders, passedHeaders } from '../upstreams/passed-headers.ts'

/** Tells the client what the upstream says of its limits, once for each answer. */
export function passHeaders(headers: AnswerHeaders, to: { setHeader(name: string, value: string): void }): void {
  for (const [name, value] of Object.entries(passedHeaders(headers))) to.setHeader(name, value)
}
