import { launchArgoProxy, readyPort } from '../hops/argo-proxy.ts'
import { freePort, type HopContext, NotHere } from '../hops/hop.ts'
import { installArgoProxy } from '../hops/installed.ts'
import { launchPortkey } from '../hops/portkey.ts'
import { untilListening } from '../hops/until-listening.ts'
import { startChild } from '../processes/children.ts'
import type { Program } from '../processes/program.ts'
import { monotonicMicroseconds, type Span } from '../profile/cpu-profile.ts'

export const startNames = ['node', 'help', 'argo-proxy', 'portkey'] as const
export type StartName = (typeof startNames)[number]

export const startTitles: Readonly<Record<StartName, string>> = {
  node: 'node, an empty program',
  help: 'argo-proxy --help',
  'argo-proxy': 'argo-proxy start, until it listens',
  portkey: '@portkey-ai/gateway, until it listens',
}

export interface StartSample {
  name: StartName
  round: number
  milliseconds: number
}

/** How long programs take from their start, in turns; ours as npm installs it, like its peer. */
export async function measureStartUp(context: HopContext, rounds: number): Promise<StartSample[]> {
  const samples: StartSample[] = []
  const installed = installArgoProxy()
  // The first round is not counted: it fills the file cache.
  for (let round = -1; round < rounds; round += 1) {
    for (const name of startNames) {
      try {
        const milliseconds = await startOnce(name, installed, context)
        if (round >= 0) samples.push({ name, round, milliseconds })
      } catch (error) {
        if (!(error instanceof NotHere)) throw error
      }
    }
  }
  return samples
}

function startOnce(name: StartName, installed: string, context: HopContext): Promise<number> {
  switch (name) {
    case 'node':
      return untilEnd(['-e', ''])
    case 'help':
      return untilEnd([installed, '--help'])
    case 'argo-proxy':
      return millisecondsOf(startInstalled(context, installed))
    case 'portkey':
      return millisecondsOf(untilOpen(launchPortkey))
  }
}

/** One start of what npm installed, from its process's to when it listens. */
export function startInstalled(context: HopContext, installed: string): Promise<Span> {
  return untilOpen((port) => {
    const program = launchArgoProxy('argo', context, port, installed)
    const ready = program.line(readyPort, 20_000)
    // Before it is ready a signal ends it at once, and a profiler writes nothing.
    return { ...program, stop: () => ready.then(program.stop, program.stop) }
  })
}

async function untilOpen(launch: (port: number) => Program): Promise<Span> {
  const port = await freePort()
  const since = monotonicMicroseconds()
  const program = launch(port)
  try {
    await untilListening(program, port)
    return { since, until: monotonicMicroseconds() }
  } finally {
    await program.stop()
  }
}

async function millisecondsOf(time: Promise<Span>): Promise<number> {
  const { since, until } = await time
  return (until - since) / 1_000
}

async function untilEnd(args: string[]): Promise<number> {
  const started = performance.now()
  const child = startChild(process.execPath, args, { stdio: 'ignore' })
  await child.gone.catch(() => {})
  return performance.now() - started
}
