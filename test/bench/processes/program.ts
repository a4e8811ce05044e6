import { type Child, inTime, startChild } from './children.ts'

/** A program that is measured as it is sold: it says what it says on its standard output. */
export interface Program extends Child {
  /** What `read` makes of the first line that it makes something of. */
  line<Value>(read: (line: string) => Value | undefined, milliseconds: number): Promise<Value>
}

export function startProgram(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  const child = startChild(command, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...environment },
  })
  child.process.stdout?.resume()
  return {
    ...child,
    line<Value>(read: (line: string) => Value | undefined, milliseconds: number) {
      const found = new Promise<Value>((resolve) => {
        child.process.stdout?.on('data', (bytes) => {
          for (const line of String(bytes).split('\n')) {
            const value = read(line)
            if (value !== undefined) resolve(value)
          }
        })
      })
      return inTime(child, milliseconds, found)
    },
  }
}
