import { existsSync } from 'node:fs'
import { type Command, CommanderError } from 'commander'
import { didYouMean } from '../config/did-you-mean.ts'
import { Failure, reportFailure } from './failure.ts'
import { exit, writeError } from './output.ts'
import { createProgram } from './program.ts'

// A reader that has gone (`| head`) is no reason to fail, nor to stop serving.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
}

/** What `bin` runs: not awaited at the top of this module, since the modules that a command loads import from its bundle. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    const program = createProgram(writeError)
    refuseLateCommand(words, program)
    refuseUnknownCommand(words, program)
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) exit(error.exitCode === 0 ? 0 : 2)
    else {
      const { lines, status } = reportFailure(error, words.includes('--verbose') || words.includes('-v'))
      for (const line of lines) writeError(line)
      exit(status)
    }
  }
}

/** Otherwise commander would take the word for an argument of the command that runs without its name. */
function refuseUnknownCommand(words: readonly string[], { commands }: Command): void {
  const [word, ...more] = words
  if (word === undefined || word === '' || word.startsWith('-') || commands.length === 0) return
  const known = ['help', ...commands.map((command) => command.name())]
  const next = commands.find((command) => command.name() === word)
  if (next) return refuseUnknownCommand(more, next)
  if (word === 'help') {
    const [about] = more
    if (about === undefined || about.startsWith('-') || known.includes(about)) return
    throw new Failure(2, `${JSON.stringify(about)} is not a command${orOf(about, known)}`)
  }
  const named = JSON.stringify(word)
  if (existsSync(word))
    throw new Failure(2, `${named} is not a command: for a configuration file write --config ${word}`)
  throw new Failure(2, `${named} is not a command${orOf(word, known)}`)
}

function orOf(word: string, known: readonly string[]): string {
  return didYouMean(word, known) || `: there are ${known.join(', ')}`
}

/** Options before the command would be those of `start`. */
function refuseLateCommand(words: readonly string[], { commands }: Command): void {
  if (!words[0]?.startsWith('-') || /^(-h|--help|-V|--version)$/.test(words[0])) return
  const valued = commands.flatMap(({ options }) => options).filter(({ required }) => required)
  const names = new Set(valued.flatMap(({ short, long }) => [short, long]))
  const place = words.findIndex(
    (word, index) => commands.some((command) => command.name() === word) && !names.has(words[index - 1]),
  )
  if (place < 0) return
  const inOrder = [...words.slice(place), ...words.slice(0, place)].join(' ')
  throw new Failure(2, `the command comes before its options: write argo-proxy ${inOrder}`)
}
