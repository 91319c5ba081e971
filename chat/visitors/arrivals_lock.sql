-- Let the tabs of one visitor ($1: visitors' keys) come in one after the other, in whichever process: the next statement
-- then sees whether a visit is going on.  In one order, so that two batches cannot wait for each other.
SELECT pg_advisory_xact_lock(hash)
FROM (SELECT hashtextextended(key, 0) AS hash FROM unnest($1::text[]) AS key ORDER BY 1) AS keys
