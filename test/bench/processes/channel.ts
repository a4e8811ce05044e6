/** What a child process of the benchmark says to its parent, and hears from it: JSON texts over Node's channel. */
export interface Channel<Sent> {
  send(message: Sent): void
}

/** In a child: it ends with its parent, however that ended. */
export function channelToParent<Heard, Sent>(hear: (message: Heard) => void): Channel<Sent> {
  process.on('message', (text) => hear(JSON.parse(String(text))))
  process.on('disconnect', () => process.exit())
  // In good order, so that a profile is written.
  process.on('SIGTERM', () => process.exit())
  // Ctrl-C goes to the whole group: the parent ends its children when it has their figures or none.
  process.on('SIGINT', () => {})
  return { send: (message) => void process.send?.(JSON.stringify(message)) }
}
