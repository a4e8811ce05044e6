import { describe, expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { workloads } from './workloads.ts'

describe('readOptions', () => {
  test('without any, measures everything and writes it down', () => {
    expect(readOptions([])).toEqual({
      effort: 'whole',
      workloads: Object.keys(workloads),
      cpu: false,
      startUp: true,
      profile: true,
      writesDocs: true,
    })
  })

  test.each([[['--quick']], [['--only', 'flood']], [['--hops', 'byte-lane']], [['--rounds', '1']], [['--cpu']]])(
    'what is measured with %j is not written down',
    (args) => expect(readOptions(args)).toMatchObject({ writesDocs: false, profile: false }),
  )

  test('takes lists, in the order of the tables', () => {
    const options = readOptions(['--only', 'flood,small', '--hops', 'byte-lane,http-proxy-3', '--rounds', '3'])
    expect(options).toMatchObject({
      workloads: ['small', 'flood'],
      hops: ['http-proxy-3', 'byte-lane'],
      rounds: 3,
      startUp: false,
    })
  })

  test('of start-up alone, measures no workload', () => {
    expect(readOptions(['--only', 'start-up'])).toMatchObject({ workloads: [], startUp: true })
  })

  test.each([
    [['--only', 'floods'], '--only floods: there are'],
    [['--hops', 'squid'], '--hops squid: there are'],
    [['--rounds', '0'], '--rounds: a number from 1 on'],
    [['--rounds', 'x'], '--rounds: a number from 1 on'],
  ])('refuses %j', (args, words) => expect(() => readOptions(args)).toThrow(words))
})
