import { launchArgoProxy } from '../hops/argo-proxy.ts'
import { freePort, type HopContext, NotHere } from '../hops/hop.ts'
import { installArgoProxy } from '../hops/installed.ts'
import { launchPortkey } from '../hops/portkey.ts'
import { untilListening } from '../hops/until-listening.ts'
import { startChild } from '../processes/children.ts'
import type { Program } from '../processes/program.ts'

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
      return untilOpen((port) => launchArgoProxy('argo', context, port, installed))
    case 'portkey':
      return untilOpen(launchPortkey)
  }
}

async function untilOpen(launch: (port: number) => Program): Promise<number> {
  const port = await freePort()
  const started = performance.now()
  const program = launch(port)
  try {
    await untilListening(program, port)
    return performance.now() - started
  } finally {
    await program.stop()
  }
}

async function untilEnd(args: string[]): Promise<number> {
  const started = performance.now()
  const child = startChild(process.execPath, args, { stdio: 'ignore' })
  await child.gone.catch(() => {})
  return performance.now() - started
}
