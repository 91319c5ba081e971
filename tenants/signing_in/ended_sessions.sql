-- Which of these sign-in sessions ($1) no longer open anything.
SELECT json_agg(asked.id)
FROM unnest($1::bigint[]) AS asked (id)
WHERE NOT EXISTS (
  SELECT FROM session JOIN member ON member.id = session.member_id
  WHERE session.id = asked.id AND session.ended_at IS NULL AND session.expires_at > now() AND member.removed_at IS NULL
)
