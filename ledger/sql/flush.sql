-- Moves the durable horizon up to the head as this statement sees it, and tells every listener. Its synchronous
-- commit flushes all that stands before it in the write-ahead log.
--   $1 the newest position that the caller waits for (or null): the id of the event there shows whether the
--      events that it saw committed are still those that the ledger holds
WITH advanced AS (
    UPDATE ledger_horizon z SET position = h.position FROM ledger_head h WHERE z.position < h.position
    RETURNING z.position
)
SELECT
    COALESCE((SELECT position FROM advanced), (SELECT position FROM ledger_horizon)) AS "horizon!",
    (SELECT pg_notify('comptoir_ledger', position::text)::text FROM advanced) AS notified,
    (SELECT event_id FROM events WHERE position = $1) AS event_at
