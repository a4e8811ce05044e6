import type { Peers } from './peers.ts'

/** As much of `Live` as is looked at. */
interface Room {
  readonly count: number
  readonly service: { readonly app: { readonly config: { readonly limits: { exchanges: number } } } }
}

/** Each process has its share of `limits.exchanges`: one that is full asks the others for what they do not use. */
export async function makeRoom(live: Room, peers: Pick<Peers, 'borrow'>): Promise<void> {
  while (live.count >= live.service.app.config.limits.exchanges) if (!(await peers.borrow())) return
}

/** Gives up half of what is free here, for another one whose share grows by as much; how many. */
export function lendRoom({ count, service }: Room): number {
  const { limits } = service.app.config
  const lent = Math.max(0, Math.ceil((limits.exchanges - count) / 2))
  limits.exchanges -= lent
  return lent
}
