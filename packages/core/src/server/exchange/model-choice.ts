import type { App } from '../app.ts'

/**
 * The model that answers a request: the one it names, or the configured fallback where the upstream has no such model.
 * A name that nothing is known of is looked up in the upstream's own list first; while that cannot be read, it passes.
 */
export async function chooseModel(name: string, { config, upstream, catalog }: App): Promise<string> {
  const { fallback } = config.models
  const asks = upstream.kind === 'argo' || fallback !== undefined
  if (asks && upstream.knowsModel(name) === undefined) await catalog.learn()
  return upstream.knowsModel(name) === false && fallback !== undefined ? fallback : name
}
