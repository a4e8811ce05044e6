#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`argo-proxy needs Node.js 22.18 or newer, this is ${process.versions.node}: install a newer Node.js.`)
  process.exit(1)
}
await import('../dist/cli/main.js')
