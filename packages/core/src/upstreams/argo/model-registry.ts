import { modelKey, modelNotFound, undatedModelKey } from '../model-names.ts'
import { type ListedModel, namesOf } from './model-list.ts'
import { knownModels } from './models.ts'

/** Turns the names that clients use into ARGO's internal ids. */
export interface ModelRegistry {
  /** Throws `model_not_found` where ARGO's own list is known and has no such name; before that, a name passes as it is. */
  resolve(name: string): string
  /** `undefined` for a name that is not known before ARGO's own list is. */
  knows(name: string): boolean | undefined
  /** Takes over ARGO's list. Names of an earlier list stay known. */
  learn(rows: readonly ListedModel[]): void
}

export function createModelRegistry(): ModelRegistry {
  const internals = new Map<string, string>()
  const shown = new Set<string>()
  let learnt = false

  function add(internal: string, names: readonly string[]): void {
    internals.set(modelKey(internal), internal)
    for (const name of names) internals.set(modelKey(name), internal)
    if (names[0] !== undefined) shown.add(`argo:${names[0]}`)
  }
  for (const { internal, names } of knownModels) add(internal, names)

  const find = (name: string) => internals.get(modelKey(name)) ?? internals.get(undatedModelKey(name))

  return {
    knows: (name) => (find(name) !== undefined ? true : learnt ? false : undefined),
    resolve(name) {
      const internal = find(name)
      if (internal !== undefined) return internal
      if (learnt) throw modelNotFound(name, shown)
      return name.trim().replace(/^argo[:/]/i, '')
    },
    learn(rows) {
      learnt = true
      for (const row of rows) add(row.internal, namesOf(row))
    },
  }
}
