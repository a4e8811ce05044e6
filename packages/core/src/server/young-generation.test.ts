import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** Allocates what survives for a while, as many open exchanges do; prints the most that the young generation had. */
const script = (bound: boolean): string => `
  import { getHeapSpaceStatistics } from 'node:v8'
  const { boundYoungGeneration } = await import(${JSON.stringify(new URL('./young-generation.ts', import.meta.url).href)})
  let most = 0
  let open = []
  for (let count = 0; count < 20_000; count += 1) {
    if (${bound}) boundYoungGeneration()
    open.push(Array.from({ length: 20 }, (_, index) => ({ index, text: [index] })))
    if (open.length > 3_000) open = open.slice(1_500)
    if (count % 50) continue
    most = Math.max(most, getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size)
  }
  console.log(most / 2 ** 20)
`

const megabytes = (bound: boolean): number =>
  Number(execFileSync(process.execPath, ['--input-type=module', '-e', script(bound)], { encoding: 'utf8' }))

test("V8's young generation grows to 16 MB and not beyond", () => {
  expect(megabytes(true)).toBe(16)
  // Else it would: what is bounded here is there to be bounded.
  expect(megabytes(false)).toBeGreaterThan(16)
})
