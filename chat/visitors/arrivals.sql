-- Let visitors in at $2.  $1 is a JSON list of arrivals: those who are known by their key, and newcomers with a new one.
-- $3 are the sites whose style has a term of its own; of the others, the first $4 may be shown (Site.runs asks the same).
-- Where a style may not, only who is in a conversation comes in.
--
-- Runs after arrivals_lock.sql in the same transaction.  A visit that goes on is written to once a minute; a page twice
-- in a row is one view.  Gives nothing for a site that is gone or requires an identity that was not asked for, nor for a
-- key that belongs to nobody any more.  Tells also what the visitor is welcomed with.
WITH arrival AS MATERIALIZED (
  SELECT *
  FROM ROWS FROM (
    json_to_recordset($1::json) AS (
      site_key text, visitor_key text, is_new boolean, is_identified boolean, language text, ip text, user_agent text, referrer text, zone text,
      screen text, url text, title text
    )
  ) WITH ORDINALITY AS a (
    site_key, visitor_key, is_new, is_identified, language, ip, user_agent, referrer, zone, screen, url, title, place
  )
), site AS MATERIALIZED (
  SELECT *, id = ANY($3::bigint[]) OR row_number() OVER (PARTITION BY id = ANY($3::bigint[]) ORDER BY id) <= $4::int AS runs
  FROM site
  WHERE removed_at IS NULL
), newcomer AS (
  INSERT INTO visitor (key, name, email, phone, company, note, language, visits_count, first_seen_at, last_seen_at)
  SELECT arrival.visitor_key, '', '', '', '', '', arrival.language, 1, $2::timestamptz, $2::timestamptz
  FROM arrival JOIN site ON site.key = arrival.site_key AND (arrival.is_identified OR NOT site.requires_identity)
  WHERE arrival.is_new AND site.runs
  RETURNING *
), who AS MATERIALIZED (
  SELECT
    arrival.*, site.id AS site_id, visitor.id AS visitor_id, row_to_json(visitor) AS visitor, row_to_json(site) AS site,
    EXISTS (SELECT FROM conversation WHERE conversation.visitor_id = visitor.id) AS has_spoken,
    last.id AS last_visit_id, last.last_seen_at, last.scope
  FROM arrival
  JOIN site ON site.key = arrival.site_key AND (arrival.is_identified OR NOT site.requires_identity)
  JOIN visitor ON visitor.key = arrival.visitor_key
  LEFT JOIN LATERAL (
    SELECT id, site_id, last_seen_at, scope FROM visit WHERE visit.visitor_id = visitor.id ORDER BY id DESC LIMIT 1
  ) AS last ON last.site_id = site.id AND last.last_seen_at > $2::timestamptz - interval '30 minutes'
  WHERE site.runs
    OR EXISTS (SELECT FROM conversation WHERE conversation.visitor_id = visitor.id AND conversation.closed_at IS NULL)
  UNION ALL
  SELECT arrival.*, site.id, newcomer.id, row_to_json(newcomer), row_to_json(site), false, NULL, NULL, NULL
  FROM arrival
  JOIN site ON site.key = arrival.site_key
  JOIN newcomer ON newcomer.key = arrival.visitor_key
), begun AS (
  INSERT INTO visit (visitor_id, site_id, began_at, last_seen_at, ip, user_agent, referrer, language, zone, screen)
  SELECT visitor_id, site_id, $2::timestamptz, $2::timestamptz, ip, user_agent, referrer, language, zone, screen
  FROM who
  WHERE last_visit_id IS NULL
  RETURNING id, visitor_id
), going_on AS (
  UPDATE visit SET last_seen_at = $2::timestamptz
  FROM who
  WHERE visit.id = who.last_visit_id AND who.last_seen_at < $2::timestamptz - interval '1 minute'
), known AS (
  UPDATE visitor
  SET last_seen_at = $2::timestamptz, visits_count = visits_count + (who.last_visit_id IS NULL)::int
  FROM who
  WHERE visitor.id = who.visitor_id
    AND (who.last_visit_id IS NULL OR who.last_seen_at < $2::timestamptz - interval '1 minute')
), viewed AS (
  INSERT INTO page_view (visit_id, url, title, at)
  SELECT coalesce(who.last_visit_id, begun.id), who.url, who.title, $2::timestamptz
  FROM who
  LEFT JOIN begun ON begun.visitor_id = who.visitor_id
  LEFT JOIN LATERAL (
    SELECT url FROM page_view WHERE page_view.visit_id = who.last_visit_id ORDER BY id DESC LIMIT 1
  ) AS last ON true
  WHERE who.url <> '' AND who.url IS DISTINCT FROM last.url
  RETURNING id, visit_id
)
SELECT json_build_object(
  'settings', (SELECT row_to_json(settings) FROM settings),
  'arrived', json_agg(json_build_array(
    who.visitor_key, who.visitor_id, coalesce(who.last_visit_id, begun.id), begun.id IS NOT NULL, viewed.id,
    who.has_spoken, who.site_id, who.scope, who.visitor, who.site
  ))
)
FROM who
LEFT JOIN begun ON begun.visitor_id = who.visitor_id
LEFT JOIN viewed ON viewed.visit_id = coalesce(who.last_visit_id, begun.id)
