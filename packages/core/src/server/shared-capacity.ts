import type { Peers } from './peers.ts'
import type { Live } from './service.ts'

type Capacity = Pick<Live, 'count' | 'capacity'>

/** Each process has its share of `limits.exchanges`: one that is full borrows from the others what they do not use. */
export async function borrowCapacity(live: Capacity, peers: Pick<Peers, 'borrow'>): Promise<void> {
  while (live.count >= live.capacity) if (!(await peers.borrow())) return
}

/** Gives half of what is free here to another process, whose capacity grows by as much. Returns how many exchanges. */
export function lendCapacity(live: Capacity): number {
  const lent = Math.max(0, Math.ceil((live.capacity - live.count) / 2))
  live.capacity -= lent
  return lent
}
