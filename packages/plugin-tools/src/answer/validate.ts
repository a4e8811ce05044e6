import { createRequire } from 'node:module'
import type { ErrorObject, ValidateFunction } from 'ajv'
import type { JsonSchema, Logger } from 'argo-proxy'
import { runWithin } from './run-within.ts'

const require = createRequire(import.meta.url)

/** What is wrong with a value, in words for a model; `undefined` where nothing is, or it was not checked. */
export type Check = (value: unknown) => string | undefined

/** Gives the check of a schema. `what` names the schema in the log. */
export type SchemaChecks = (schema: JsonSchema, what: string) => Check

/**
 * Schemas come from clients, and a few lines can take hours: a pattern that backtracks, references that double. That
 * cannot be known in advance, so there are limits, and what exceeds them is not checked.
 */
const limits = {
  /** Characters of a schema as JSON. */
  schemaLength: 100_000,
  /** Milliseconds. The longest schemas usually take 200. */
  compiling: 500,
  /** Milliseconds. Most checks take less than one. */
  checking: 100,
  /** Faults that are told of one value, and characters of each. */
  faults: 5,
  faultLength: 1_000,
  /** Compiled schemas that are kept, and their characters in all: each takes 30 bytes of memory. */
  keptSchemas: 200,
  keptLength: 1_000_000,
}

const ajvOptions = {
  strict: false,
  allErrors: true,
  validateFormats: false,
  logger: false,
  addUsedSchema: false,
  // Otherwise a definition is compiled again for every reference to it.
  inlineRefs: false,
} as const

/**
 * Compiles each schema once, also across requests. One that cannot be compiled, is too long or takes too long is not
 * checked against; the log says so.
 */
export function createSchemaChecks(log: Logger): SchemaChecks {
  const byText = new Map<string, Check>()
  let keptLength = 0
  // Within a request, so that a schema becomes a text once and not for every call.
  const byObject = new WeakMap<JsonSchema, Check>()

  function checkOf(schema: JsonSchema, what: string): Check {
    const text = textOf(schema)
    if (text === undefined) {
      log.debug(`the JSON Schema of ${what} is too long: nothing is checked against it`)
      return unchecked
    }
    const known = byText.get(text)
    if (known) return known
    const check = createCheck(schema, what, log)
    keep(text, check)
    return check
  }

  function keep(text: string, check: Check): void {
    byText.set(text, check)
    keptLength += text.length
    for (const oldest of byText.keys()) {
      if (byText.size <= limits.keptSchemas && keptLength <= limits.keptLength) break
      byText.delete(oldest)
      keptLength -= oldest.length
    }
  }

  return (schema, what) => {
    const known = byObject.get(schema)
    if (known) return known
    const check = checkOf(schema, what)
    byObject.set(schema, check)
    return check
  }
}

const unchecked: Check = () => undefined

/** A schema as JSON; `undefined` where it is too long, or nested too deeply to be written. */
function textOf(schema: JsonSchema): string | undefined {
  try {
    const text = JSON.stringify(schema)
    return text.length > limits.schemaLength ? undefined : text
  } catch {
    return undefined
  }
}

function createCheck(schema: JsonSchema, what: string, log: Logger): Check {
  let validate: ValidateFunction
  try {
    validate = compile(schema)
  } catch (thrown) {
    log.debug(`the JSON Schema of ${what} cannot be compiled: nothing is checked against it`, { error: String(thrown) })
    return unchecked
  }
  let givenUp = false
  return (value) => {
    if (givenUp) return undefined
    try {
      return runWithin(limits.checking, () => (validate(value) ? undefined : faultsOf(validate.errors)))
    } catch (thrown) {
      // It took too long, or too deep a recursion: the next value may do the same.
      givenUp = true
      log.warn(`checking against the JSON Schema of ${what} is given up`, { error: String(thrown) })
      return undefined
    }
  }
}

function compile({ $schema, $id: _id, ...rest }: JsonSchema): ValidateFunction {
  // Outside of the time limit: a library must not be stopped while it loads.
  const Ajv = typeof $schema === 'string' && $schema.includes('2020-12') ? load2020() : load()
  // An instance for each schema: it never forgets one.
  return runWithin(limits.compiling, () => new Ajv(ajvOptions).compile(rest))
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

function faultsOf(errors: readonly ErrorObject[] | null | undefined): string {
  const told = new Set<string>()
  for (const error of errors ?? []) {
    told.add(faultOf(error))
    if (told.size === limits.faults) break
  }
  return [...told].join('; ')
}

function faultOf({ instancePath, message, params }: ErrorObject): string {
  const more = ['additionalProperty', 'allowedValues', 'allowedValue']
    .filter((name) => params[name] !== undefined)
    .map((name) => ` (${JSON.stringify(params[name])})`)
  const fault = `${instancePath || 'the whole'} ${message ?? 'is wrong'}${more.join('')}`
  return fault.length > limits.faultLength ? `${fault.slice(0, limits.faultLength)}...` : fault
}
