/** The headers of an answer, as Node gives them. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** What the client is told of the upstream's headers: when to come again, and how much is left. */
export function passedHeaders(headers: AnswerHeaders): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [header, value] of Object.entries(headers)) {
    if (typeof value !== 'string') continue
    const name = header.toLowerCase()
    if (name === 'retry-after' || name === 'retry-after-ms' || name.startsWith('x-ratelimit-')) passed[name] = value
  }
  return passed
}
