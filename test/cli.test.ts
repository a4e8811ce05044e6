import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { startArgoGateway } from 'argo-proxy/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useCommand } from './support/command.ts'

const command = useCommand()
const version = /"version": "(.*)"/.exec(
  readFileSync(join(import.meta.dirname, '../packages/core/package.json'), 'utf8'),
)?.[1]

/** What is said on the standard error output, line by line. */
const lines = (text: string): string[] => text.split('\n').filter(Boolean)

function streamChat(url: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'argo:gpt-4o', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  })
}

describe('argo-proxy start', () => {
  test.each(['start --demo --port 0', '--demo --port 0'])(
    'as `argo-proxy %s` serves after the ready line',
    async (words) => {
      const proxy = await command.start(words)
      const answer = await (await streamChat(proxy.url)).text()
      expect(answer).toMatch(/"content":/)
      expect(answer).toMatch(/data: \[DONE\]\n\n$/)
      expect(proxy.stderr()).toMatch(/answers are canned/)
      expect(proxy.stderr()).toContain(`curl -N ${proxy.url}/v1/chat/completions`)
      const { stdout, status } = await proxy.end('SIGINT')
      expect(status).toBe(0)
      expect(stdout).toBe(`argo-proxy listening on ${proxy.url}\n`)
      expect(proxy.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    },
  )

  test('the demo ignores the configured upstream and keeps the rest', async () => {
    command.write('.argorc', 'real_stream: false\nupstream: { kind: openai, base_url: "http://127.0.0.1:9/v1" }\n')
    const proxy = await command.start('start --demo --port 0')
    const response = await streamChat(proxy.url)
    expect(response.headers.get('x-argo-stream-mode')).toBe('pseudo')
    expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/)
  })

  test('--quiet says the ready line and nothing else', async () => {
    const proxy = await command.start('--demo --port 0 --quiet')
    const { stdout, stderr } = await proxy.end()
    expect(stderr).toBe('')
    expect(lines(stdout)).toHaveLength(1)
  })

  test('IPv6 addresses stand in brackets', async () => {
    const proxy = await command.start('--demo --port 0 --host [::1]')
    expect(proxy.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect((await fetch(`${proxy.url}/health`)).status).toBe(200)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s lets an open answer end, refuses new ones, and exits with 0',
    async (signal) => {
      command.write('.argorc', 'timeouts: { shutdown_grace: 5000 }\n')
      const proxy = await command.start('--demo --port 0')
      const response = await streamChat(proxy.url)
      const ended = proxy.end(signal)
      await expect
        .poll(() =>
          fetch(proxy.url).then(
            () => 'open',
            () => 'closed',
          ),
        )
        .toBe('closed')
      expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/)
      expect((await ended).status).toBe(0)
    },
  )

  test('an open answer gets an error when the grace time is over', async () => {
    command.write('.argorc', 'timeouts: { shutdown_grace: 100 }\n')
    const proxy = await command.start('--port 0', { environment: await hangingUpstream() })
    const answer = streamChat(proxy.url).then((response) => response.text())
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect((await proxy.end()).status).toBe(0)
    expect(JSON.parse(await answer)).toMatchObject({ error: { code: 'shutting_down' } })
  })

  test('a second signal ends it at once', async () => {
    const proxy = await command.start('--port 0', { environment: await hangingUpstream() })
    streamChat(proxy.url).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 200))
    proxy.child.kill('SIGINT')
    await expect.poll(() => proxy.stderr()).toContain('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await proxy.end('SIGINT')).status).toBe(130)
  })

  test('a plugin that throws where nobody waits does not end it', async () => {
    command.write(
      'argo.config.mjs',
      `const own = { name: 'stray', apiVersion: 1, setup() {
         setTimeout(() => { throw new Error('thrown in a timer') }, 50)
         setTimeout(() => { Promise.reject(new Error('a lost promise')) }, 50)
         return {}
       } }
       export default { plugins: ['real-stream', own] }`,
    )
    const proxy = await command.start('--demo --port 0')
    await expect.poll(() => proxy.stderr()).toMatch(/thrown in a timer[\s\S]*argo\.config\.mjs/)
    await expect.poll(() => proxy.stderr()).toMatch(/a lost promise/)
    expect((await fetch(`${proxy.url}/health`)).status).toBe(200)
    expect((await proxy.end()).status).toBe(0)
  })

  test('a changed file takes over, a broken one changes nothing and is reported with its lines', async () => {
    command.write('.argorc', 'real_stream: true\n')
    const proxy = await command.start('--demo --port 0')
    const mode = async () => {
      const response = await streamChat(proxy.url)
      await response.text()
      return response.headers.get('x-argo-stream-mode')
    }
    expect(await mode()).toBe('real')
    const open = await streamChat(proxy.url)
    command.write('.argorc', 'real_stream: false\nplugins: [real-stream, [pseudo-stream, { delay: 0 }]]\n')
    await expect.poll(mode, { timeout: 10_000 }).toBe('pseudo')
    expect(await open.text()).toMatch(/data: \[DONE\]\n\n$/)
    command.write('.argorc', 'real_stream: true\nprot: 1\n')
    proxy.child.kill('SIGHUP')
    await expect.poll(() => proxy.stderr(), { timeout: 10_000 }).toMatch(/not reloaded: .*\.argorc:2:1 {2}prot: /)
    expect(await mode()).toBe('pseudo')
    expect((await proxy.end()).status).toBe(0)
  })

  test('a taken port is one line with the remedy', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const { stdout, stderr, status } = await command.run(`start --demo --port ${port}`)
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(new RegExp(`^argo-proxy: port ${port} of 127.0.0.1 is taken: .*--port.*\\n$`))
  })

  test('an address of another machine is one line with the remedy', async () => {
    const { stderr, status } = await command.run('start --demo --port 0 --host 192.0.2.1')
    expect(status).toBe(1)
    expect(stderr).toMatch(/^argo-proxy: 192\.0\.2\.1 is not an address of this machine: .*--host.*\n$/)
  })
})

