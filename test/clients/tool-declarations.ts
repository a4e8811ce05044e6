/** A weather tool, as a client declares it. */
export const weather = {
  name: 'get_weather',
  description: 'Current weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}

/** What agents put into their schemas. */
export const richTool = {
  name: 'read_lines',
  description: 'Reads some lines of a file',
  parameters: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      path: { type: 'string', pattern: '^/', description: 'Absolute path' },
      limit: { type: 'integer', exclusiveMinimum: 0, maximum: 9_007_199_254_740_991, default: 2000 },
      from: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      mode: { oneOf: [{ const: 'text' }, { const: 'bytes' }] },
    },
    required: ['path'],
    additionalProperties: false,
  },
}

/** A tool without parameters: qwen-code declares some. */
export const bareTool = { name: 'list_todos', description: 'Lists what is to be done' }
