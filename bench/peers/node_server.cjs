// Socket.IO on Node with pg, as its documentation shows it: node node_server.cjs '{"port", "database", "statement"}'
const { createServer } = require('node:http');
const { Server } = require('socket.io');
const { Pool } = require('pg');

const settings = JSON.parse(process.argv[2]);
const pool = new Pool({ connectionString: settings.database, max: 10 });
const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, cors: { origin: '*' } });

io.on('connection', (socket) => {
  const { kind, id, name, conversations } = socket.handshake.auth;
  for (const conversation of conversations) socket.join(`conversation:${conversation}`);
  socket.on('post_message', async ({ conversation_id, client_id, text }, answer) => {
    const values = [conversation_id, client_id, kind, id, name, text];
    const { rows } = await pool.query({ name: 'post', text: settings.statement, values });
    const { id: message_id, seq, created_at: at } = rows[0];
    const author = { kind, id, name };
    const message = { conversation_id, seq: Number(seq), message_id: Number(message_id), client_id, author, text, file: null, at };
    socket.to(`conversation:${conversation_id}`).emit('message_posted', message);
    answer({ ok: true, seq: message.seq, message_id: message.message_id, at });
  });
});

http.listen(settings.port, '127.0.0.1', 4096);
