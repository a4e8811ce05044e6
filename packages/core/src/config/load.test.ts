import { describe, expect, test, vi } from 'vitest'
import { ConfigError, formatFault, formatLocation, UnreadableConfigError } from './fault.ts'
import { useFolder } from './folder.test.fixture.ts'
import { type LoadOptions, loadConfig } from './load.ts'
import type { LoadedConfig } from './loaded-config.ts'
import { argoBaseUrl } from './schema.ts'
import type { Setting } from './setting.ts'

const folder = useFolder()

function load(options: Partial<LoadOptions> = {}): Promise<LoadedConfig> {
  return loadConfig({ cwd: folder.path('work'), environment: {}, ...options })
}

async function faults(options: Partial<LoadOptions> = {}): Promise<string[]> {
  const error: unknown = await load(options).catch((thrown: unknown) => thrown)
  if (error instanceof ConfigError) return error.faults.map(formatFault)
  throw error instanceof Error ? error : new Error('nothing was wrong')
}

function warnings({ warnings: list = [] }: LoadedConfig): string[] {
  return list.filter(({ key }) => key !== 'user').map(formatFault)
}

const flag = (path: string, value: unknown, name: string): Setting => ({
  path: path.split('.'),
  value,
  origin: { from: 'command line', flag: name },
})

describe('without a file', () => {
  test('everything is a default', async () => {
    const loaded = await load()
    expect(loaded.config).toMatchObject({ host: '127.0.0.1', port: 44497, real_stream: true })
    expect(loaded.config.upstream).toMatchObject({ kind: 'argo', base_url: argoBaseUrl })
    expect(loaded.config.plugins).toEqual(['real-stream', 'pseudo-stream', 'tools'])
    expect(loaded).toMatchObject({ directory: folder.path('work') })
    expect(loaded.file).toBeUndefined()
    expect([...loaded.origins]).toEqual([])
    expect(loaded.locate(['port'])).toBeUndefined()
  })
})

describe('the search', () => {
  test.each([
    ['.argorc', 'port: 1'],
    ['.argorc', '{"port": 1}'],
    ['.argorc.json', '{"port": 1}'],
    ['.argorc.yaml', 'port: 1'],
    ['.argorc.yml', 'port: 1'],
    ['.argorc.js', 'export default { port: 1 }'],
    ['.argorc.ts', 'const port: number = 1; export default { port }'],
    ['.argorc.mjs', 'export default { port: 1 }'],
    ['.argorc.cjs', 'module.exports = { port: 1 }'],
    ['argo.config.ts', 'interface A { port: number }; export default { port: 1 } satisfies A'],
    ['argo.config.js', 'export default Promise.resolve({ port: 1 })'],
    ['argo.config.mjs', 'export default { port: 1 }'],
    ['argo.config.mts', 'export default { port: 1 as number }'],
    ['package.json', '{"name": "x", "argo": {"port": 1}}'],
    ['.config/argorc', 'port: 1'],
    ['.config/argorc.json', '{"port": 1}'],
    ['.config/argorc.ts', 'export default { port: 1 }'],
    ['.config/argo.config.ts', 'export default { port: 1 }'],
  ])('finds %s above the working directory: %s', async (name, text) => {
    const path = folder.write(`work/${name}`, text)
    const loaded = await load({ cwd: folder.path('work/deep/er') })
    expect(loaded.config.port).toBe(1)
    expect(loaded.file).toBe(path)
    expect(loaded.directory).toBe(path.replace(/\/[^/]*$/, ''))
  })

  test('takes the nearest, and .argorc before the others', async () => {
    folder.write('.argorc', 'port: 1')
    folder.write('work/package.json', '{"argo": {"port": 2}}')
    expect((await load()).config.port).toBe(2)
    folder.write('work/.argorc', 'port: 3')
    expect((await load()).config.port).toBe(3)
  })

  test('goes on in the configuration folder of the user', async () => {
    folder.write('home/.config/argo/config.yaml', 'port: 1')
    expect((await load()).config.port).toBe(1)
  })

  test('ends at the file that is named, whatever else is there', async () => {
    folder.write('work/.argorc', 'port: 1')
    folder.write('other/mine.conf', 'port: 2')
    const loaded = await load({ file: '../other/mine.conf' })
    expect(loaded.config.port).toBe(2)
    expect(loaded.directory).toBe(folder.path('other'))
  })

  test.each(['', '# only a comment\n', '---\n'])('takes an empty file for all defaults: %j', async (text) => {
    folder.write('.argorc', 'port: 1')
    folder.write('work/.argorc', text)
    const loaded = await load()
    expect(loaded.config.port).toBe(44497)
    expect(loaded.file).toBe(folder.path('work/.argorc'))
  })

  test('passes over a package.json that has nothing for it, even a broken one', async () => {
    folder.write('.argorc', 'port: 1')
    folder.write('work/package.json', '{"name": "x"')
    folder.write('work/deep/package.json', '{"dependencies": {"argo": "1"}}')
    expect((await load({ cwd: folder.path('work/deep') })).config.port).toBe(1)
  })
})

