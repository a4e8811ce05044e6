import type { ConfigFlags } from './flags.ts'
import { listModels } from './list-models.ts'
import { loadForCommand } from './load.ts'
import { exit, table, write } from './output.ts'

/** `argo-proxy models`: what the upstream offers. */
export async function models(flags: ConfigFlags & { json?: true }): Promise<void> {
  const { loaded, log } = await loadForCommand(flags)
  const list = await listModels(loaded, log)
  if (flags.json) write(JSON.stringify(list, null, 2))
  else for (const line of table([['model', 'owner'], ...list.map(({ id, owned_by }) => [id, owned_by])])) write(line)
  exit(0)
}
