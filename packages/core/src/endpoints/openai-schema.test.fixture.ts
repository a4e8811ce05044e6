import { existsSync, readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const file = new URL('../../../../../shared/fixtures/openai-wire-2.3.0.schema.json', import.meta.url)

/** Whether OpenAI's schemas are on this machine. Tests that need them are skipped, and say so, where they are not. */
export const hasSchemas = existsSync(file)

let ajv: Ajv2020 | undefined
const validators = new Map<string, ValidateFunction>()

/** What is wrong with a value by OpenAI's schema of that name; empty where nothing is, and where the schemas are not here. */
export function schemaFaults(name: string, value: unknown): string[] {
  if (!hasSchemas) return []
  if (!ajv) {
    ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
    ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')), 'openai')
  }
  let validate = validators.get(name)
  if (!validate) {
    validate = ajv.compile({ $ref: `openai#/$defs/${name}` })
    validators.set(name, validate)
  }
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
