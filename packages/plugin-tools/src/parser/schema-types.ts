/** The type names of JSON Schema. */
export type SchemaType = 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'object' | 'array'

export type SchemaObject = Readonly<Record<string, unknown>>

const names: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean', 'null', 'object', 'array'])

export function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Follows local references, and unwraps the schema objects of the AI SDK. `undefined` where that leads nowhere. */
export function resolveSchema(schema: unknown, root: unknown): SchemaObject | undefined {
  let current = schema
  for (let hops = 0; hops < 20 && isObject(current); hops += 1) {
    if (typeof current.$ref === 'string') current = pointed(root, current.$ref)
    else if (isObject(current.jsonSchema) && current.type === undefined) current = current.jsonSchema
    else return current
  }
  return undefined
}

/** Branches of branches are followed to this depth. */
const deepest = 8

/** The types that a schema allows, in its order; empty where it says nothing. */
export function schemaTypes(schema: unknown, root: unknown): readonly SchemaType[] {
  // Each schema is looked at once: it may be referred to from everywhere, itself included.
  const known = new Map<SchemaObject, readonly SchemaType[]>()
  return typesOf(schema, 0)

  function typesOf(part: unknown, depth: number): readonly SchemaType[] {
    const resolved = resolveSchema(part, root)
    if (!resolved || depth > deepest) return []
    const found = known.get(resolved)
    if (found) return found
    known.set(resolved, [])
    const types = new Set((Array.isArray(resolved.type) ? resolved.type : [resolved.type]).filter(isType))
    if (types.size === 0) {
      for (const branch of branchesOf(resolved, ['anyOf', 'oneOf', 'allOf'])) {
        for (const type of typesOf(branch, depth + 1)) types.add(type)
      }
    }
    if (types.size === 0) for (const value of valuesOf(resolved)) types.add(typeOf(value))
    if (resolved.nullable === true) types.add('null')
    known.set(resolved, [...types])
    return [...types]
  }
}

/** The properties that a schema declares, also in `allOf`, `anyOf` and `oneOf`; `undefined` where it declares none. */
export function declaredProperties(schema: unknown, root: unknown): ReadonlyMap<string, unknown> | undefined {
  const properties = new Map<string, unknown>()
  const seen = new Set<SchemaObject>()
  let declares = false
  collect(schema, 0)
  return declares ? properties : undefined

  function collect(part: unknown, depth: number): void {
    const resolved = resolveSchema(part, root)
    if (!resolved || depth > deepest || seen.has(resolved)) return
    seen.add(resolved)
    for (const branch of branchesOf(resolved, ['allOf', 'anyOf', 'oneOf'])) collect(branch, depth + 1)
    if (!isObject(resolved.properties)) return
    declares = true
    for (const [name, property] of Object.entries(resolved.properties)) properties.set(name, property)
  }
}

export function requiredProperties(schema: unknown, root: unknown): readonly string[] {
  const required = resolveSchema(schema, root)?.required
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

/** Whether the schema explicitly allows properties that it does not declare. */
export function invitesMore(schema: unknown, root: unknown): boolean {
  const more = resolveSchema(schema, root)?.additionalProperties
  return more === true || isObject(more)
}

function branchesOf(schema: SchemaObject, keywords: readonly string[]): unknown[] {
  return keywords.flatMap((keyword) => {
    const branches = schema[keyword]
    return Array.isArray(branches) ? branches : []
  })
}

function valuesOf(schema: SchemaObject): unknown[] {
  if ('const' in schema) return [schema.const]
  return Array.isArray(schema.enum) ? schema.enum : []
}

function typeOf(value: unknown): SchemaType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'number' || type === 'boolean' || type === 'object' ? type : 'string'
}

function isType(value: unknown): value is SchemaType {
  return typeof value === 'string' && names.has(value)
}

function pointed(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined
  let current = root
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decodePercent(part).replace(/~1/g, '/').replace(/~0/g, '~')
    current = isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined
  }
  return current
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
