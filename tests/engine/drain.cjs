// What a browser lives through when its process is stopped and another one comes: node drain.cjs <port> <conversation>
const { io } = require('socket.io-client');

const [port, conversation] = process.argv.slice(2).map(Number);
const socket = io(`http://127.0.0.1:${port}`, {
  path: '/live/widget', transports: ['websocket'], auth: { company: 1, kind: 'visitor', id: 1 }, reconnectionDelay: 50, reconnectionDelayMax: 200,
});
const result = { restart: null, reason: null, acked: [], again: 0 };
const post = async (text) => {
  const ack = await socket.timeout(5000).emitWithAck('post_message', { conversation_id: conversation, client_id: crypto.randomUUID(), text });
  result.acked.push(ack.seq);
};

socket.on('restart', (data) => { result.restart = data; post('while leaving'); });
socket.on('disconnect', (reason) => { result.reason = reason; });
socket.on('connect', async () => {
  if (result.reason === null) {
    await post('before');
    console.log('ready');
    return;
  }
  await post('after');
  console.log(JSON.stringify(result));
  process.exit(0);
});
