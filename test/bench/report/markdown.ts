import { workloads } from '../workloads.ts'
import type { Results } from './results.ts'
import { goalTable, profileTable, startUpTable, workloadTable } from './tables.ts'
import { markdownTable } from './text.ts'

/** `docs/performance.md`. `notes`: what a person wrote of what is left, of `docs/performance-notes.md`. */
export function markdownReport(results: Results, notes: string): string {
  const { machine, goals, date, portkey, profiles } = results
  const judged = goals.filter(({ met }) => met !== undefined)
  const met = judged.filter((goal) => goal.met)
  return `<!-- Written by \`pnpm bench\`: change test/bench/report/markdown.ts or performance-notes.md, not this file. -->

# Performance

Measured on ${date} with \`pnpm bench\`: ${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB, Node ${machine.node},
http-proxy-3 as argo-proxy uses it, @portkey-ai/gateway ${portkey}. **${met.length} of ${judged.length} goals are met.**

![What the hops cost beside bare http-proxy-3](performance.svg)

## How to read it

Upstream, hop and load are processes of their own that share the machine's cores, over the loopback. The hops of a
workload take turns, round by round, so that what slows the machine slows them alike; before the first, each is under load
for fifteen seconds, so that its code is compiled. A cell is the median of the rounds, with the lowest and the highest. Only ratios mean something on another machine; they are taken within one round. CPU
time is that of the hop's process alone, user and system, as the kernel counts it. Latencies are what a hop adds to a
direct connection. Every answer is checked to its last byte, and one wrong byte voids the run.

The reference hops carry the bytes that a client of argo-proxy's byte lane gets. \`node:http by hand\` is a careful
pass-through of ours, and the floor of what Node can do without tricks; \`http-proxy-3\` is the library underneath, with a
keep-alive agent; \`nginx\`, with one worker, shows what the kernel asks of any hop.

    pnpm bench                  everything, some thirty minutes; writes this page, its figures and performance.json
    pnpm bench --quick          everything, roughly, in some two minutes; writes nothing
    pnpm bench --only flood     one workload (${Object.keys(workloads).join(', ')}, start-up)
    pnpm bench --only flood --hops http-proxy-3,byte-lane --rounds 6 --cpu
                                what two hops cost, side by side, to see what a change does

A hop that refuses a workload, closes its connections or hangs is named below the workload's table, and the others go on
without it.

[Where the time goes](profiling.md) shows how to profile.

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

## What is left, and why

${notes.trim()}

![Where the time of the byte lane goes in a flood](flame-flood.svg)

Below are the functions with the most time of their own: of the flame graph, and of what missed a goal. Of a start it is the
time of ten together, and \`(program)\` is what the engine and the kernel do outside of any function. Of held streams they
are the places that made the objects which are alive while the streams are open.

${profiles
  .map((profile) => {
    const table = profileTable(profile)
    return `<details><summary>${table.title}</summary>\n\n${markdownTable(table)}\n\n</details>`
  })
  .join('\n\n')}
`
}
