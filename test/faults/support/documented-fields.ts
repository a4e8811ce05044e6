import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type Schema = Record<string, unknown>

const file = join(import.meta.dirname, '../../../../shared/fixtures/openai-wire-2.3.0.schema.json')
export const hasSchemas = existsSync(file)

/** How deep into objects and lists; a schema may hold itself. */
const deepest = 5

/** Every field that the documented request may hold, as a path: `['messages', 0, 'content', 0, 'type']`. */
export function documentedFields(definition: string): (string | number)[][] {
  const definitions = read(file).$defs
  const paths = new Map<string, (string | number)[]>()

  function visit(schema: unknown, path: (string | number)[]): void {
    if (!isObject(schema) || path.length > deepest) return
    if (typeof schema.$ref === 'string' && isObject(definitions)) {
      return visit(definitions[schema.$ref.replace('#/$defs/', '')], path)
    }
    for (const key of ['allOf', 'anyOf', 'oneOf']) {
      const parts = schema[key]
      if (Array.isArray(parts)) for (const part of parts) visit(part, path)
    }
    if (isObject(schema.properties)) {
      for (const [name, property] of Object.entries(schema.properties)) {
        const here = [...path, name]
        const key = here.join('.')
        if (paths.has(key)) continue
        paths.set(key, here)
        visit(property, here)
      }
    }
    if (schema.items !== undefined) visit(schema.items, [...path, 0])
  }

  visit({ $ref: `#/$defs/${definition}` }, [])
  return [...paths.values()]
}

/** The body with this value at this path; what is on the way is made. */
export function withField(body: Schema, path: readonly (string | number)[], value: unknown): Schema {
  const copy: Schema = structuredClone(body)
  let holder: unknown = copy
  for (const [place, step] of path.entries()) {
    const next = path[place + 1]
    const made = next === undefined ? value : typeof next === 'number' ? [] : {}
    if (Array.isArray(holder)) {
      holder[0] = next === undefined || !isContainer(holder[0]) ? made : holder[0]
      holder = holder[0]
    } else if (isObject(holder)) {
      holder[step] = next === undefined || !isContainer(holder[step]) ? made : holder[step]
      holder = holder[step]
    }
  }
  return copy
}

function read(path: string): Schema {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return isObject(value) ? value : {}
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
