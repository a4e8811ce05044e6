/** An item of a conversation in the form of Responses. */
export type Item = Record<string, unknown>

/** A finished response, with all that is needed to go on from it. */
export interface StoredResponse {
  id: string
  /** The Response object, as JSON text. */
  response: string
  /** Every item that the model was given, also those of the responses before; each has an id. */
  input: readonly Item[]
  /** The items that it answered. */
  output: readonly Item[]
  /** Bytes of all of it, about. */
  size: number
}

type MaybePromise<Value> = Value | Promise<Value>

/** Where responses are kept for `previous_response_id`, `item_reference` and `GET /v1/responses/{id}`. */
export interface ResponseStore {
  put(entry: StoredResponse): MaybePromise<void>
  get(id: string): MaybePromise<StoredResponse | undefined>
  /** Whether there was one. */
  delete(id: string): MaybePromise<boolean>
  /** An input or output item of a stored response, by the item's id. */
  findItem(id: string): MaybePromise<Item | undefined>
}

export interface MemoryStoreLimits {
  /** Responses at most. */
  entries: number
  /** Bytes at most, about. */
  bytes: number
  /** Milliseconds that a response is kept after it was last used. */
  lifetime: number
}

const defaults: MemoryStoreLimits = { entries: 1_000, bytes: 64 * 1024 * 1024, lifetime: 24 * 60 * 60 * 1000 }

/** A store in this process' memory: what was used least recently goes first. It has no timers: time is looked at on use. */
export function createMemoryResponseStore(limits: Partial<MemoryStoreLimits> = {}, now: () => number = Date.now) {
  const { entries, bytes, lifetime } = { ...defaults, ...limits }
  /** In the order of last use. */
  const responses = new Map<string, { entry: StoredResponse; usedAt: number }>()
  /** Which response an item belongs to; the latest one where several have it. */
  const owners = new Map<string, string>()
  let held = 0

  function remove(id: string): boolean {
    const found = responses.get(id)
    if (!found) return false
    responses.delete(id)
    held -= found.entry.size
    for (const itemId of itemIds(found.entry)) if (owners.get(itemId) === id) owners.delete(itemId)
    return true
  }

  function removeOldest(): void {
    for (const [id, { usedAt }] of responses) {
      if (responses.size <= entries && held <= bytes && now() - usedAt <= lifetime) return
      remove(id)
    }
  }

  function use(id: string): StoredResponse | undefined {
    removeOldest()
    const found = responses.get(id)
    if (!found) return undefined
    responses.delete(id)
    responses.set(id, { entry: found.entry, usedAt: now() })
    return found.entry
  }

  return {
    put(entry) {
      remove(entry.id)
      responses.set(entry.id, { entry, usedAt: now() })
      held += entry.size
      for (const itemId of itemIds(entry)) owners.set(itemId, entry.id)
      removeOldest()
    },
    get: use,
    delete(id) {
      removeOldest()
      return remove(id)
    },
    findItem(id) {
      const entry = use(owners.get(id) ?? '')
      return entry && (find(entry.output, id) ?? find(entry.input, id))
    },
  } satisfies ResponseStore
}

function find(items: readonly Item[], id: string): Item | undefined {
  return items.find((item) => item.id === id)
}

function* itemIds({ input, output }: StoredResponse): Generator<string> {
  for (const items of [input, output]) for (const { id } of items) if (typeof id === 'string') yield id
}

/** Bytes of items, about: the strings of an item, of its parts and of their fields. Deeper ones are not looked at. */
export function sizeOfItems(items: readonly Item[]): number {
  let size = 0
  for (const item of items) {
    size += 200
    for (const value of Object.values(item)) {
      if (typeof value === 'string') size += value.length
      if (!Array.isArray(value)) continue
      for (const part of value)
        for (const field of Object.values(part ?? {})) if (typeof field === 'string') size += field.length
    }
  }
  return size
}
