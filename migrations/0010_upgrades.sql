-- Upgrades of licences: which licence another took the place of, and was taken the place of by, in the read model. Its version
-- goes up with it, so that a node that starts fills the new columns from events.

ALTER TABLE read_licences.licences
    ADD COLUMN upgrade_of uuid,
    ADD COLUMN superseded_by uuid;

COMMENT ON COLUMN read_licences.licences.upgrade_of IS 'the smaller licence whose price was counted towards this one';
COMMENT ON COLUMN read_licences.licences.superseded_by IS 'the bigger licence that has taken its place, for as long as it has';
