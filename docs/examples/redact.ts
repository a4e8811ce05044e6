import { definePlugin, type EventStep, type StandardSchemaV1 } from 'argo-proxy'

interface RedactOptions {
  words: string[]
}

const options: StandardSchemaV1<unknown, RedactOptions> = {
  '~standard': {
    version: 1,
    vendor: 'argo-proxy-plugin-redact',
    validate: (value) =>
      isRedactOptions(value)
        ? { value }
        : { issues: [{ path: ['words'], message: 'write a list of words to black out' }] },
  },
}

/** Blacks out words in answers, however the upstream cut them. */
export default definePlugin({
  name: 'argo-proxy-plugin-redact',
  apiVersion: 1,
  options,
  setup: (_context, { words }) => ({ stages: [{ slot: 'events', step: () => redact(words) }] }),
})

function redact(words: readonly string[]): EventStep {
  // By choice: the end of a text that may be the beginning of a word.
  const held = new Map<number, string>()
  return {
    write(event, emit) {
      if (event.type === 'text-delta') {
        const { choice } = event
        const text = blackOut((held.get(choice) ?? '') + event.delta, words)
        const end = text.length - beginningAtEnd(text, words)
        held.set(choice, text.slice(end))
        // Without the log probabilities: they would tell the words.
        if (end > 0) emit({ type: 'text-delta', choice, delta: text.slice(0, end) })
        return
      }
      if ('choice' in event) {
        const delta = held.get(event.choice)
        if (delta) emit({ type: 'text-delta', choice: event.choice, delta })
        held.delete(event.choice)
      }
      emit(event)
    },
  }
}

function blackOut(text: string, words: readonly string[]): string {
  return words.reduce((clean, word) => clean.replaceAll(word, '█'.repeat(word.length)), text)
}

/** Length of the longest end of a text that is the beginning of a word. */
function beginningAtEnd(text: string, words: readonly string[]): number {
  const longest = Math.max(0, ...words.map((word) => word.length - 1))
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    if (words.some((word) => word.startsWith(text.slice(-length)))) return length
  }
  return 0
}

function isRedactOptions(value: unknown): value is RedactOptions {
  if (typeof value !== 'object' || value === null || !('words' in value)) return false
  return Array.isArray(value.words) && value.words.every((word) => typeof word === 'string' && word !== '')
}
