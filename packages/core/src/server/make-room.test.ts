import { expect, test } from 'vitest'
import { lendRoom, makeRoom } from './make-room.ts'

const room = (exchanges: number, count: number) => ({ count, service: { app: { config: { limits: { exchanges } } } } })

test('half of what is free is lent, and nothing where nothing is', () => {
  expect([room(10, 4), room(10, 9), room(10, 10), room(10, 12)].map(lendRoom)).toEqual([3, 1, 0, 0])
  const lender = room(10, 4)
  lendRoom(lender)
  expect(lender.service.app.config.limits.exchanges).toBe(7)
})

test('it is borrowed until there is room, or none to be had', async () => {
  const full = room(2, 3)
  let asked = 0
  const borrow = async (): Promise<boolean> => {
    asked += 1
    if (asked <= 2) full.service.app.config.limits.exchanges += 1
    return asked <= 2
  }
  await makeRoom(full, { borrow })
  expect([asked, full.service.app.config.limits.exchanges]).toEqual([2, 4])
  full.count = 4
  await makeRoom(full, { borrow })
  expect(asked).toBe(3)
})
