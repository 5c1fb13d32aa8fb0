-- The schema that disintegrate-postgres 4.0.1 lays out (its src/event_store/sql and the column of the domain id), with
-- one number written otherwise: it says 0xFFFFFFFF, which PostgreSQL reads from version 16 on only.
CREATE SEQUENCE seq_event_event_id;
CREATE TABLE event (
    event_id BIGINT PRIMARY KEY DEFAULT nextval('seq_event_event_id'),
    event_type VARCHAR(255),
    payload BYTEA,
    inserted_at TIMESTAMP DEFAULT now()
);
CREATE INDEX idx_event_type_btree ON event(event_type);
CREATE FUNCTION event_store_begin_epoch()
RETURNS void AS $$
DECLARE
    id BIGINT;
    db_id INT;
BEGIN
    SELECT last_value INTO id FROM seq_event_event_id;
    SELECT oid INTO db_id FROM pg_database WHERE datname = current_database();

    PERFORM pg_try_advisory_xact_lock_shared(db_id, 0);
    PERFORM pg_try_advisory_xact_lock_shared(1, (id & 4294967295)::bit(32)::integer);
    PERFORM pg_try_advisory_xact_lock_shared(2, (id >> 32)::bit(32)::integer);
END;
$$ LANGUAGE plpgsql;
ALTER TABLE event ADD COLUMN order_id UUID;
CREATE INDEX idx_event_order_id ON event (order_id) WHERE order_id IS NOT NULL;
