import type { Dialect } from '../parser/dialect.ts'
import { dialectNamed, dialectNames } from './index.ts'

/** The dialects of the option, in its order. Throws for a name that nobody has registered. */
export async function loadDialects(wanted: readonly (string | Dialect)[]): Promise<readonly Dialect[]> {
  const dialects: Dialect[] = []
  for (const entry of wanted) {
    const dialect = typeof entry === 'string' ? await dialectNamed(entry) : entry
    if (!dialect)
      throw new Error(`dialects: there is none named "${String(entry)}"; write one of ${dialectNames().join(', ')}`)
    dialects.push(dialect)
  }
  return dialects
}
