/** Answers every request at each port given with the same small JSON, as cheaply as Node can. */
import { createServer } from 'node:net'

const body = JSON.stringify({ id: 42, name: 'thing', price: 1999, currency: 'EUR', stock: 12, tags: ['a', 'b', 'c'] })
const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`

for (const port of process.argv.slice(2)) {
  createServer({ noDelay: true }, socket => {
    socket.on('error', () => socket.destroy())
    socket.on('data', chunk => {
      let count = 0
      for (let at = chunk.indexOf('\r\n\r\n'); at >= 0; at = chunk.indexOf('\r\n\r\n', at + 4)) count += 1
      if (count > 0) socket.write(count === 1 ? answer : answer.repeat(count), 'latin1')
    })
  }).listen(Number(port), '127.0.0.1')
}
