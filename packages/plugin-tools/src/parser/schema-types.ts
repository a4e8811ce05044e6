/** JSON Schema's names of types. */
export type SchemaType = 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'object' | 'array'

export type SchemaObject = Readonly<Record<string, unknown>>

const names: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean', 'null', 'object', 'array'])

export function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A schema with its local references followed, and taken out of the wrapper that AI SDK's own schema objects have. */
export function resolveSchema(schema: unknown, root: unknown): SchemaObject | undefined {
  let current = schema
  for (let hops = 0; hops < 20 && isObject(current); hops += 1) {
    if (typeof current.$ref === 'string') current = pointed(root, current.$ref)
    else if (isObject(current.jsonSchema) && current.type === undefined) current = current.jsonSchema
    else return current
  }
  return undefined
}

/** The types that a schema allows, in its order; empty where it says nothing. */
export function schemaTypes(schema: unknown, root: unknown, depth = 0): SchemaType[] {
  const resolved = resolveSchema(schema, root)
  if (!resolved || depth > 8) return []
  const { type, anyOf, oneOf, allOf } = resolved
  const listed = (Array.isArray(type) ? type : [type]).filter(isType)
  const types = new Set<SchemaType>(listed)
  if (types.size === 0) {
    for (const part of [anyOf, oneOf, allOf]) {
      if (!Array.isArray(part)) continue
      for (const branch of part) for (const found of schemaTypes(branch, root, depth + 1)) types.add(found)
    }
  }
  if (types.size === 0) for (const value of valuesOf(resolved)) types.add(typeOf(value))
  if (resolved.nullable === true) types.add('null')
  return [...types]
}

/** The properties that a schema declares, through `allOf` and the branches of unions; `undefined` where it declares none. */
export function declaredProperties(
  schema: unknown,
  root: unknown,
  depth = 0,
): ReadonlyMap<string, unknown> | undefined {
  const resolved = resolveSchema(schema, root)
  if (!resolved || depth > 8) return undefined
  const properties = new Map<string, unknown>()
  let declares = false
  for (const part of [resolved.allOf, resolved.anyOf, resolved.oneOf]) {
    if (!Array.isArray(part)) continue
    for (const branch of part) {
      const found = declaredProperties(branch, root, depth + 1)
      declares ||= found !== undefined
      for (const [name, property] of found ?? []) properties.set(name, property)
    }
  }
  if (isObject(resolved.properties)) {
    declares = true
    for (const [name, property] of Object.entries(resolved.properties)) properties.set(name, property)
  }
  return declares ? properties : undefined
}

export function requiredProperties(schema: unknown, root: unknown): readonly string[] {
  const required = resolveSchema(schema, root)?.required
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

/** Whether an object may have properties that its schema does not declare: only where the schema says so in words. */
export function invitesMore(schema: unknown, root: unknown): boolean {
  const more = resolveSchema(schema, root)?.additionalProperties
  return more === true || isObject(more)
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
