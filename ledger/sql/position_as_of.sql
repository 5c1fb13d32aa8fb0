-- The newest position recorded at or before $1, within the horizon $2. Positions are dense and times never go
-- back, so halving the range needs no index on time.
WITH RECURSIVE search (low, high) AS (
    SELECT 0::bigint, $2::bigint
    UNION ALL
    SELECT CASE WHEN e.recorded_at <= $1 THEN s.high - (s.high - s.low) / 2 ELSE s.low END,
        CASE WHEN e.recorded_at <= $1 THEN s.high ELSE s.high - (s.high - s.low) / 2 - 1 END
    FROM search s JOIN events e ON e.position = s.high - (s.high - s.low) / 2
    WHERE s.low < s.high
)
SELECT low AS "position!" FROM search WHERE low = high
