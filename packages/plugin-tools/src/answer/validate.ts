import { createRequire } from 'node:module'
import type { ValidateFunction } from 'ajv'
import type { JsonSchema, Logger } from 'argo-proxy'

const require = createRequire(import.meta.url)

/** What is wrong with a value, in a few words for a model; `undefined` where nothing is, or nobody can tell. */
export type Check = (value: unknown) => string | undefined

const options = { strict: false, allErrors: true, validateFormats: false, logger: false, addUsedSchema: false } as const
/** Compiled schemas are kept by their text: each request brings the same ones as new objects. */
const keptSchemas = 200
const reportedFaults = 5

/** Compiles schemas once. One that cannot be compiled is not checked against; the log says so. */
export function createSchemaChecks(log: Logger): (schema: JsonSchema, what: string) => Check {
  const checks = new Map<string, Check>()
  return (schema, what) => {
    const key = JSON.stringify(schema)
    const known = checks.get(key)
    if (known) return known
    const check = compile(schema, what, log)
    const [oldest] = checks.keys()
    if (checks.size >= keptSchemas && oldest !== undefined) checks.delete(oldest)
    checks.set(key, check)
    return check
  }
}

function compile(schema: JsonSchema, what: string, log: Logger): Check {
  const { $schema, $id: _id, ...rest } = schema
  const Ajv = typeof $schema === 'string' && $schema.includes('2020-12') ? load2020() : load()
  // An instance for each: it keeps every schema that it has seen.
  const ajv = new Ajv(options)
  try {
    const validate = ajv.compile(rest)
    return (value) => (validate(value) ? undefined : faults(validate))
  } catch (thrown) {
    log.debug(`the JSON Schema of ${what} cannot be compiled: nothing is checked against it`, { error: String(thrown) })
    return () => undefined
  }
}

/** The library is loaded with the first schema: few requests have one that is checked, and it takes 20 ms. */
function load(): typeof import('ajv').Ajv {
  const library: typeof import('ajv') = require('ajv')
  return library.Ajv
}

function load2020(): typeof import('ajv/dist/2020.js').Ajv2020 {
  const library: typeof import('ajv/dist/2020.js') = require('ajv/dist/2020.js')
  return library.Ajv2020
}

function faults({ errors }: ValidateFunction): string {
  const told = (errors ?? []).map(({ instancePath, message, params }) => {
    const more = ['additionalProperty', 'allowedValues', 'allowedValue']
      .filter((name) => params[name] !== undefined)
      .map((name) => ` (${JSON.stringify(params[name])})`)
    return `${instancePath || 'the whole'} ${message ?? 'is wrong'}${more.join('')}`
  })
  return [...new Set(told)].slice(0, reportedFaults).join('; ')
}
