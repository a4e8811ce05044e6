/** What stands in the place of a secret. */
export const mask = '***'

const secretNames =
  /^(x[-_])?(proxy[-_])?authorization$|(api|secret|private|access)[-_]?key$|^(set[-_])?cookie$|password|passwd|secret|^((access|auth|api|bearer|refresh|session|id)[-_]?)?token$/i

/** Whether what stands under this name must not be shown: `authorization`, `api_key`, `x-api-key`; not `max_tokens`. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name)
}

const patterns: readonly (readonly [RegExp, string])[] = [
  // Keys of OpenAI and of those who copy its form.
  [/\bsk-[\w-]{6,}/g, `sk-${mask}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${mask}`],
  // `https://name:password@host`
  [/(\bhttps?:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${mask}@`],
  // `?api_key=...`, `"api_key": "..."`
  [
    /((?:api[-_]?key|access[-_]?token|authorization|password|secret)["']?\s*[=:]\s*["']?)(?!bearer |basic )[^\s"'&,;}]+/gi,
    `$1${mask}`,
  ],
]

/** What every pattern has something of: nearly no text of a log line does. */
const suspicious = /sk-|bearer|basic|:\/\/|key|token|authorization|password|secret/i

/** The text without what looks like a secret. */
export function redactText(text: string): string {
  if (!suspicious.test(text)) return text
  return patterns.reduce((shorter, [pattern, replacement]) => shorter.replace(pattern, replacement), text)
}

/** Shorter texts are no secrets, and to hide them would hide half of what is said. */
const shortestSecret = 4

/** A function that takes these secrets out of a text. */
export function hiding(secrets: Iterable<string>): (text: string) => string {
  const all = [...secrets].filter(({ length }) => length >= shortestSecret)
  return (text) => all.reduce((shorter, secret) => shorter.replaceAll(secret, mask), text)
}

/** A copy without secrets: by their names, and by their look. Streams and other objects of classes become their name. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol') return `[${typeof value}]`
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return redactText(value.message)
  if (depth > 6) return '[…]'
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor?.name ?? 'object'}]`
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => [
      name,
      isSecretName(name) && content !== undefined && content !== null ? mask : redact(content, depth + 1),
    ]),
  )
}
