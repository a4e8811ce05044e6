import { existsSync } from 'node:fs'
import { CommanderError } from 'commander'
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
    refuseUnknownCommand(words[0], ['help', ...program.commands.map((command) => command.name())])
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
function refuseUnknownCommand(word: string | undefined, known: readonly string[]): void {
  if (word === undefined || word === '' || word.startsWith('-') || known.includes(word)) return
  const named = JSON.stringify(word)
  if (existsSync(word))
    throw new Failure(2, `${named} is not a command: for a configuration file write --config ${word}`)
  throw new Failure(2, `${named} is not a command${didYouMean(word, known) || `: there are ${known.join(', ')}`}`)
}