describe('faults', () => {
  test('are told all at once, each at its place', async () => {
    folder.write(
      'work/.argorc',
      [
        'prot: 80',
        'port: "8080"',
        'real_stream: yes',
        'user: 12345',
        'user: me',
        'upstream:',
        '  kind: opnai',
        '  base_ulr: http://x',
        '  api_key: 5',
        'timeouts: { idle: -1, total: 1.5 }',
        'limits: many',
        'base_url: http://x',
        'colour: red',
        'host:',
        '',
      ].join('\n'),
    )
    expect(await faults()).toEqual([
      '.argorc:1:1  prot: is not a known key, did you mean "port"?',
      '.argorc:2:7  port: is the text "8080": write the number without quotes',
      '.argorc:3:14  real_stream: is the text "yes": write true',
      '.argorc:5:1  user: stands here a second time: leave one of the two out',
      '.argorc:7:9  upstream.kind: is the text "opnai": write argo or openai, did you mean "openai"?',
      '.argorc:8:3  upstream.base_ulr: is not a known key, did you mean "base_url"?',
      '.argorc:9:12  upstream.api_key: is a number: write it in quotes',
      '.argorc:10:19  timeouts.idle: is the number -1: write a whole number of milliseconds, 0 or more, such as 300000',
      '.argorc:10:30  timeouts.total: is the number 1.5: write a whole number of milliseconds, 0 or more, such as 1800000',
      expect.stringMatching(
        /^\.argorc:11:9 {2}limits: is the text "many": write a mapping, its keys indented on the lines below: body, /,
      ),
      '.argorc:12:1  base_url: is not a known key, did you mean "upstream.base_url"?',
      expect.stringMatching(/^\.argorc:13:1 {2}colour: is not a known key: user, host, .* or plugins can stand here$/),
      '.argorc:14:1  host: is empty: write a text, or leave the key out',
    ])
  })

  test.each([
    ['- 5', 'is a number: write a plugin'],
    ['- ""', 'is an empty text: write a plugin'],
    ['- []', 'is an empty list: write a plugin'],
    ['- [5]', "does not begin with a plugin's name"],
    ['- [real-stream, {}, 3]', 'has 3 elements: write [name, { options }]'],
    ['- pseudo-stream: { chunk: word }', 'is a mapping: write [pseudo-stream, { ... }] to give options'],
    ['- { name: x, chunk: word }', 'is not a plugin: write a plugin'],
  ])('of a plugin entry %s', async (entry, message) => {
    folder.write('work/.argorc', `plugins:\n  - tools\n  ${entry}\n`)
    expect(await faults()).toEqual([expect.stringContaining(`.argorc:3:5  plugins[1]: ${message}`)])
  })

  test('falsy entries, names, options and inline plugins are right', async () => {
    folder.write(
      'work/argo.config.ts',
      'const own = { name: "own", apiVersion: 1, setup: () => ({}) }\n' +
        'export default { plugins: [false, null, undefined, "a", ["b", { c: 1 }], own, [own, 5]] }',
    )
    expect((await load()).config.plugins).toHaveLength(7)
  })

  test('of a list that is none, and of a file that is no mapping', async () => {
    folder.write('work/.argorc', 'plugins: real-stream')
    expect(await faults()).toEqual([
      '.argorc:1:10  plugins: is the text "real-stream": write a list, each entry on a line of its own: - real-stream',
    ])
    folder.write('work/.argorc', '- port\n')
    expect(await faults()).toEqual([expect.stringMatching(/^\.argorc {2}file: holds no mapping/)])
  })

  test('in package.json have their place in package.json', async () => {
    folder.write('work/package.json', '{\n  "name": "x",\n  "argo": {\n    "port": "x",\n    "prot": 1\n  }\n}\n')
    expect(await faults()).toEqual([
      expect.stringMatching(/^package\.json:4:13 {2}port: /),
      expect.stringMatching(/^package\.json:5:5 {2}prot: /),
    ])
  })

  test('in code have a file and no made-up line', async () => {
    folder.write('work/argo.config.ts', 'export default { port: "5", upstream: { knd: 1 } }')
    expect(await faults()).toEqual([
      'argo.config.ts  port: is the text "5": write the number without quotes',
      'argo.config.ts  upstream.knd: is not a known key, did you mean "kind"?',
    ])
  })

  test('a file that is not there is no fault of the configuration', async () => {
    await expect(load({ file: 'nope.yaml' })).rejects.toThrow(UnreadableConfigError)
    await expect(load({ file: 'nope.yaml' })).rejects.toThrow(/nope\.yaml: correct the path after --config$/)
    await expect(load({ file: '..' })).rejects.toThrow(/is a directory/)
  })

  test('a named package.json without our key says so', async () => {
    folder.write('work/package.json', '{"name": "x"}')
    expect(await faults({ file: 'package.json' })).toEqual([
      expect.stringMatching(/^package\.json {2}argo: is not there/),
    ])
  })

  test('other files cannot be imported by $import', async () => {
    folder.write('work/.argorc', '$import: other.yaml\nport: 1\n')
    expect(await faults()).toEqual([expect.stringMatching(/^\.argorc {2}\$import: is not supported/)])
  })
})

