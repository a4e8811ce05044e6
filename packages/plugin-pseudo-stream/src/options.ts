import { z } from 'argo-proxy/zod'
import { type Cuts, characterCuts, lineCuts, patternCuts, sentenceCuts, wordCuts } from './cuts.ts'

const named: ReadonlyMap<string, Cuts> = new Map([
  ['word', wordCuts],
  ['line', lineCuts],
  ['character', characterCuts],
  ['sentence', sentenceCuts],
])

const allowed = 'write word, line, character or sentence, a regular expression as /pattern/, or { pattern: ... }'

const chunk = z.pipe(
  z.union([z.string(), z.strictObject({ pattern: z.string().check(z.minLength(1)) })], { error: allowed }),
  z.transform((value, context): Cuts => {
    try {
      return typeof value === 'string' ? cutsNamed(value) : patternCuts(new RegExp(value.pattern, 'gu'))
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      context.issues.push({ code: 'custom', message, input: value })
      return z.NEVER
    }
  }),
)

/** Throws for an unknown name and for an invalid regular expression. */
function cutsNamed(value: string): Cuts {
  const cuts = named.get(value)
  if (cuts !== undefined) return cuts
  const [, pattern, flags] = /^\/(.+)\/([a-z]*)$/s.exec(value) ?? []
  if (pattern === undefined || flags === undefined)
    throw new Error(`${JSON.stringify(value)} is none of them: ${allowed}`)
  if (/[dy]/.test(flags)) throw new Error(`the flags d and y mean nothing here: ${value}`)
  // `u`, so that no code point is split; `g`, so that every match counts.
  const unicode = /[uv]/.test(flags) ? flags : `${flags}u`
  return patternCuts(new RegExp(pattern, unicode.includes('g') ? unicode : `${unicode}g`))
}

/** The options of this plugin: `[pseudo-stream, { ... }]` in the configuration. */
export const pseudoStreamOptions = z.prefault(
  z.strictObject({
    /** What a piece of the answer is. */
    chunk: z.prefault(chunk, 'word'),
    /** Milliseconds between two pieces. */
    delay: z._default(z.number().check(z.minimum(0), z.maximum(60_000)), 5),
    /** Milliseconds that sending the pieces takes at most, however long the answer; 0: no limit. */
    max_duration: z._default(z.number().check(z.minimum(0)), 2_000),
  }),
  {},
)
