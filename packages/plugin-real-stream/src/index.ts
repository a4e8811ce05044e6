import { definePlugin } from 'argo-proxy'

/** Offers the mode `real`: the upstream's streaming call, whose events are passed on as they come. */
export default definePlugin({
  name: '@argo-proxy/plugin-real-stream',
  apiVersion: 1,
  setup: () => ({ modes: { real: { upstream: 'stream', pace: 'passthrough' } } }),
})
