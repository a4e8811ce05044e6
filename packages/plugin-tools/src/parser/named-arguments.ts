import { argumentValue, type UntypedRules } from './argument-value.ts'
import type { OfferedTools } from './dialect.ts'
import { declaredProperties, requiredProperties, resolveSchema, schemaTypes } from './schema-types.ts'

/** The arguments of a format that writes each by its name, as bare text. */
export interface NamedArguments {
  /** Whether the tool's schema declares this argument. */
  declares(name: string): boolean
  /** Whether the schema allows this argument to be a string, or says nothing about it. */
  mayBeString(name: string): boolean
  /** `asString`: the model has marked it as a string. */
  add(name: string, text: string, asString?: boolean): void
  /** The text of a JSON object; an argument that was given several times is an array. */
  json(): string
  /** Whether all arguments are there that the tool's schema requires; false without a schema. */
  hasRequired(): boolean
}

export function createNamedArguments(tool: string, tools: OfferedTools, rules: UntypedRules): NamedArguments {
  const schema = tools?.get(tool)?.parameters
  const declared = declaredProperties(schema, schema)
  const given = new Map<string, GivenValue[]>()
  return {
    declares: (name) => declared?.has(name) === true,
    mayBeString(name) {
      const types = schemaTypes(declared?.get(name), schema)
      return types.length === 0 || types.includes('string')
    },
    add(name, text, asString = false) {
      given.set(name, [...(given.get(name) ?? []), { text, asString }])
    },
    json() {
      const members = [...given].map(([name, values]) => `${JSON.stringify(name)}: ${value(name, values)}`)
      return `{${members.join(', ')}}`
    },
    hasRequired: () => schema !== undefined && requiredProperties(schema, schema).every((name) => given.has(name)),
  }

  function value(name: string, values: readonly GivenValue[]): string {
    const property = declared?.get(name)
    const [first] = values
    if (values.length === 1 && first) return single(first, property)
    const items = resolveSchema(property, schema)?.items
    return `[${values.map((each) => single(each, items)).join(', ')}]`
  }

  function single({ text, asString }: GivenValue, property: unknown): string {
    return asString ? JSON.stringify(text) : argumentValue(text, property, schema, rules)
  }
}

interface GivenValue {
  text: string
  asString: boolean
}
