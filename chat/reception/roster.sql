-- Who could receive visitors now: everybody who may answer, by id, with his state and his departments; and the company's sites
-- with the version of their style.  $1 are those who hold a seat; $2 says whether that is known: while it is not, everybody
-- counts as seated.  States: online, full (as many conversations as he may), busy, offline.
SELECT json_build_object(
  'people', (
    SELECT json_agg(json_build_array(
      member.id,
      CASE
        WHEN ($2::boolean AND member.id <> ALL ($1::bigint[])) OR NOT member.receives OR member.presence NOT IN ('online', 'busy') THEN 'offline'
        WHEN member.presence = 'busy' THEN 'busy'
        WHEN talking.conversations >= coalesce(member.conversation_limit, settings.conversation_limit) THEN 'full'
        ELSE 'online'
      END,
      coalesce((SELECT json_agg(department_id ORDER BY department_id) FROM department_member WHERE member_id = member.id), '[]')
    ) ORDER BY member.id)
    FROM member
    JOIN role ON role.id = member.role_id
    CROSS JOIN settings
    LEFT JOIN (
      SELECT assigned_to_id, count(*) AS conversations FROM conversation
      WHERE closed_at IS NULL AND assigned_to_id IS NOT NULL GROUP BY assigned_to_id
    ) AS talking ON talking.assigned_to_id = member.id
    WHERE member.removed_at IS NULL AND (role.key = 'administrator' OR 'conversations.answer' = ANY (role.permissions))
  ),
  'styles', (SELECT json_agg(json_build_array(id, style_version_id) ORDER BY id) FROM site WHERE removed_at IS NULL)
)
