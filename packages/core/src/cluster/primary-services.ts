import { createMemoryResponseStore } from '../endpoints/response-store.ts'
import type { Standing } from '../server/peers.ts'
import type { PrimaryCalls } from './calls.ts'
import type { Member } from './member.ts'
import { within } from '../within.ts'

/** Where a worker stands in the crew. */
export interface Post {
  /** Absent while it is started or replaced. */
  readonly member: Pick<Member, 'call'> | undefined
  /** Adds to, or takes from, the exchanges that it may serve. */
  resize(exchanges: number): void
}

/** Milliseconds for a worker to say how it stands, to send what is under way, and to take over what is new. */
const patience = { standing: 500, sent: 1_000, news: 5_000, loan: 500 }

/** What the primary does for its workers: it keeps the finished responses, and passes on what one wants of the others. */
export function createDesk(posts: readonly Post[], version: () => number): (post: Post) => PrimaryCalls {
  const responses = createMemoryResponseStore()
  /** Of workers that are too busy to say. */
  const known = new WeakMap<object, Standing>()

  function others(post: Post): { post: Post; member: Pick<Member, 'call'> }[] {
    return posts.flatMap((one) => (one !== post && one.member ? [{ post: one, member: one.member }] : []))
  }

  /**
   * A client may ask for a response at another worker before it has come here from the one that made it: what is not found is
   * looked for again when all that was sent by then has arrived.
   */
  async function find<Found>(post: Post, look: () => Found): Promise<Found> {
    const found = look()
    if (found) return found
    await Promise.all(others(post).map(({ member }) => within(patience.sent, member.call('ping'), undefined)))
    return look()
  }

  async function standingOf(member: Pick<Member, 'call'>): Promise<Standing[]> {
    const standing = await within(patience.standing, member.call('standing'), known.get(member))
    if (!standing) return []
    known.set(member, standing)
    return [standing]
  }

  /** How much `lender` gives to `borrower`, however late. Where a reload has come between, all shares are new. */
  async function lend(lender: Post, member: Pick<Member, 'call'>, borrower: Post): Promise<boolean> {
    const asked = version()
    const exchanges = await member.call('lend')
    if (exchanges === 0 || asked !== version()) return false
    lender.resize(-exchanges)
    borrower.resize(exchanges)
    borrower.member?.call('grow', exchanges).catch(() => {})
    return true
  }

  return (post) => ({
    put: (entry) => responses.put(entry),
    get: (id) => find(post, () => responses.get(id)),
    delete: (id) => find(post, () => responses.delete(id)),
    findItem: (id) => find(post, () => responses.findItem(id)),
    async tell(news) {
      await Promise.all(others(post).map(({ member }) => within(patience.news, member.call('hear', news), undefined)))
    },
    standings: async () => (await Promise.all(others(post).map(({ member }) => standingOf(member)))).flat(),
    async borrow() {
      for (const other of others(post)) {
        if (await within(patience.loan, lend(other.post, other.member, post), false)) return true
      }
      return false
    },
  })
}
