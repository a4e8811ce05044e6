import { ConfigError } from '../config/fault.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { Logger } from '../contract/exchange.ts'
import { type Backoff, createBackoff } from './backoff.ts'
import type { Assignment } from './calls.ts'
import { createDesk, type Post } from './desk.ts'
import { type Ending, fork, type Member, WorkerGone } from './member.ts'
import { toPlainConfig } from './plain-config.ts'
import { shareOf, withShare } from './share.ts'

/** The workers, as many as there shall be: one that dies is replaced. */
export interface Crew {
  /** Puts another configuration into service in all of them, or in none. Rejects with the first fault. */
  reload(loaded: LoadedConfig): Promise<void>
  /** Stops all of them with grace. */
  close(grace: number): Promise<void>
}

export interface CrewOptions {
  workers: number
  log: Logger
}

interface Place extends Post {
  index: number
  member: Member | undefined
  /** Of the configuration that `member` serves with. */
  version: number
  exchanges: number
  backoff: Backoff
  /** Ends the wait for the next try to replace it. */
  hurry(): void
}

/** Resolves when every worker listens. Rejects with the first fault of one, and then none is left. */
export async function startCrew(loaded: LoadedConfig, { workers, log }: CrewOptions): Promise<Crew> {
  let inService = loaded
  let version = 0
  let closing = false
  /** Every process that lives, also before it serves. */
  const members = new Set<Member>()
  const fairShare = (index: number, { config }: LoadedConfig): number =>
    shareOf(config.limits.exchanges, index, workers)
  const places = Array.from({ length: workers }, (_, index) => createPlace(index, fairShare(index, loaded)))
  const desk = createDesk(places, () => version)

  function configFor(index: number, exchanges: number, next = inService): Assignment['config'] {
    const plain = toPlainConfig(next)
    return { ...plain, config: withShare(plain.config, { index, workers, exchanges }) }
  }

  /** Starts a process and waits until it listens. */
  async function hire(place: Place): Promise<Member> {
    const member = fork(desk(place))
    members.add(member)
    void member.ended.then(() => members.delete(member))
    const number = place.index + 1
    place.version = version
    try {
      await member.call('start', { number, config: configFor(place.index, place.exchanges) })
    } catch (error) {
      void member.dismiss(0)
      throw error instanceof WorkerGone ? endedAtStart(number, await member.ended) : error
    }
    log.debug('a worker serves', { worker: number, pid: member.pid })
    place.member = member
    void member.ended.then((ending) => onEnd(place, ending))
    return member
  }

  function endedAtStart(number: number, { status, signal }: Ending): ConfigError {
    const how = signal ? `killed by ${signal}` : status === null ? 'for want of a process' : `with status ${status}`
    const message = `worker ${number} ended while it started, ${how}: see what its plugins do, or write workers: 1`
    return new ConfigError([{ location: inService.locate(['workers']), key: 'workers', message }])
  }

  async function onEnd(place: Place, { status, signal, lived }: Ending): Promise<void> {
    place.member = undefined
    if (closing) return
    const number = place.index + 1
    const how = signal === null ? { status } : { signal }
    if (status === 0) log.info('a worker has stopped; another one takes its place', { worker: number })
    else log.error('a worker has died; another one takes its place', { worker: number, ...how })
    await replace(place, place.backoff.next(lived))
  }

  async function replace(place: Place, delay: number): Promise<void> {
    for (let wait = delay; ; wait = place.backoff.next(0)) {
      await pause(place, wait)
      if (closing) return
      try {
        await hire(place)
        log.info('a worker has taken its place', { worker: place.index + 1 })
        return await bringUpToDate(place)
      } catch (error) {
        if (!closing) log.error('a worker could not be started', { worker: place.index + 1, ...reason(error) })
      }
    }
  }

  function pause(place: Place, milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, milliseconds)
    place.hurry = () => {
      clearTimeout(timer)
      resolve()
    }
    return promise
  }

  /** A reload may have come while the worker was started. */
  async function bringUpToDate(place: Place): Promise<void> {
    const { member } = place
    if (!member || place.version === version || closing) return
    place.version = version
    try {
      await member.call('prepare', configFor(place.index, place.exchanges))
      await member.call('take')
    } catch (error) {
      log.error('a worker could not take over the configuration', { worker: place.index + 1, ...reason(error) })
      void member.dismiss(inService.config.timeouts.shutdown_grace)
    }
  }

  async function reload(next: LoadedConfig): Promise<void> {
    const asked = places.flatMap((place) => (place.member ? [{ place, member: place.member }] : []))
    const prepared = await Promise.allSettled(
      asked.map(({ place: { index }, member }) =>
        member.call('prepare', configFor(index, fairShare(index, next), next)),
      ),
    )
    const [fault] = reasonsOf(prepared).filter((error) => !(error instanceof WorkerGone))
    if (fault || closing) {
      await Promise.allSettled(asked.map(({ member }) => member.call('drop')))
      if (closing) return
      throw fault
    }
    inService = next
    version += 1
    for (const place of places) place.exchanges = fairShare(place.index, next)
    const taken = asked.map(({ place, member }) => {
      if (place.member === member) place.version = version
      return member.call('take')
    })
    // Those that came in the meantime, and those that could not come because of what is now corrected.
    await Promise.allSettled([...taken, ...places.map(bringUpToDate)])
    for (const place of places) {
      place.backoff.reset()
      place.hurry()
    }
  }

  async function close(grace: number): Promise<void> {
    closing = true
    for (const place of places) place.hurry()
    await Promise.all([...members].map((member) => member.dismiss(grace)))
  }

  try {
    await Promise.all(places.map(hire))
  } catch (error) {
    await close(0)
    throw error
  }
  return { reload, close }
}

function createPlace(index: number, exchanges: number): Place {
  const place: Place = {
    index,
    member: undefined,
    version: 0,
    exchanges,
    backoff: createBackoff(),
    hurry: () => {},
    resize: (more) => {
      place.exchanges += more
    },
  }
  return place
}

function reasonsOf(settled: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
}

function reason(error: unknown): { error: string } {
  return { error: error instanceof Error ? error.message : String(error) }
}