describe('a value that only looks right', () => {
  test.each([
    ['cors: { origins: [example.org] }', '1:19', 'cors.origins[0]: is the text "example.org": write an origin such as'],
    [
      'cors: { origins: ["https://a.org/"] }',
      '1:19',
      'cors.origins[0]: is the text "https://a.org/": write an origin such as https://chat.example.org, without a path, or "*" for any',
    ],
    [
      'cors: { origins: "*" }',
      '1:18',
      'cors.origins: is the text "*": write a list of origins: ["https://chat.example.org"], or ["*"] for any',
    ],
    [
      'upstream: { headers: { Content-Length: "5" } }',
      '1:24',
      'upstream.headers.Content-Length: is of the connection, or of how long the body is, which the proxy says by itself: leave it out',
    ],
    [
      'upstream: { headers: { transfer-encoding: chunked } }',
      '1:24',
      'upstream.headers.transfer-encoding: is of the connection',
    ],
    ['upstream: { api_key: "" }', '1:22', 'upstream.api_key: is an empty text: write a text'],
    [
      'port: 99999999999999999999',
      '1:7',
      'port: is the number 100000000000000000000: write a whole number from 0 to 65535',
    ],
    ['timeouts: { idle: 2147483648 }', '1:19', 'timeouts.idle: is the number 2147483648: write 2147483647 at most'],
    [
      'limits: { body: 99999999999999999999 }',
      '1:17',
      'limits.body: is the number 100000000000000000000: write 9007199254740991 at most',
    ],
    [
      'circuit_breaker: { open_for: 0 }',
      '1:30',
      'circuit_breaker.open_for: is the number 0: write a whole number of milliseconds, 1 or more',
    ],
    [
      'upstream: { base_url: "https://me:hunter2@h/v1" }',
      '1:23',
      'upstream.base_url: holds a name or a password, which are not sent: write them under upstream.headers as authorization',
    ],
    [
      'upstream: { base_url: "http://h:99999" }',
      '1:23',
      'upstream.base_url: is the text "http://h:99999": write a URL that begins with http:// or https://, then a host, and a port up to 65535',
    ],
    [
      'timeouts: { request_headers: 400000 }',
      '1:30',
      'timeouts.request_headers: is more than timeouts.request (300000): lower it, or raise that',
    ],
    ['__proto__: { port: 1 }', '1:1', '__proto__: is not a known key: leave it out'],
  ])('%s', async (text, place, message) => {
    folder.write('work/.argorc', text)
    expect(await faults()).toEqual([expect.stringContaining(`.argorc:${place}  ${message}`)])
  })

  test('is in a variable: a key with more than a header can carry', async () => {
    folder.write('work/.argorc', 'upstream: { api_key_env: MY_KEY }')
    for (const key of ['a\nb', 'schlüssel–geheim'])
      expect(await faults({ environment: { MY_KEY: key } })).toEqual([
        '.argorc:1:26  upstream.api_key_env: the environment variable "MY_KEY" has characters that an HTTP header cannot carry: set it to the key alone, plain ASCII on one line',
      ])
  })
})

