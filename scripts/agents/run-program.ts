import { spawn } from 'node:child_process'

export interface ProgramRun {
  /** Everything that it wrote to stdout and stderr. */
  output: string
  /** `undefined` where a signal ended it. */
  code: number | undefined
  milliseconds: number
  /** When the pattern was first seen in the output. */
  seenAt: number | undefined
}

/** Runs a program with a time limit, in milliseconds; when it is over, the program and its children are killed. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { folder: string; environment: Readonly<Record<string, string>>; limit: number; pattern: RegExp },
): Promise<ProgramRun> {
  const { folder, environment, limit, pattern } = options
  const started = performance.now()
  const { promise, resolve, reject } = Promise.withResolvers<ProgramRun>()
  // Detached: a process group of its own.
  const child = spawn(program, args, {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let seenAt: number | undefined

  function killGroup(): void {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Nobody is left.
    }
  }
  const timer = setTimeout(killGroup, limit)
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (seenAt === undefined && pattern.test(output)) seenAt = performance.now() - started
    })
  }
  child.on('error', reject)
  child.on('exit', (code) => {
    clearTimeout(timer)
    killGroup()
    // Children that left the group may hold the pipes: what they write is not waited for.
    setTimeout(() => {
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({ output, code: code ?? undefined, milliseconds: performance.now() - started, seenAt })
    }, 50)
  })
  return promise
}
