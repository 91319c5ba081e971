-- Of the visitors connected here ($1): who still exists, the key he is known by now, and whether agents may see what he types.
SELECT json_agg(
  json_build_array(visitor.id, visitor.key, coalesce(visitor.shows_typing, NOT settings.asks_typing_consent))
)
FROM visitor CROSS JOIN settings
WHERE visitor.id = ANY ($1::bigint[])
