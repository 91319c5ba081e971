-- Post messages: number them, check the right to post, write them.  $1 is a JSON list of drafts, in order.
--
-- Runs after posting_lock.sql in the same transaction.  That one holds the conversations' rows, so this one's snapshot
-- sees every message that was ever given a number in them: no hole, no number twice, and a message sent again is found.
WITH draft AS MATERIALIZED (
  SELECT *
  FROM ROWS FROM (
    json_to_recordset($1::json) AS (
      conversation_id bigint, client_id uuid, author_kind text, author_id bigint, author_name text, body text, file_id bigint
    )
  ) WITH ORDINALITY AS d (conversation_id, client_id, author_kind, author_id, author_name, body, file_id, place)
), judged AS MATERIALIZED (
  SELECT
    draft.*, conversation.last_seq, conversation.visitor_id, conversation.assigned_to_id,
    earlier.id AS earlier_id, earlier.seq AS earlier_seq, earlier.created_at AS earlier_at,
    file.key AS file_key, file.name AS file_name, file.size AS file_size, file.media_type AS file_media_type,
    CASE
      WHEN earlier.author_kind = draft.author_kind AND earlier.author_id IS NOT DISTINCT FROM draft.author_id THEN NULL
      WHEN conversation.id IS NULL THEN 'conversation_not_found'
      WHEN draft.author_kind = 'visitor' AND conversation.visitor_id IS DISTINCT FROM draft.author_id THEN 'conversation_not_found'
      WHEN draft.author_kind = 'member' AND conversation.assigned_to_id IS DISTINCT FROM draft.author_id THEN 'conversation_not_found'
      WHEN earlier.id IS NOT NULL THEN 'bad_request'
      WHEN draft.author_kind <> 'system' AND conversation.closed_at IS NOT NULL THEN 'conversation_closed'
      WHEN draft.author_kind = 'member' AND NOT EXISTS (
        SELECT FROM member JOIN role ON role.id = member.role_id
        WHERE member.id = draft.author_id AND member.removed_at IS NULL
          AND (role.key = 'administrator' OR 'conversations.answer' = ANY (role.permissions))
      ) THEN 'not_allowed'
      WHEN draft.file_id IS NOT NULL AND file.id IS NULL THEN 'file_not_found'
    END AS refusal
  FROM draft
  LEFT JOIN conversation ON conversation.id = draft.conversation_id
  LEFT JOIN message earlier ON earlier.conversation_id = draft.conversation_id AND earlier.client_id = draft.client_id
  LEFT JOIN file ON file.id = draft.file_id AND file.conversation_id = draft.conversation_id
), fresh AS MATERIALIZED (
  SELECT DISTINCT ON (conversation_id, client_id) *
  FROM judged
  WHERE refusal IS NULL AND earlier_id IS NULL
  ORDER BY conversation_id, client_id, place
), posted AS (
  INSERT INTO message (conversation_id, seq, client_id, author_kind, author_id, author_name, body, file_id)
  SELECT
    conversation_id, last_seq + row_number() OVER (PARTITION BY conversation_id ORDER BY place),
    client_id, author_kind, author_id, author_name, body, file_id
  FROM fresh
  ORDER BY place
  RETURNING id, conversation_id, client_id, seq, created_at, author_kind
), advanced AS (
  UPDATE conversation
  SET
    last_seq = newest.seq, last_message_at = newest.created_at,
    -- What is said by itself is no word: clocks and lists go by what people wrote.
    last_word_seq = COALESCE(newest.word_seq, conversation.last_word_seq, conversation.last_seq),
    answered_seq = COALESCE(newest.answer_seq, conversation.answered_seq)
  FROM (
    SELECT
      conversation_id, max(seq) AS seq, max(created_at) AS created_at,
      max(seq) FILTER (WHERE author_kind <> 'system') AS word_seq, max(seq) FILTER (WHERE author_kind = 'member') AS answer_seq
    FROM posted
    GROUP BY conversation_id
  ) AS newest
  WHERE conversation.id = newest.conversation_id
)
SELECT json_agg(
  json_build_array(
    judged.refusal,
    COALESCE(judged.earlier_seq, posted.seq),
    COALESCE(judged.earlier_id, posted.id),
    COALESCE(judged.earlier_at, posted.created_at),
    fresh.place IS NOT NULL,
    judged.visitor_id,
    judged.assigned_to_id,
    CASE WHEN judged.file_key IS NOT NULL THEN
      json_build_array(judged.file_id, judged.file_key, judged.file_name, judged.file_size, judged.file_media_type)
    END
  ) ORDER BY judged.place
)
FROM judged
LEFT JOIN fresh ON fresh.place = judged.place
LEFT JOIN posted ON judged.refusal IS NULL
  AND posted.conversation_id = judged.conversation_id AND posted.client_id = judged.client_id
