// What browsers rely on, asked with the official client: node contract.cjs <port> <conversation>
const { io } = require('socket.io-client');

const [port, conversation] = process.argv.slice(2).map(Number);
const heard = { visitor: [], agent: [] };
const connect = (kind, id) => {
  const socket = io(`http://127.0.0.1:${port}`, { path: '/live/widget', transports: ['websocket'], auth: { company: 1, kind, id } });
  socket.onAny((name, data) => heard[kind === 'visitor' ? 'visitor' : 'agent'].push([name, data]));
  return socket;
};
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const ask = (socket, event, data) => socket.timeout(5000).emitWithAck(event, data);
const post = (socket, text, client_id = crypto.randomUUID()) => ask(socket, 'post_message', { conversation_id: conversation, client_id, text });

(async () => {
  const visitor = connect('visitor', 1);
  const agent = connect('member', 2);
  const result = { disconnects: 0 };
  visitor.on('disconnect', () => { result.disconnects += 1; });
  await Promise.all([visitor, agent].map((socket) => new Promise((done) => socket.once('welcome', done))));

  result.echo = await ask(visitor, 'echo', { text: 'héllo ✓ 😀 "quoted" \\ back', long: 'L'.repeat(15000) });
  result.unknown = await ask(visitor, 'nonsense', {});
  result.not_a_dict = await ask(visitor, 'echo', 5);
  result.bug = await ask(visitor, 'break', {});

  const id = crypto.randomUUID();
  result.first = await post(visitor, 'héllo ✓ 😀', id);
  result.again = await post(visitor, 'héllo ✓ 😀', id);
  result.answer = await post(agent, 'Hello!');
  result.too_long = await post(agent, 'L'.repeat(15000));
  result.not_a_text = await ask(agent, 'post_message', { conversation_id: conversation, client_id: crypto.randomUUID(), text: { a: 1 } });
  result.nothing = await ask(agent, 'post_message', null);

  for (let n = 0; n < 20; n += 1) visitor.emit('typing', { conversation_id: conversation, text: `hel${n}` });
  agent.emit('typing', { conversation_id: conversation, text: 'not for visitors' });
  result.sync = await ask(visitor, 'sync', { conversation_id: conversation, after: 0 });
  await wait(3500); // three pings and pongs

  const burst = await Promise.all(Array.from({ length: 30 }, (_, n) => post(visitor, `burst ${n}`)));
  result.burst = burst.map((ack) => (ack.ok ? ack.seq : ack.error.code));
  result.connected = visitor.connected && agent.connected;
  console.log(JSON.stringify({ ...result, heard }));
  process.exit(0);
})();
