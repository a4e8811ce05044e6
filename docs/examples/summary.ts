import { Transform } from 'node:stream'
import { definePlugin, type Exchange, type StreamEvent } from 'argo-proxy'

/** Closes a long answer with a summary that the model is asked for. It waits, so it is a stream. */
export default definePlugin({
  name: 'summary',
  apiVersion: 1,
  setup: () => ({
    stages: [
      {
        slot: 'events',
        order: 'post',
        when: ({ request }) => request.tools === undefined && (request.n ?? 1) === 1,
        create: appendSummary,
      },
    ],
  }),
})

function appendSummary(exchange: Exchange): Transform {
  let text = ''
  return new Transform({
    objectMode: true,
    transform(event: StreamEvent, _encoding, done) {
      if (event.type === 'text-delta') text += event.delta
      if (event.type !== 'choice-end' || text.length < 500) {
        done(null, event)
        return
      }
      summarize(exchange, text).then((summary) => {
        if (summary) this.push({ type: 'text-delta', choice: 0, delta: `\n\nIn short: ${summary}` })
        done(null, event)
      }, done)
    },
  })
}

async function summarize(exchange: Exchange, text: string): Promise<string> {
  const events = await exchange.ask({
    ...exchange.request,
    messages: [{ role: 'user', content: `Summarize in one sentence:\n\n${text}` }],
  })
  const last = events.at(-1)
  if (last?.type === 'error') exchange.log.warn('no summary', { code: last.error.code })
  return last?.type === 'finish' ? events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('') : ''
}