describe('a wrong configuration', () => {
  test('is told fault by fault, with line and column, and exit status 2', async () => {
    command.write(
      '.argorc',
      'prot: 8080\nport: eighty\nupstream:\n  kind: opnai\nplugins:\n  - real-stream\n  - 5\nhost: a\nhost: b\nuser: me\n',
    )
    for (const words of ['', 'start', 'check', 'explain', 'config show', 'models', 'start --demo']) {
      const { stdout, stderr, status } = await command.run(words)
      expect(status).toBe(2)
      expect(stdout).toBe('')
      const faults = lines(stderr)
      // The demo has an upstream of its own.
      expect(faults).toHaveLength(words === 'start --demo' ? 4 : 5)
      for (const fault of faults) expect(fault).toMatch(/^\.argorc:\d+:\d+ {2}[\w.[\]]+: .+/)
    }
  })

  test('names an unknown plugin at its place', async () => {
    command.write('.argorc', 'user: me\nplugins:\n  - real-stream\n  - sudo-stream\n')
    const { stderr, status } = await command.run('check')
    expect(status).toBe(2)
    expect(stderr).toMatch(/^\.argorc:4:5 {2}plugins\[1\]: .*sudo-stream.*\n$/)
  })

  test('pseudo stream without its plugin is a fault, from the file as from the command line', async () => {
    command.write('.argorc', 'user: me\nreal_stream: false\nplugins: [real-stream]\n')
    const file = await command.run('check')
    expect(file).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^\.argorc:2:14 {2}real_stream: .*pseudo-stream.*\n$/),
    })
    command.write('.argorc', 'user: me\nplugins: [real-stream]\n')
    const flag = await command.run('start --port 0 --pseudo-stream')
    expect(flag).toMatchObject({ status: 2, stderr: expect.stringMatching(/real_stream: .*pseudo-stream.*\n$/) })
  })

  test('a file that is not there is a wrong command line', async () => {
    const { stderr, status } = await command.run('check --config nope.yaml')
    expect(status).toBe(2)
    expect(stderr).toMatch(/^argo-proxy: there is no configuration file .*nope\.yaml: .*--config\n$/)
  })

  test('an unknown variable is a warning only', async () => {
    const environment = { ARGO_PROXY_PROT: '1', ARGO_PROXY_USER: 'me' }
    const { stderr, status } = await command.run('check', { environment })
    expect(status).toBe(0)
    expect(stderr).toBe('warning: ARGO_PROXY_PROT: is not read by anything, did you mean "ARGO_PROXY_PORT"?\n')
  })
})

