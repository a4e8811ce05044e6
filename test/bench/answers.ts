import { piecesOf, textOf, wordsOf } from './texts.ts'

/** What the upstream says: a request names it as its model, `bench-NAME`. */
export interface Answer {
  /** As the streaming call sends them. The complete call sends them joined. */
  pieces: readonly string[]
  /** Milliseconds between two pieces; 0: all at once. */
  gap: number
  /** Goes on until the upstream is told to end its open streams. */
  open?: true
  /** The calls that the text holds, for a request with tools. */
  calls?: readonly { name: string; arguments: Record<string, unknown> }[]
}

export const answerNames = ['small', 'stream', 'flood', 'held', 'slow', 'pseudo', 'tools'] as const
export type AnswerName = (typeof answerNames)[number]

/** Two files to write: the call that an agent makes most, and the longest. */
const calls = ['notes.md', 'summary.md'].map((path) => ({
  name: 'write_file',
  arguments: { path, content: textOf(9_500) },
}))

export const answers: Readonly<Record<AnswerName, Answer>> = {
  /** Some 1 KB with the JSON around it. */
  small: { pieces: [textOf(750)], gap: 0 },
  stream: { pieces: piecesOf(textOf(200 * 20), 20), gap: 5 },
  flood: { pieces: piecesOf(textOf(5_000 * 40), 40), gap: 0 },
  held: { pieces: piecesOf(textOf(200 * 20), 20), gap: 500, open: true },
  slow: { pieces: piecesOf(textOf(200 * 20), 20), gap: 2_500, open: true },
  pseudo: { pieces: wordsOf(textOf(100 * 1024)), gap: 0 },
  tools: { pieces: [callsText()], gap: 0, calls },
}

function callsText(): string {
  const written = calls.map((call) => `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`)
  return `I write both files.\n${written.join('\n')}`
}

/** What the 1 MB request says. */
export const longPrompt = textOf(1024 * 1024)

export function modelOf(answer: AnswerName): string {
  return `bench-${answer}`
}
