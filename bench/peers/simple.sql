-- What most would write: one INSERT.  No number within the conversation, so no client can notice that it missed one.
INSERT INTO message (conversation_id, client_id, author_kind, author_id, author_name, body)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id, id AS seq, created_at
