import type { LookupAddress } from 'node:dns'
import { expect, test } from 'vitest'
import { cachedLookup } from './cached-lookup.ts'

const home: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

function lookupOf(answers: (LookupAddress[] | NodeJS.ErrnoException)[]) {
  let time = 0
  const asked: string[] = []
  const lookup = cachedLookup(
    (hostname, { family }, answer) => {
      const next = answers[asked.push(`${hostname} ${family}`) - 1]
      if (Array.isArray(next)) answer(null, next)
      else answer(next ?? null, [])
    },
    () => time,
  )
  const find = (hostname: string, options: { all?: boolean; family?: number } = { all: true }) =>
    new Promise((resolve) => {
      lookup(hostname, options, (error, address, family) => resolve(error ?? (family ? [address, family] : address)))
    })
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { find, asked, pass }
}

const failure = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })

test('the system is asked once in a while for each name and family', async () => {
  const { find, asked, pass } = lookupOf([home, [], home, home])
  expect(await find('up.test')).toEqual(home)
  expect(await find('up.test')).toEqual(home)
  expect(await find('up.test', {})).toEqual(['127.0.0.1', 4])
  expect(asked).toEqual(['up.test 0'])
  await find('up.test', { all: true, family: 6 })
  pass(30_000)
  expect(await find('up.test')).toEqual(home)
  expect(asked).toEqual(['up.test 0', 'up.test 6', 'up.test 0'])
})

test('while the system fails, what was last known stands in; a failure is not remembered', async () => {
  const { find, asked, pass } = lookupOf([failure, home, failure])
  expect(await find('up.test')).toBe(failure)
  expect(await find('up.test')).toEqual(home)
  pass(30_000)
  expect(await find('up.test')).toEqual(home)
  expect(asked).toHaveLength(3)
})
