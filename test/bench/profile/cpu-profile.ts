import { readFileSync } from 'node:fs'

/** What `node --cpu-prof` writes, as far as it is read here. Times in microseconds. */
interface CpuProfile {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
    children?: number[]
  }[]
  samples: number[]
  timeDeltas: number[]
  /** Of the machine's monotonic clock, as in `process.hrtime`. */
  startTime: number
}

/** A function in the tree of calls, with the time that it was on the stack. */
export interface Frame {
  name: string
  /** In Node, in a package, in argo-proxy, or in the engine itself. */
  place: 'argo-proxy' | 'package' | 'node' | 'engine'
  /** Microseconds, of its own and of all that it called. */
  self: number
  total: number
  children: Map<string, Frame>
}

/**
 * The tree of a profile's stacks: the same function called from the same stack is one frame. Left out are idle time and
 * what was before `since`, microseconds of the monotonic clock.
 */
export function readCpuProfile(file: string, since = 0): Frame {
  const profile: CpuProfile = JSON.parse(readFileSync(file, 'utf8'))
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const selfTimes = new Map<number, number>()
  let time = profile.startTime
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0
    time += delta
    if (time >= since) selfTimes.set(id, (selfTimes.get(id) ?? 0) + delta)
  }
  const root: Frame = { name: 'all', place: 'engine', self: 0, total: 0, children: new Map() }

  function add(id: number, parent: Frame): number {
    const node = nodes.get(id)
    if (!node || node.callFrame.functionName === '(idle)') return 0
    const { functionName, url, lineNumber } = node.callFrame
    const name = nameOf(functionName, url, lineNumber)
    const frame = parent.children.get(name) ?? { name, place: placeOf(url), self: 0, total: 0, children: new Map() }
    parent.children.set(name, frame)
    const self = selfTimes.get(id) ?? 0
    const below = (node.children ?? []).reduce((sum, child) => sum + add(child, frame), 0)
    frame.self += self
    frame.total += self + below
    return self + below
  }

  const [first] = profile.nodes
  for (const child of first?.children ?? []) root.total += add(child, root)
  return root
}

/** Without the folders of this machine. */
export function nameOf(functionName: string, url: string, line: number): string {
  const file = url
    .replace(/^file:\/\//, '')
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*\/packages\/([^/]+)\/dist\//, '$1/')
    .replace(/^.*\/test\/bench\//, 'bench/')
  return file === '' ? functionName || '(anonymous)' : `${functionName || '(anonymous)'} ${file}:${line + 1}`
}

function placeOf(url: string): Frame['place'] {
  if (url.startsWith('node:')) return 'node'
  if (url.includes('/node_modules/')) return 'package'
  return url === '' ? 'engine' : 'argo-proxy'
}

export interface HotFunction {
  name: string
  /** Of the whole time: in the function itself, and in it with all that it called. */
  self: number
  total: number
}

/** What each function took, wherever it was called from, the most expensive first. */
export function hottest(root: Frame, by: 'self' | 'total', count: number): HotFunction[] {
  const functions = new Map<string, HotFunction>()
  const visit = (frame: Frame, above: ReadonlySet<string>) => {
    const known = functions.get(frame.name) ?? { name: frame.name, self: 0, total: 0 }
    known.self += frame.self / root.total
    // A function that calls itself is counted once.
    if (!above.has(frame.name)) known.total += frame.total / root.total
    functions.set(frame.name, known)
    const stack = new Set(above).add(frame.name)
    for (const child of frame.children.values()) visit(child, stack)
  }
  visit(root, new Set())
  functions.delete(root.name)
  return [...functions.values()].sort((a, b) => b[by] - a[by]).slice(0, count)
}
