/** The headers of an answer, in lower case. One that came several times is a list. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** A header's value; the first, where it came several times. */
export function headerOf(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** What the client is told of the upstream's headers: when to come again, and how much is left. */
export function passedHeaders(headers: AnswerHeaders): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const header of Object.keys(headers)) {
    const name = header.toLowerCase()
    if (name !== 'retry-after' && name !== 'retry-after-ms' && !name.startsWith('x-ratelimit-')) continue
    const value = headerOf(headers, header)
    if (value !== undefined) passed[name] = value
  }
  return passed
}
