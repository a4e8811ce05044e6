import { onDemand } from '../on-demand.ts'

/**
 * Bytes of the young generation, of both halves together: where few exchanges are open, so that most have ended before it is
 * full and need not be copied; and where many are, which would fill any, and shall take little.
 */
const enough = { few: 32 * 1024 * 1024, many: 16 * 1024 * 1024 }
const many = 128
/** It begins with two halves of 1 MB: a step or two to where it shall be. */
const fastestGrowth = 8
/** Exchanges between two looks. Each look takes some 10 us. */
const pause = 64
/** By how much, in percent, the heap may grow between two full collections. V8 takes 30 to 300, as it sees fit. */
const heapGrowth = 50
/** The first major version of V8 that can count buffers so. */
const firstToCountBuffers = 13

let exchanges = 0
let factor = 0

/**
 * Tells V8 how a proxy's garbage is best collected. Only flags that V8 reads anew at each use are set: Node warns that to change
 * others in a running process may crash it. Called for each exchange; `open`: how many there are.
 */
export function tuneGarbageCollection(open: number): void {
  if (exchanges === 0) {
    allocateYoung()
    countBuffersInWhole()
  }
  if (exchanges++ % pause === 0) boundYoungGeneration(open < many ? enough.few : enough.many)
}

/**
 * V8 notes which lines of code make objects that live on, and has those lines make all their objects in the old generation
 * from then on. What it sees while a process is new and slow, with its young generation still small, are exchanges that do;
 * later ones are then kept, with all that they refer to, until all garbage is collected: for half as much CPU time again.
 */
function allocateYoung(): void {
  onDemand.v8().setFlagsFromString('--no-allocation-site-pretenuring')
}

/**
 * The bytes of buffers that came since the last full collection count against the room of the heap's old generation, though
 * most are freed in the young one: with prompts of a megabyte all that lives was looked through every 20 requests, for a
 * third of their CPU time. Counted as a part of the whole memory they are still bounded, by `heapGrowth`.
 */
function countBuffersInWhole(): void {
  const [version] = process.versions.v8.split('.')
  if (Number(version) < firstToCountBuffers) return
  onDemand.v8().setFlagsFromString('--external-memory-accounted-in-global-limit')
  onDemand.v8().setFlagsFromString(`--heap-growing-percent=${heapGrowth}`)
}

/**
 * V8 lets the young generation grow to 64 MB, which it does where many streams are open; that was half of the memory of such
 * a process. V8 makes it smaller itself when little happens.
 */
function boundYoungGeneration(bound: number): void {
  const { getHeapSpaceStatistics, setFlagsFromString } = onDemand.v8()
  const size = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? bound
  const wanted = Math.min(fastestGrowth, Math.max(1, Math.floor(bound / size)))
  if (wanted === factor) return
  factor = wanted
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
}