describe('what cosmiconfig would read for itself', () => {
  test.each([
    ['package.json', '{"name": '],
    ['package.json', '{"cosmiconfig": {"searchPlaces": ["other"]}}'],
    ['.config/config.json', '{"loaders": {}}'],
  ])('does not matter: %s %s', async (name, text) => {
    folder.write(`work/${name}`, text)
    folder.write('work/other', 'port: 2')
    folder.write('work/.argorc', 'port: 1')
    vi.spyOn(process, 'cwd').mockReturnValue(folder.path('work'))
    try {
      expect((await load()).config.port).toBe(1)
      expect((await load({ file: '.argorc' })).config.port).toBe(1)
      expect(process.cwd()).toBe(folder.path('work'))
    } finally {
      vi.restoreAllMocks()
    }
  })
})

describe('precedence', () => {
  const environment = { ARGO_PROXY_PORT: '2', ARGO_PROXY_HOST: 'h2', ARGO_PROXY_UPSTREAM_KIND: 'argo' }

  test('command line, environment, file, default', async () => {
    folder.write('work/.argorc', 'port: 1\nhost: h1\nuser: u1\n')
    const { config, origins, locate } = await load({ environment, flags: [flag('port', 3, '--port')] })
    expect(config).toMatchObject({ port: 3, host: 'h2', user: 'u1', real_stream: true })
    expect(origins.get('port')).toEqual({ from: 'command line', flag: '--port' })
    expect(origins.get('host')).toEqual({ from: 'environment', variable: 'ARGO_PROXY_HOST' })
    expect(origins.get('user')).toEqual({ from: 'file', location: { file: '.argorc', line: 3, column: 7 } })
    expect(origins.get('real_stream')).toBeUndefined()
    expect(locate(['user'])).toMatchObject({ line: 3 })
    expect(locate(['host'])).toBeUndefined()
  })

  test('a fault names the flag or the variable that brought it', async () => {
    const options = {
      environment: { ARGO_PROXY_PORT: '80a', ARGO_PROXY_TIMEOUTS_IDLE: '-1' },
      flags: [flag('host', '', '--host')],
    }
    expect((await faults(options)).sort()).toEqual([
      '--host: is an empty text: write a text',
      'ARGO_PROXY_PORT: is the text "80a": write a whole number from 0 to 65535, such as 44497',
      expect.stringMatching(/^ARGO_PROXY_TIMEOUTS_IDLE: is the number -1/),
    ])
  })

  test('a wrong group of the file is not hidden by a variable below it', async () => {
    folder.write('work/.argorc', 'upstream: 5\n')
    expect(await faults({ environment })).toEqual([
      expect.stringMatching(/^\.argorc:1:11 {2}upstream: is the number 5/),
    ])
  })

  test('--quiet wins over a verbose file, both in one layer are a fault', async () => {
    folder.write('work/.argorc', 'verbose: true\n')
    expect((await load({ flags: [flag('quiet', true, '--quiet')] })).config).toMatchObject({
      verbose: false,
      quiet: true,
    })
    expect((await load({ environment: { ARGO_PROXY_QUIET: 'false' } })).config).toMatchObject({
      verbose: true,
      quiet: false,
    })
    folder.write('work/.argorc', 'verbose: true\nquiet: true\n')
    expect(await faults()).toEqual([
      expect.stringMatching(/^\.argorc:2:8 {2}quiet: cannot be true together with verbose/),
    ])
  })

  test('a whole group is replaced by the command line, and a fallback counts last', async () => {
    folder.write('work/.argorc', 'user: me\nupstream: { kind: openai, base_url: "http://h/v1", api_key: k }\n')
    const upstream = flag('upstream', { kind: 'argo', base_url: 'http://d' }, '--demo')
    const { config, origins } = await load({ flags: [upstream, { ...flag('user', 'demo', '--demo'), fallback: true }] })
    expect(config.upstream).toMatchObject({ kind: 'argo', base_url: 'http://d' })
    expect(config.upstream.api_key).toBeUndefined()
    expect(config.user).toBe('me')
    expect(origins.get('upstream.base_url')).toEqual({ from: 'command line', flag: '--demo' })
    expect(origins.get('upstream.api_key')).toBeUndefined()
  })
})

