#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`argo-proxy needs Node.js 22.19 or newer, this is ${process.versions.node}: install a newer Node.js.`)
  process.exit(1)
}
// Compiled code is kept between starts: below the user's own folder, since others can write into the system's temporary one.
const [{ enableCompileCache }, { homedir }, { join }] = ['node:module', 'node:os', 'node:path'].map((name) =>
  process.getBuiltinModule(name),
)
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'argo-proxy'))
const { main } = await import('../dist/cli/main.js')
await main(process.argv.slice(2))
