-- What both peers write to: the same columns and keys as ours, without companies.
CREATE TABLE conversation (
  id bigint PRIMARY KEY, last_seq bigint NOT NULL DEFAULT 0, last_message_at timestamptz
) WITH (fillfactor = 70);
CREATE TABLE message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, conversation_id bigint NOT NULL REFERENCES conversation,
  seq bigint, client_id uuid NOT NULL, author_kind text NOT NULL, author_id bigint, author_name text NOT NULL,
  body text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (conversation_id, seq), UNIQUE (conversation_id, client_id)
);
INSERT INTO conversation (id) SELECT generate_series(1, 1000);