describe('the upstream', () => {
  test('openai needs its URL', async () => {
    folder.write('work/.argorc', 'upstream:\n  kind: openai\n')
    expect(await faults()).toEqual([expect.stringMatching(/^\.argorc:2:9 {2}upstream\.kind: openai needs base_url/)])
    expect((await load({ environment: { ARGO_PROXY_UPSTREAM_BASE_URL: 'http://h/v1' } })).config.upstream.kind).toBe(
      'openai',
    )
  })

  test.each(['localhost:8000', 'ftp://h', 'http://', 'h'])('%s is no URL for it', async (url) => {
    folder.write('work/.argorc', `upstream: { base_url: "${url}" }`)
    expect(await faults()).toEqual([expect.stringContaining('write a URL that begins with http:// or https://')])
  })

  test('a query in its URL would be lost', async () => {
    folder.write('work/.argorc', 'upstream: { base_url: "http://h/v1?key=a" }')
    expect(await faults()).toEqual([expect.stringContaining('has a query')])
  })

  test('the chat URL of ARGO brings its gateway along, a base URL wins over that', async () => {
    folder.write('work/.argorc', 'argo_url: "http://dev/argoapi/api/v1/resource/chat/"\n')
    const { config, origins, locate } = await load()
    expect(config.upstream.base_url).toBe('http://dev/argoapi')
    expect(origins.get('upstream.base_url')).toEqual(origins.get('upstream.argo_url'))
    expect(locate(['upstream', 'argo_url'])).toMatchObject({ line: 1, column: 11 })
    folder.write('work/.argorc', 'argo_url: "http://dev/api/v1/resource/chat/"\nargo_base_url: "http://base"\n')
    expect((await load()).config.upstream.base_url).toBe('http://base')
  })

  test('the key may stand in a variable that the file names', async () => {
    folder.write('work/.argorc', 'upstream:\n  api_key_env: MY_KEY\n')
    const { config, origins } = await load({ environment: { MY_KEY: 'hidden\n' } })
    expect(config.upstream.api_key).toBe('hidden')
    expect(origins.get('upstream.api_key')).toEqual({ from: 'environment', variable: 'MY_KEY' })
    expect(await faults()).toEqual([
      '.argorc:2:16  upstream.api_key_env: the environment variable "MY_KEY" is not set: export it, with the key as its value',
    ])
    const own = await load({ environment: { ARGO_PROXY_UPSTREAM_API_KEY: 'direct' } })
    expect(own.config.upstream.api_key).toBe('direct')
  })

  test('a key is never quoted in a fault', async () => {
    folder.write('work/.argorc', 'upstream: { api_key: "se\\ncret", headers: { x-key: "se\\ncret" } }')
    const lines = await faults()
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toContain('cret')
  })

  test('without an account ARGO answers nothing: a warning', async () => {
    expect((await load()).warnings?.map(({ key }) => key)).toEqual(['user'])
    expect((await load({ environment: { ARGO_PROXY_USER: 'me' } })).warnings).toEqual([])
    expect((await load({ environment: { ARGO_PROXY_USERNAME_PASSTHROUGH: '1' } })).warnings).toEqual([])
  })
})

