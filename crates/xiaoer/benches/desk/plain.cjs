// What 5,000 idle sockets cost a bare Node server: the `ws` of the web's own packages and nothing else. Says its
// port, then its memory whenever it reads a line.
const { WebSocketServer } = require(process.argv[2] + '/ws')
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false }, () =>
  console.log(server.address().port),
)
process.stdin.on('data', () => {
  if (global.gc) global.gc()
  console.log(process.memoryUsage().rss)
})
