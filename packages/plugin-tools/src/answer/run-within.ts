import { isObject } from '../parser/schema-types.ts'

let caller: ReturnType<typeof createCaller> | undefined

/**
 * Runs a synchronous function and stops it after this many milliseconds, whatever it is doing: V8 can interrupt loops
 * and regular expressions. Throws then; what the function was doing is left half done. Where the machine was busy with
 * something else, the function is run again, with twice the time.
 *
 * A call costs some 0.1 ms, since Node starts a thread to watch the time.
 */
export function runWithin<Result>(milliseconds: number, run: () => Result): Result {
  caller ??= createCaller()
  const { sandbox, script } = caller
  const before = process.cpuUsage()
  sandbox.run = run
  try {
    for (let timeout = milliseconds; ; timeout *= 2) {
      try {
        return script.runInContext(sandbox, { timeout })
      } catch (thrown) {
        if (!isTimeout(thrown)) throw thrown
        if (cpuTime(before) > milliseconds / 2) throw new Error(`stopped after ${milliseconds} ms`)
      }
    }
  } finally {
    sandbox.run = undefined
  }
}

/** Node has a time limit for scripts only, so a script calls the function. */
function createCaller() {
  // Loaded with the first call: importing it would make the start wait.
  const { createContext, Script } = process.getBuiltinModule('node:vm')
  return { sandbox: createContext(), script: new Script('run()') }
}

/** Node's error is of the script's context, where `Error` is another one. */
function isTimeout(thrown: unknown): boolean {
  return isObject(thrown) && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}

/** Milliseconds of CPU time that the process has used since then. */
function cpuTime(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
