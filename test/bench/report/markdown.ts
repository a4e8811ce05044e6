import { workloads } from '../workloads.ts'
import type { Results } from './results.ts'
import { goalTable, startUpTable, workloadTable } from './tables.ts'
import { markdownTable } from './text.ts'

/** `docs/performance.md`. */
export function markdownReport(results: Results): string {
  const { machine, goals, date, portkey } = results
  const judged = goals.filter(({ met }) => met !== undefined)
  const met = judged.filter((goal) => goal.met)
  return `<!-- Written by \`pnpm bench\`: change test/bench/report/markdown.ts, not this file. -->

# Performance

Measured on ${date} with \`pnpm bench\`: ${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB, Node ${machine.node},
http-proxy-3 as argo-proxy uses it, @portkey-ai/gateway ${portkey}. **${met.length} of ${judged.length} goals are met.**

![What the hops cost beside bare http-proxy-3](performance.svg)

## How to read it

Upstream, hop and load are processes of their own that share the machine's cores, over the loopback. The hops of a
workload take turns, round by round, so that what slows the machine slows them alike. A cell is the median of the rounds,
with the lowest and the highest. Only ratios mean something on another machine; they are taken within one round. CPU
time is that of the hop's process alone, user and system, as the kernel counts it. Latencies are what a hop adds to a
direct connection. Every answer is checked to its last byte, and one wrong byte voids the run.

The reference hops carry the bytes that a client of argo-proxy's byte lane gets. \`node:http by hand\` is a careful
pass-through of ours, and the floor of what Node can do without tricks; \`http-proxy-3\` is the library underneath, with a
keep-alive agent.

    pnpm bench                  everything, some eight minutes; writes this file, the plot and performance.json
    pnpm bench --quick          everything, roughly, in a minute and a half
    pnpm bench --only flood     one workload (${Object.keys(workloads).join(', ')}, start-up)

[Where the time goes](profiling.md) shows the flame graph and how to profile.

## Goals

${markdownTable(goalTable(results))}

## Workloads

${results.workloads
  .map((workload) => {
    const table = workloadTable(workload)
    return `### ${table.title}\n\n${markdownTable(table)}`
  })
  .join('\n\n')}

## Start-up

${markdownTable(startUpTable(results))}
`
}
