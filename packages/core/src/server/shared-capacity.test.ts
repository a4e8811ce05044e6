import { expect, test } from 'vitest'
import { borrowCapacity, lendCapacity } from './shared-capacity.ts'

const live = (capacity: number, count: number) => ({ capacity, count })

test('half of what is free is lent, and nothing where nothing is', () => {
  expect([live(10, 4), live(10, 9), live(10, 10), live(10, 12)].map(lendCapacity)).toEqual([3, 1, 0, 0])
  const lender = live(10, 4)
  lendCapacity(lender)
  expect(lender.capacity).toBe(7)
})

test('it is borrowed until there is enough, or none to be had', async () => {
  const full = live(2, 3)
  let asked = 0
  const borrow = async (): Promise<boolean> => {
    asked += 1
    if (asked <= 2) full.capacity += 1
    return asked <= 2
  }
  await borrowCapacity(full, { borrow })
  expect([asked, full.capacity]).toEqual([2, 4])
  full.count = 4
  await borrowCapacity(full, { borrow })
  expect(asked).toBe(3)
})
