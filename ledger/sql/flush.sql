-- Moves the durable horizon up to the head as this statement sees it. Its synchronous commit
-- flushes all that stands before it in the write-ahead log.
WITH advanced AS (
    UPDATE ledger_horizon z SET position = h.position FROM ledger_head h WHERE z.position < h.position
    RETURNING z.position
)
SELECT COALESCE((SELECT position FROM advanced), (SELECT position FROM ledger_horizon)) AS "horizon!"
