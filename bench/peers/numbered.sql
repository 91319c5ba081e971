-- The same work as ours: a number without holes under the conversation's lock, and a message sent twice refused by a key.
WITH held AS (
  UPDATE conversation SET last_seq = last_seq + 1, last_message_at = now() WHERE id = $1 RETURNING last_seq
)
INSERT INTO message (conversation_id, seq, client_id, author_kind, author_id, author_name, body)
SELECT $1::bigint, last_seq, $2::uuid, $3::text, $4::bigint, $5::text, $6::text FROM held
RETURNING id, seq, created_at
