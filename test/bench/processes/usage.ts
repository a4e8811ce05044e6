import { readdirSync, readFileSync } from 'node:fs'

/** What the kernel counted of a process and its children. */
export interface Usage {
  /** Milliseconds of CPU time, user and system, of every thread. */
  cpu: number
  /** Kilobytes of memory that are resident. */
  memory: number
}

/** Of `/proc`. A process that has ended counts as nothing. */
export function usageOf(pid: number): Usage {
  const usages = [ownUsage(pid), ...childrenOf(pid).map(usageOf)]
  return usages.reduce((sum, { cpu, memory }) => ({ cpu: sum.cpu + cpu, memory: sum.memory + memory }))
}

function ownUsage(pid: number): Usage {
  try {
    return { cpu: cpuOf(pid), memory: memoryOf(pid) }
  } catch {
    return { cpu: 0, memory: 0 }
  }
}

/** `schedstat` counts nanoseconds; `stat`, where a kernel has none, ticks of 10 ms. */
function cpuOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
      .reduce((sum, milliseconds) => sum + milliseconds, 0)
  } catch {
    // Behind the command's name, which may hold anything: fields 14 and 15 are utime and stime.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  }
}

function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
