import { onDemand } from '../on-demand.ts'

/** Bytes: of both halves together. */
const enough = 16 * 1024 * 1024
/** It begins with two halves of 1 MB: one step to where it shall be. */
const fastestGrowth = 8
/** Exchanges between two looks. Each look takes some 10 us. */
const pause = 64

let exchanges = 0
let factor = 0

/**
 * Keeps V8's young generation at 16 MB. V8 lets it grow to 64 MB, which it does where many streams are open; that was half
 * of the memory of such a process. A limit can be given on Node's command line only, which is not ours; but by how much it
 * grows at a time, V8 asks anew each time. Called for each exchange; V8 makes it smaller itself when little happens.
 */
export function boundYoungGeneration(): void {
  if (exchanges++ % pause !== 0) return
  const { getHeapSpaceStatistics, setFlagsFromString } = onDemand.v8()
  const size = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? enough
  const wanted = Math.min(fastestGrowth, Math.max(1, Math.round(enough / size)))
  if (wanted === factor) return
  factor = wanted
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
}