describe('a file of the Python argo-proxy', () => {
  const old = [
    'argo_url: "http://dev/argoapi/api/v1/resource/chat/"',
    'argo_stream_url: "http://dev/argoapi/api/v1/resource/streamchat/"',
    'argo_embedding_url: "http://prod/argoapi/api/v1/resource/embed/"',
    'user: "me"',
    'port: 44500',
    'verbose: off',
    'num_workers: 10',
    'timeout: 600',
    'resolve_overrides: {}',
    'real_stream: false',
    '',
  ].join('\n')

  test.each(['work/config.yaml', 'home/.config/argoproxy/config.yaml', 'home/.argoproxy/config.yaml'])(
    'still works at %s',
    async (name) => {
      const path = folder.write(name, old)
      const loaded = await load()
      expect(loaded.file).toBe(path)
      expect(loaded.config).toMatchObject({
        user: 'me',
        port: 44500,
        verbose: false,
        real_stream: false,
        timeouts: { total: 600_000 },
      })
      expect(loaded.config.upstream).toMatchObject({
        kind: 'argo',
        base_url: 'http://dev/argoapi',
        argo_url: 'http://dev/argoapi/api/v1/resource/chat/',
        argo_stream_url: 'http://dev/argoapi/api/v1/resource/streamchat/',
        argo_embedding_url: 'http://prod/argoapi/api/v1/resource/embed/',
      })
      expect(warnings(loaded)).toEqual([
        expect.stringMatching(/config\.yaml:7:1 {2}num_workers: .*ignored/),
        expect.stringMatching(/config\.yaml:9:1 {2}resolve_overrides: .*ignored/),
      ])
    },
  )

  test('yields to anything newer', async () => {
    folder.write('work/config.yaml', old)
    folder.write('home/.config/argo/config.yaml', 'port: 1')
    expect((await load()).config.port).toBe(1)
  })

  test('works by its name, too', async () => {
    folder.write('elsewhere/config-dev.yaml', old)
    const loaded = await load({ file: '../elsewhere/config-dev.yaml' })
    expect(loaded.config).toMatchObject({ port: 44500, verbose: false })
    expect(warnings(loaded)).toHaveLength(2)
  })

  test('has its faults at their places', async () => {
    folder.write('work/config.yaml', 'user: me\nargo_url: nothing\ntimeout: soon\nport: "1"\n')
    expect(await faults()).toEqual([
      expect.stringMatching(/^config\.yaml:2:11 {2}argo_url: is the text "nothing": write a URL/),
      expect.stringMatching(/^config\.yaml:3:10 {2}timeout: is no number/),
      expect.stringMatching(/^config\.yaml:4:7 {2}port: /),
    ])
  })

  test('a config.yaml of another program is left alone', async () => {
    folder.write('work/config.yaml', 'port: 80\nserver:\n  user: x\n{{ not yaml }}\n')
    expect((await load()).file).toBeUndefined()
  })
})

describe('files of others', () => {
  test.skipIf(process.getuid?.() !== 0)(
    'that stand where everyone may write are passed over with a warning (as root)',
    async () => {
      const { chmodSync, chownSync } = await import('node:fs')
      folder.write('.argorc', 'port: 1')
      const path = folder.write('shared/.argorc.mjs', 'globalThis.planted = true; export default { port: 2 }')
      chmodSync(folder.path('shared'), 0o1777)
      chownSync(path, 12345, 12345)
      const loaded = await load({ cwd: folder.path('shared') })
      expect(loaded.config.port).toBe(1)
      expect('planted' in globalThis).toBe(false)
      expect(warnings(loaded)).toEqual([expect.stringMatching(/^\.argorc\.mjs {2}file: was passed over/)])
      expect((await load({ cwd: folder.path('shared'), file: '.argorc.mjs' })).config.port).toBe(2)
    },
  )
})

test('a fault without a line, with one, and with a control character', () => {
  expect(formatLocation({ file: 'f' })).toBe('f')
  expect(formatFault({ location: { file: 'f', line: 1 }, key: 'k', message: 'a\nb\u001b[31m' })).toBe(
    'f:1  k: a b [31m',
  )
  expect(formatFault({ key: '--port', message: 'm' })).toBe('--port: m')
})
