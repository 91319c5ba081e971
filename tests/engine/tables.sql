CREATE TABLE conversation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, visitor_id bigint NOT NULL, site_id bigint, visit_id bigint,
  opened_at timestamptz DEFAULT now(), accepted_at timestamptz, assigned_to_id bigint, closed_at timestamptz,
  closed_by_kind text, closed_by_id bigint, last_seq bigint NOT NULL DEFAULT 0, last_message_at timestamptz,
  last_word_seq bigint, answered_seq bigint NOT NULL DEFAULT 0,
  visitor_read_seq bigint NOT NULL DEFAULT 0, team_read_seq bigint NOT NULL DEFAULT 0
);
CREATE TABLE file (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, conversation_id bigint REFERENCES conversation,
  name text NOT NULL, media_type text NOT NULL, size bigint NOT NULL
);
CREATE TABLE message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, conversation_id bigint NOT NULL REFERENCES conversation,
  seq bigint NOT NULL, client_id uuid NOT NULL, author_kind text NOT NULL, author_id bigint, author_name text NOT NULL,
  body text NOT NULL CHECK (body <> 'poison'), file_id bigint REFERENCES file, created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (conversation_id, seq), UNIQUE (conversation_id, client_id)
);
CREATE TABLE role (id bigint PRIMARY KEY, key text, permissions text[] NOT NULL);
CREATE TABLE member (id bigint PRIMARY KEY, role_id bigint NOT NULL REFERENCES role, removed_at timestamptz);
INSERT INTO role VALUES (1, 'agent', '{conversations.answer}'), (2, NULL, '{}');
INSERT INTO member SELECT id, 1 FROM generate_series(1, 99) AS id;
