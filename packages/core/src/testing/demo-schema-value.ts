import { isRecord } from '../record.ts'

/** A plausible value for a JSON Schema: what it names itself (const, enum, default, example), or what the prompt offers. */
export function valueForSchema(schema: unknown, name: string, prompt: string): unknown {
  if (!isRecord(schema)) return wordFor(name, prompt)
  if ('const' in schema) return schema.const
  for (const list of [schema.enum, schema.examples]) if (Array.isArray(list) && list.length > 0) return list[0]
  if ('default' in schema) return schema.default
  for (const list of [schema.anyOf, schema.oneOf, schema.allOf]) {
    if (Array.isArray(list) && list.length > 0) return valueForSchema(list[0], name, prompt)
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object':
      return objectForSchema(schema, prompt)
    case 'array':
      return [valueForSchema(schema.items, name, prompt)]
    case 'integer':
    case 'number':
      return numberFor(schema, prompt)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return isRecord(schema.properties) ? objectForSchema(schema, prompt) : wordFor(name, prompt)
  }
}

/** The required properties; where none is required, the first one. */
export function objectForSchema(schema: unknown, prompt: string): Record<string, unknown> {
  if (!isRecord(schema) || !isRecord(schema.properties)) return {}
  const names = Object.keys(schema.properties)
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => names.includes(name)) : []
  const value: Record<string, unknown> = {}
  for (const name of required.length > 0 ? required : names.slice(0, 1)) {
    value[name] = valueForSchema(schema.properties[name], name, prompt)
  }
  return value
}

function numberFor(schema: Record<string, unknown>, prompt: string): number {
  const found = Number(/-?\d+(?:\.\d+)?/.exec(prompt)?.[0] ?? 1)
  const minimum = typeof schema.minimum === 'number' ? schema.minimum : Number.NEGATIVE_INFINITY
  const maximum = typeof schema.maximum === 'number' ? schema.maximum : Number.POSITIVE_INFINITY
  const within = Math.min(maximum, Math.max(minimum, found))
  return schema.type === 'integer' ? Math.trunc(within) : within
}

/** A word of the prompt that suits a property's name: a file for a path, a URL, a name for a place. */
function wordFor(name: string, prompt: string): string {
  const quoted = /["'`“]([^"'`”]{1,200})["'`”]/.exec(prompt)?.[1]
  const file = /[\w./~-]*\w\.[A-Za-z]\w{0,9}\b/.exec(prompt)?.[0]
  const url = /https?:\/\/\S+/.exec(prompt)?.[0]
  const proper = /(?:^|\s)(?:in|of|for|at)\s+(\p{Lu}[\p{L}-]+)/u.exec(prompt)?.[1]
  if (/url|uri|link/i.test(name) && url) return url
  if (/path|file|dir/i.test(name)) return quoted ?? file ?? 'README.md'
  if (/command|cmd/i.test(name)) return quoted ?? 'echo hello'
  if (/city|location|place|country|name/i.test(name)) return quoted ?? proper ?? 'Chicago'
  return quoted ?? (prompt.trim().slice(0, 60) || 'example')
}