describe('a wrong command line', () => {
  test.each([
    ['start --prot 1', /unknown option '--prot', did you mean --port\?/],
    ['--prot 1', /unknown option '--prot', did you mean --port\?/],
    ['strat', /"strat" is not a command, did you mean "start"\?/],
    ['dance', /"dance" is not a command: there are .*start, check, explain, config, models/],
    ['start extra', /too many arguments/],
    ['--real-stream --pseudo-stream', /'--real-stream' cannot be used with option '--pseudo-stream'/],
    ['--port', /argument missing/],
    ['explain --endpoint chat', /'chat' is invalid: allowed choices are chat-completions/],
    ['bench http://127.0.0.1:1 --requests 0', /argument '0' is invalid: write a whole number from 1 on \(/],
    ['-c x check', /the command comes before its options: write argo-proxy check -c x\n/],
    ['--port 1 config show', /the command comes before its options: write argo-proxy config show --port 1\n/],
    ['config shwo', /"shwo" is not a command, did you mean "show"\?/],
    ['help nope', /"nope" is not a command: there are help, start,/],
    ['explain nope.json', /the request cannot be read \(ENOENT.*\): name a JSON file/],
    ['explain --with-tools --endpoint completions', /completions know no tools/],
    ['start --port eighty', /^--port: is the text "eighty": write a whole number from 0 to 65535/],
    ['start --port 70000', /^--port: is the number 70000: write a whole number from 0 to 65535/],
  ])('argo-proxy %s', async (words, expected) => {
    const { stdout, stderr, status } = await command.run(words)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(lines(stderr)).toHaveLength(1)
    expect(stderr).toMatch(expected)
  })

  test('a configuration file without --config gets the hint', async () => {
    command.write('my.yaml', 'port: 1')
    expect((await command.run('my.yaml')).stderr).toMatch(/for a configuration file write --config my\.yaml\n$/)
  })
})

describe('argo-proxy config show', () => {
  test('has each value with its origin, the nearest source wins', async () => {
    command.write('work/.argorc', 'port: 1\nhost: h1\nuser: u1\nheartbeat: 5\n')
    const environment = { ARGO_PROXY_PORT: '2', ARGO_PROXY_HOST: 'h2', ARGO_PROXY_REAL_STREAM: 'false' }
    const { stdout, stderr, status } = await command.run('config show --port 3', { cwd: 'work', environment })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(lines(stdout).map((line) => line.replace(/ +#/, ' #'))).toEqual(
      expect.arrayContaining([
        `# ${command.path('work/.argorc')}`,
        'port = 3 # command line --port',
        'host = h2 # environment ARGO_PROXY_HOST',
        'user = u1 # .argorc:3:7',
        'real_stream = false # environment ARGO_PROXY_REAL_STREAM',
        'upstream.kind = argo # default',
        'plugins = ["real-stream","pseudo-stream","tools"] # default',
      ]),
    )
  })

  test('masks what is secret, as text and as JSON', async () => {
    command.write(
      '.argorc',
      [
        'user: me',
        'upstream:',
        '  base_url: http://host/v1',
        '  api_key_env: MY_KEY',
        '  headers: { X-Anything: hunter2 }',
        'plugins: [[tools, { token: hunter2, note: sk-hunter2hunter2 }]]',
      ].join('\n'),
    )
    for (const words of ['config show', 'config show --json', 'config --json']) {
      const { stdout, status } = await command.run(words, { environment: { MY_KEY: 'hunter2' } })
      expect(status).toBe(0)
      expect(stdout).not.toContain('hunter2')
      expect(stdout).toMatch(/MY_KEY[\s\S]*X-Anything/)
    }
  })

  test('as JSON is for programs', async () => {
    command.write('.argorc', 'user: me\n')
    const { stdout } = await command.run('config show --json')
    expect(JSON.parse(stdout)).toMatchObject({
      file: command.path('.argorc'),
      values: { user: { value: 'me', origin: '.argorc:1:7' }, port: { value: 44497, origin: 'default' } },
    })
  })
})

describe('each kind of file', () => {
  test.each([
    ['.argorc', 'port: 1', '.argorc:1:7'],
    ['.argorc.json', '{"port": 1}', '.argorc.json:1:10'],
    ['argo.config.ts', 'const port: number = 1\nexport default { port }', 'argo.config.ts'],
    ['package.json', '{\n "argo": { "port": 1 } }', 'package.json:2:20'],
    ['.config/argorc.yaml', 'port: 1', '.config/argorc.yaml:1:7'],
    ['config.yaml', 'port: 1\nargo_base_url: http://h\nnum_workers: 3', 'config.yaml:1:7'],
    ['home/.config/argo/config.yaml', 'port: 1', 'home/.config/argo/config.yaml:1:7'],
    ['home/.argoproxy/config.yaml', 'port: 1', 'home/.argoproxy/config.yaml:1:7'],
  ])('%s', async (name, text, origin) => {
    command.write(name, text)
    const { stdout, status } = await command.run('config show')
    expect(status).toBe(0)
    expect(stdout.replace(/ +#/g, ' #')).toContain(`port = 1 # ${origin}\n`)
  })

  test('a crash of one in code is one line and no stack', async () => {
    command.write('argo.config.ts', 'const a: any = undefined\na.b()\nexport default {}')
    const { stderr, status } = await command.run('start --verbose')
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^argo\.config\.ts:2:3 {2}file: failed while it was loaded \(TypeError: .*\): correct it there\n$/,
    )
  })
})

describe('the other commands', () => {
  test('check says what is in order', async () => {
    command.write('.argorc', 'user: me\n')
    const { stdout, stderr, status } = await command.run('check')
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    expect(stdout).toMatch(/real-stream[\s\S]*pseudo-stream[\s\S]*tools[\s\S]*The configuration is valid\.\n$/)
  })

  test('where real-stream is left out, check, explain and start name the mode that is in force', async () => {
    command.write('.argorc', 'user: me\nplugins: [pseudo-stream]\n')
    expect((await command.run('check')).stdout).toMatch(/^mode +pseudo stream$/m)
    expect((await command.run('explain')).stdout).toMatch(/^mode +pseudo, because/m)
    const proxy = await command.start('start --port 0')
    expect((await proxy.end()).stderr).toMatch(/^ +mode +pseudo stream$/m)
  })

  test('bench of a server that is not there says what to do', async () => {
    const { stderr, status } = await command.run('bench http://127.0.0.1:9')
    expect(status).toBe(1)
    expect(stderr).toMatch(/^argo-proxy: http:\/\/127\.0\.0\.1:9: cannot be reached \(ECONNREFUSED\): start .*URL\n$/)
  })

  test('explain shows the mode, why, and each stream with its owner', async () => {
    command.write('.argorc', 'user: me\n')
    const plain = await command.run('explain')
    expect(plain.stdout).toMatch(/^mode +real, because .*$/m)
    expect(plain.stdout).toMatch(/^1\. +decode +argo-proxy[\s\S]*plugin-real-stream[\s\S]*encode +argo-proxy/m)
    const tools = await command.run('explain --with-tools')
    expect(tools.stdout).toMatch(/^mode +pseudo, because .*tool.*$/m)
    expect(tools.stdout).toMatch(/gather[\s\S]*plugin-tools[\s\S]*pace/)
    const request = command.write('request.json', '{"model": "gpt-4o", "input": "Hello", "stream": true}')
    expect((await command.run(`explain ${request} --pseudo-stream`)).stdout).toMatch(
      /^endpoint +responses\nmode +pseudo/,
    )
    const stdin = '{"model": "gpt-4o", "prompt": "Hello"}'
    expect((await command.run('explain -', { stdin })).stdout).toMatch(/^endpoint +completions/)
  })

  test.each([
    ['{"model": ', 2, /request\.json is not JSON \(.*\): write/],
    ['{"model": 5, "messages": []}', 2, /model/],
    ['{"model": "gpt-4o"}', 2, /messages/],
    ['\uFEFF{"model": "with-a-byte-order-mark", "messages": 5}', 2, /messages/],
  ])('explain of the request %s', async (text, expected, message) => {
    command.write('.argorc', 'user: me\n')
    command.write('request.json', text)
    const { stderr, status } = await command.run('explain request.json')
    expect(status).toBe(expected)
    expect(lines(stderr)).toHaveLength(1)
    expect(stderr).toMatch(message)
  })

  test('models lists those of the upstream, or says that it cannot be reached', async () => {
    const gateway = await startArgoGateway()
    onTestFinished(() => gateway.close())
    const environment = { ARGO_PROXY_UPSTREAM_BASE_URL: gateway.url, ARGO_PROXY_USER: 'me' }
    const { stdout, status } = await command.run('models', { environment })
    expect(status).toBe(0)
    expect(stdout).toMatch(/gpt-4o/)
    const asJson = await command.run('models --json', { environment })
    expect(JSON.parse(asJson.stdout)).toEqual(expect.arrayContaining([expect.objectContaining({ object: 'model' })]))
    const gone = await command.run('models', {
      environment: { ...environment, ARGO_PROXY_UPSTREAM_BASE_URL: 'http://127.0.0.1:9' },
    })
    expect(gone.status).toBe(1)
    expect(lines(gone.stderr)).toHaveLength(1)
    expect(gone.stderr).toMatch(/^argo-proxy: .*127\.0\.0\.1:9.*/)
  })

  test.each(['--version', '-V', '--help', 'start --help', 'help config'])(
    '%s loads nothing of the server',
    async (words) => {
      const hook = `import { registerHooks } from 'node:module'
      registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) })`
      command.write('.argorc', 'port: broken')
      const { stdout, stderr, status } = await command.run(words, {
        environment: { NODE_OPTIONS: `--import ${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)}` },
      })
      expect(status).toBe(0)
      expect(stdout).toMatch(/ersion|Usage:/.test(words) ? /./ : /Usage: argo-proxy|^\d/)
      if (words === '--version') expect(stdout).toBe(`${version}\n`)
      expect(stderr).toContain('cli/main.js')
      expect(stderr).not.toMatch(
        /\/(server|upstreams|endpoints|plugins|pipeline)\/|zod|winston|cosmiconfig|http-proxy-3/,
      )
    },
  )
})

/** Variables that point to an upstream which never answers. */
async function hangingUpstream(): Promise<Record<string, string>> {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { ARGO_PROXY_UPSTREAM_BASE_URL: `http://127.0.0.1:${port}`, ARGO_PROXY_USER: 'me' }
}
