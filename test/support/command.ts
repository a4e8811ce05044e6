import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

const program = join(import.meta.dirname, '../../packages/core/bin/argo-proxy.js')

export interface CommandOptions {
  environment?: Record<string, string>
  stdin?: string
  /** Below the folder. */
  cwd?: string
}

export interface Outcome {
  stdout: string
  stderr: string
  status: number | null
}

export interface StartedCommand {
  /** Of the ready line. */
  url: string
  child: ChildProcess
  stderr(): string
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Outcome>
  ended: Promise<Outcome>
}

export interface CommandFolder {
  path(name?: string): string
  write(name: string, text: string): string
  /** Runs `argo-proxy` with these words to its end. */
  run(words: string, options?: CommandOptions): Promise<Outcome>
  /** Starts it and waits for the ready line. */
  start(words: string, options?: CommandOptions): Promise<StartedCommand>
}

/** The built program in an empty folder for each test, without the configuration of whoever runs the tests. */
export function useCommand(): CommandFolder {
  let root = ''
  const children = new Set<ChildProcess>()
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'argo-proxy-')))
  })
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    children.clear()
    rmSync(root, { recursive: true, force: true })
  })

  const path = (name = '.'): string => join(root, name)

  function launch(
    words: string,
    { environment, stdin = '', cwd }: CommandOptions,
  ): [ChildProcess, Promise<Outcome>, Outcome] {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ARGO_PROXY_'))
    const child = spawn(process.execPath, [program, ...words.split(' ').filter(Boolean)], {
      cwd: path(cwd),
      env: {
        ...Object.fromEntries(inherited),
        HOME: path('home'),
        XDG_CONFIG_HOME: path('home/.config'),
        ...environment,
      },
    })
    children.add(child)
    const outcome: Outcome = { stdout: '', stderr: '', status: null }
    child.stdout.on('data', (chunk: Buffer) => {
      outcome.stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      outcome.stderr += chunk.toString()
    })
    child.stdin.end(stdin)
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (status) => resolve({ ...outcome, status }))
    })
    return [child, ended, outcome]
  }

  return {
    path,
    write(name, text) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), text)
      return path(name)
    },
    run: (words, options = {}) => launch(words, options)[1],
    async start(words, options = {}) {
      const [child, ended, outcome] = launch(words, options)
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout?.on('data', () => {
          const ready = /^argo-proxy listening on (http:\S+)\n/m.exec(outcome.stdout)
          if (ready?.[1]) resolve(ready[1])
        })
        ended.then(({ stderr, status }) => reject(new Error(`ended with ${status}: ${stderr}`)), reject)
      })
      const end = (signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> => {
        child.kill(signal)
        return ended
      }
      return { url, child, ended, end, stderr: () => outcome.stderr }
    },
  }
}
