-- What the consoles of one company must be showing: of the members connected here ($1), and of those who hold a seat ($2).
SELECT json_build_object(
  'heads', (SELECT coalesce(json_agg(json_build_array(id, assigned_to_id, last_seq)), '[]') FROM conversation WHERE closed_at IS NULL),
  'unhandled', (SELECT count(*) FROM offline_message WHERE handled_at IS NULL),
  'members', (
    SELECT coalesce(
      json_agg(json_build_object(
        'id', member.id, 'presence', member.presence, 'has_left', member.removed_at IS NOT NULL,
        'role', role.key, 'permissions', role.permissions
      )),
      '[]'
    )
    FROM member JOIN role ON role.id = member.role_id
    WHERE member.id = ANY ($1::bigint[] || $2::bigint[])
  ),
  'talks', (
    SELECT coalesce(json_object_agg(here.id, last.heads), '{}')
    FROM unnest($1::bigint[]) AS here (id)
    CROSS JOIN LATERAL (
      SELECT coalesce(json_object_agg(newest.id, newest.last_seq), '{}') AS heads
      FROM (
        SELECT talk.id, talk.last_seq
        FROM talk JOIN talk_member ON talk_member.talk_id = talk.id
        WHERE talk_member.member_id = here.id
        ORDER BY talk.last_message_at DESC NULLS LAST, talk.id DESC
        LIMIT 100
      ) AS newest
    ) AS last
  )
)
