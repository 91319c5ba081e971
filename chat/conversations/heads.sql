-- How far each open conversation has come, of the visitors ($1) and members ($2) connected here, and others looked at ($3).
SELECT json_agg(json_build_array(id, last_seq, visitor_id, assigned_to_id))
FROM conversation
WHERE (closed_at IS NULL AND (visitor_id = ANY ($1::bigint[]) OR assigned_to_id = ANY ($2::bigint[])))
   OR id = ANY ($3::bigint[])
