-- Visitors as the live list shows them: these ($1), and those of these conversations ($2).
SELECT json_agg(json_build_object(
  'id', visitor.id, 'number', visitor.id, 'name', visitor.name, 'verified', visitor.sub IS NOT NULL,
  'visits_count', visitor.visits_count,
  'visit_id', visit.id, 'site_id', visit.site_id, 'began_at', visit.began_at, 'ip', visit.ip, 'user_agent', visit.user_agent,
  'language', visit.language, 'referrer', visit.referrer, 'zone', visit.zone, 'screen', visit.screen,
  'page', (
    SELECT json_build_object('url', page_view.url, 'title', page_view.title, 'at', page_view.at)
    FROM page_view WHERE page_view.visit_id = visit.id ORDER BY page_view.id DESC LIMIT 1
  ),
  'conversation', (
    SELECT json_build_object(
      'id', conversation.id,
      'state', CASE WHEN conversation.accepted_at IS NULL THEN 'waiting' ELSE 'open' END,
      'member', CASE WHEN member.id IS NOT NULL THEN json_build_object('id', member.id, 'name', member.name) END
    )
    FROM conversation LEFT JOIN member ON member.id = conversation.assigned_to_id
    WHERE conversation.visitor_id = visitor.id AND conversation.closed_at IS NULL
  ),
  'invitation', (
    SELECT json_build_object(
      'id', invitation.id,
      'by', CASE WHEN member.id IS NOT NULL THEN json_build_object('id', member.id, 'name', member.name) END,
      'at', invitation.made_at
    )
    FROM invitation LEFT JOIN member ON member.id = invitation.by_id
    WHERE invitation.visitor_id = visitor.id AND invitation.ended_at IS NULL
  )
))
FROM (
  SELECT unnest($1::bigint[]) AS id UNION SELECT visitor_id FROM conversation WHERE id = ANY ($2::bigint[])
) AS asked
JOIN visitor ON visitor.id = asked.id
JOIN LATERAL (SELECT * FROM visit WHERE visit.visitor_id = visitor.id ORDER BY visit.id DESC LIMIT 1) AS visit ON true
