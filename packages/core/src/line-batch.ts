import { Writable } from 'node:stream'

/**
 * Collects what is written in one turn of the event loop and writes it at once: under load, a system call for each line
 * would show. What is left when the process exits is written then.
 */
export function lineBatch(target: Pick<NodeJS.WritableStream, 'write'>): Writable {
  let lines = ''
  function flush(): void {
    if (lines !== '') target.write(lines)
    lines = ''
  }
  process.once('exit', flush)
  return new Writable({
    decodeStrings: false,
    write(line, _encoding, done) {
      if (lines === '') setImmediate(flush)
      lines += String(line)
      done()
    },
  })
}
