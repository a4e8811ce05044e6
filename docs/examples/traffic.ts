import { definePlugin } from 'argo-proxy'

/** Counts what goes to the clients, and says it when the proxy stops. */
export default definePlugin({
  name: 'traffic',
  apiVersion: 1,
  setup({ log }) {
    let total = 0
    return {
      stages: [
        {
          slot: 'client-bytes',
          order: 'post',
          step: () => ({
            write(bytes, emit) {
              total += bytes.length
              emit(bytes)
            },
          }),
        },
      ],
      close: () => log.info('bytes sent to clients', { total }),
    }
  },
})
