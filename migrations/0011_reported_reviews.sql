-- Reviews that somebody has reported and nobody has looked at are listed for the platform: the read model counts their open
-- reports. It is rebuilt by the release that comes with this (its version has changed).
ALTER TABLE read_reviews.reviews ADD COLUMN open_reports integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN read_reviews.reviews.open_reports IS 'since the review was last hidden, or an admin said that it stays';

CREATE INDEX reviews_by_time ON read_reviews.reviews (posted_position);
CREATE INDEX reviews_reported ON read_reviews.reviews (posted_position) WHERE open_reports > 0;
