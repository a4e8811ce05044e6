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

/** From one moment to another, microseconds of the monotonic clock. */
export interface Span {
  since: number
  until: number
}

export function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}

export function emptyTree(): Frame {
  return { name: 'all', place: 'engine', self: 0, total: 0, children: new Map() }
}

/**
 * Adds a profile's stacks of that span to the tree: the same function called from the same stack is one frame. Idle time is
 * left out. Gives when the profile began.
 */
export function addCpuProfile(root: Frame, file: string, { since, until }: Span): number {
  const profile: CpuProfile = JSON.parse(readFileSync(file, 'utf8'))
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const selfTimes = new Map<number, number>()
  let time = profile.startTime
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0
    time += delta
    if (time >= since && time <= until) selfTimes.set(id, (selfTimes.get(id) ?? 0) + delta)
  }

  function add(id: number, parent: Frame): number {
    const node = nodes.get(id)
    if (!node || node.callFrame.functionName === '(idle)') return 0
    const { functionName, url, lineNumber } = node.callFrame
    const name = nameOf(functionName, url, lineNumber)
    const frame = childOf(parent, name, placeOf(url))
    const self = selfTimes.get(id) ?? 0
    const below = (node.children ?? []).reduce((sum, child) => sum + add(child, frame), 0)
    frame.self += self
    frame.total += self + below
    return self + below
  }

  const [first] = profile.nodes
  for (const child of first?.children ?? []) root.total += add(child, root)
  return profile.startTime
}

/** Adds what no profile tells. */
export function addTime(root: Frame, name: string, microseconds: number): void {
  const frame = childOf(root, name, 'engine')
  frame.self += microseconds
  frame.total += microseconds
  root.total += microseconds
}

function childOf(parent: Frame, name: string, place: Frame['place']): Frame {
  const frame = parent.children.get(name) ?? { name, place, self: 0, total: 0, children: new Map() }
  parent.children.set(name, frame)
  return frame
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
