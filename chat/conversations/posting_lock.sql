-- Hold the conversations a batch writes to ($1).  In the order of their ids: batches of two processes cannot block each
-- other for ever.
SELECT id FROM conversation WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE
