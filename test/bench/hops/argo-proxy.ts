import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Program, startProgram } from '../processes/program.ts'
import type { HopContext, RunningHop } from './hop.ts'

export const argoProxyProgram = fileURLToPath(new URL('../../../packages/core/bin/argo-proxy.js', import.meta.url))

/** Starts the built product as a user would: defaults, but for what the benchmark needs. */
export function launchArgoProxy(
  kind: 'openai' | 'argo',
  { upstreamPort, directory, nodeFlags = [] }: HopContext,
  port = 0,
  program = argoProxyProgram,
): Program {
  const base = `http://127.0.0.1:${upstreamPort}`
  const file = join(directory, `${kind}.yaml`)
  const lines = [
    'user: bench',
    `port: ${port}`,
    `upstream: { kind: ${kind}, base_url: ${kind === 'openai' ? `${base}/v1` : base} }`,
    // As much as the longest workload opens: by default it refuses more clients than a laptop has.
    'limits: { exchanges: 10000, connections: 10000, upstream_connections: 10000 }',
    // Without a delay between the pieces: the workload measures the work, not the pause.
    `plugins: [real-stream, [pseudo-stream, { delay: 0 }], tools]`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return startProgram(process.execPath, [...nodeFlags, program, 'start', '--config', file])
}

export async function startArgoProxy(kind: 'openai' | 'argo', context: HopContext): Promise<RunningHop> {
  const program = launchArgoProxy(kind, context)
  return { ...program, port: await program.line(readyPort, 20_000) }
}

/** Of the line that tells that it is ready. */
export function readyPort(line: string): number | undefined {
  const ready = /^argo-proxy listening on http:\/\/.*:(\d+)/.exec(line)
  return ready ? Number(ready[1]) : undefined
}
