import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const tuner = JSON.stringify(new URL('./garbage-collection.ts', import.meta.url).href)

function runs(script: string, ...flags: string[]): string {
  return execFileSync(process.execPath, [...flags, '--input-type=module', '-e', script], { encoding: 'utf8' })
}

test('this V8 knows all that it is told', () => {
  const script = `const { tuneGarbageCollection } = await import(${tuner}); tuneGarbageCollection(1)`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
})

/** Allocates what survives for a while, as many open exchanges do; prints the most that the young generation had. */
const surviving = (kept: number, open: number, tuned: boolean): string => `
  import { getHeapSpaceStatistics } from 'node:v8'
  const { tuneGarbageCollection } = await import(${tuner})
  let most = 0
  let alive = []
  for (let count = 0; count < 60_000; count += 1) {
    if (${tuned}) tuneGarbageCollection(${open})
    alive.push(Array.from({ length: 20 }, (_, index) => ({ index, text: [index] })))
    if (alive.length > ${kept}) alive = alive.slice(${kept / 2})
    if (count % 50) continue
    most = Math.max(most, getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size)
  }
  console.log(most / 2 ** 20)
`

test("V8's young generation stays at 16 MB where many exchanges are open, else at 32, or a little more for a moment", () => {
  expect(Number(runs(surviving(3_000, 1_000, true)))).toBeLessThan(24)
  const few = Number(runs(surviving(12_000, 10, true)))
  expect(few).toBeGreaterThan(24)
  expect(few).toBeLessThan(48)
  // Else it would grow on: what is bounded here is there to be bounded.
  expect(Number(runs(surviving(3_000, 1_000, false)))).toBeGreaterThan(24)
  expect(Number(runs(surviving(12_000, 10, false)))).toBeGreaterThan(48)
})

/** Reads prompts of a megabyte, eight at a time, beside a heap as the proxy's. V8 prints a line for each collection. */
const longPrompts = (tuned: boolean): string => `
  import { createServer, request } from 'node:http'
  const { tuneGarbageCollection } = await import(${tuner})
  const heap = Array.from({ length: 100_000 }, (_, index) => ({ index, next: [index] }))
  const server = createServer((incoming, response) => {
    if (${tuned}) tuneGarbageCollection(8)
    const pieces = []
    incoming.on('data', (piece) => pieces.push(piece)).on('end', () => response.end(String(pieces.length + heap.length)))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const body = Buffer.alloc(1024 * 1024)
  const ask = () => new Promise((resolve) => {
    const sent = request({ port: server.address().port, host: '127.0.0.1', method: 'POST' })
    sent.on('response', (answer) => answer.resume().on('end', resolve)).end(body)
  })
  for (let round = 0; round < 100; round += 1) await Promise.all(Array.from({ length: 8 }, ask))
  server.close()
`

// V8 collects by time as well: on a machine that does other things, one run may differ.
test('what long prompts leave behind is collected without looking through all that lives, again and again', {
  retry: 2,
}, () => {
  const collections = (tuned: boolean): number =>
    runs(longPrompts(tuned), '--trace-gc').split('Mark-Compact').length - 1
  expect(collections(true) * 1.5).toBeLessThan(collections(false))
})
