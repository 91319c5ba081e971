-- Whether one of these members ($1: they hold a seat) can answer a visitor who writes now (R-07, R-08).
SELECT to_json(EXISTS (
  SELECT FROM member JOIN role ON role.id = member.role_id
  WHERE member.id = ANY ($1::bigint[]) AND member.removed_at IS NULL AND member.presence = 'online' AND member.receives
    AND (role.key = 'administrator' OR 'conversations.answer' = ANY (role.permissions))
))
