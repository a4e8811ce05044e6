import { describe, expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

function settings(environment: Record<string, string>): [string, unknown][] {
  return readEnvironment(environment).settings.map(({ path, value }) => [path.join('.'), value])
}

describe('variables', () => {
  test.each<[string, string, string, unknown]>([
    ['ARGO_PROXY_PORT', '8080', 'port', 8080],
    ['ARGO_PROXY_USER', '12345', 'user', '12345'],
    ['ARGO_PROXY_REAL_STREAM', 'false', 'real_stream', false],
    ['ARGO_PROXY_REAL_STREAM', 'Yes', 'real_stream', true],
    ['ARGO_PROXY_VERBOSE', '1', 'verbose', true],
    ['ARGO_PROXY_QUIET', '0', 'quiet', false],
    ['ARGO_PROXY_UPSTREAM_BASE_URL', ' http://h/v1 ', 'upstream.base_url', 'http://h/v1'],
    ['ARGO_PROXY_UPSTREAM_KIND', 'openai', 'upstream.kind', 'openai'],
    ['ARGO_PROXY_TIMEOUTS_FIRST_BYTE', '5', 'timeouts.first_byte', 5],
    ['ARGO_PROXY_USERNAME_PASSTHROUGH', 'on', 'username_passthrough', true],
  ])('%s=%s sets %s', (variable, text, name, value) => {
    expect(settings({ [variable]: text })).toEqual([[name, value]])
    expect(readEnvironment({ [variable]: text }).settings[0]?.origin).toEqual({ from: 'environment', variable })
  })

  test('what is no number or boolean stays a text, for validation to refuse', () => {
    expect(settings({ ARGO_PROXY_PORT: '80a', ARGO_PROXY_VERBOSE: 'perhaps' })).toEqual([
      ['port', '80a'],
      ['verbose', 'perhaps'],
    ])
  })

  test('an empty one counts as none', () => {
    expect(readEnvironment({ ARGO_PROXY_PORT: '', ARGO_PROXY_USER: ' ' })).toEqual({ settings: [], warnings: [] })
  })

  test('an unknown one is a warning with a hint', () => {
    const { settings: none, warnings } = readEnvironment({ ARGO_PROXY_PROT: '1', OTHER: '2', ARGO_PROXY_PLUGINS: 'x' })
    expect(none).toEqual([])
    expect(warnings.map(({ key, message }) => `${key} ${message}`)).toEqual([
      'ARGO_PROXY_PROT is not read by anything, did you mean "ARGO_PROXY_PORT"?',
      'ARGO_PROXY_PLUGINS is not read by anything: only keys with one value have a variable',
    ])
  })

  test('what Kubernetes sets for a service called argo-proxy is none of ours', () => {
    const links = {
      ARGO_PROXY_PORT: 'tcp://10.0.0.1:44497',
      ARGO_PROXY_SERVICE_HOST: '10.0.0.1',
      ARGO_PROXY_SERVICE_PORT: '44497',
      ARGO_PROXY_PORT_44497_TCP: 'tcp://10.0.0.1:44497',
    }
    expect(readEnvironment(links)).toEqual({ settings: [], warnings: [] })
  })
})
