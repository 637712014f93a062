-- After how many days without a word of the courier a parcel is looked for (row 18).
ALTER TABLE transit ADD COLUMN quiet_days BIGINT NOT NULL DEFAULT 3;

-- When nothing will have been heard of a parcel for too long; and the first moment at which somebody has to look for it,
-- because it is late or nothing is heard.
ALTER TABLE parcel ADD COLUMN quiet_at BIGINT;
ALTER TABLE parcel ADD COLUMN watch_at BIGINT;
UPDATE parcel SET quiet_at = 259200000 + COALESCE(
    (SELECT t.at FROM parcel_trace t WHERE t.org_id = parcel.org_id AND t.parcel_id = parcel.id), shipped_at)
  WHERE state = 'shipped' AND arrived_at IS NULL;
UPDATE parcel SET watch_at = CASE WHEN due_at < quiet_at THEN due_at ELSE quiet_at END
  WHERE state = 'shipped' AND arrived_at IS NULL;

-- What is under way stands in the order in which it is to be looked for, and by number for what goes through all of it.
DROP INDEX parcel_under_way;
-- Only what left has a moment to be looked for at: without the state nobody takes the index of states for the better one.
CREATE INDEX parcel_under_way ON parcel (org_id, id) WHERE arrived_at IS NULL AND watch_at IS NOT NULL;
CREATE INDEX parcel_watch ON parcel (org_id, watch_at, id) WHERE arrived_at IS NULL AND watch_at IS NOT NULL;
