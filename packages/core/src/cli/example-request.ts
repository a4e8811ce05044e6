import type { Exchange } from '../contract/exchange.ts'
import { Failure } from './failure.ts'

export type EndpointName = Exchange['endpoint']

const weather = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

/** A small streaming request in the format of the endpoint. */
export function exampleRequest(endpoint: EndpointName, withTools: boolean): Record<string, unknown> {
  const question = 'What is the weather in Chicago?'
  const common = { model: 'gpt-4o', stream: true }
  if (endpoint === 'completions') {
    if (withTools)
      throw new Failure(2, 'completions know no tools: leave out --with-tools, or choose another --endpoint')
    return { ...common, prompt: question }
  }
  if (endpoint === 'responses') {
    return { ...common, input: question, ...(withTools && { tools: [{ type: 'function', ...weather }] }) }
  }
  const messages = [{ role: 'user', content: question }]
  return { ...common, messages, ...(withTools && { tools: [{ type: 'function', function: weather }] }) }
}
