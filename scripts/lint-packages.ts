import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** Checks every package as it would be published, with its bundle. Exits with 1 where publint finds anything. */
const packages = join(import.meta.dirname, '..', 'packages')
let found = 0
for (const name of readdirSync(packages)) {
  const pkgDir = join(packages, name)
  execFileSync(process.execPath, [join(import.meta.dirname, 'bundle.ts')], { cwd: pkgDir })
  const { messages } = await publint({ pkgDir, strict: true, pack: false })
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(pkgDir, 'package.json'), 'utf8'))
  for (const message of messages) {
    found += 1
    process.stderr.write(`packages/${name}: ${formatMessage(message, manifest)}\n`)
  }
}
process.exitCode = found > 0 ? 1 : 0
