-- What rang at the packing table, until somebody has seen it; and who did (row 298). One for each parcel rings at a time.
CREATE TABLE desk_alarm (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  why TEXT NOT NULL,
  was TEXT NOT NULL,
  -- what stands on the paper that is to be pulled: a parcel that is sent back loses both
  batch TEXT,
  waybill TEXT,
  at BIGINT NOT NULL,
  seen_at BIGINT,
  seen_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX desk_alarm_rings ON desk_alarm (org_id, parcel_id) WHERE seen_at IS NULL;
CREATE INDEX desk_alarm_open ON desk_alarm (org_id, id) WHERE seen_at IS NULL;
CREATE INDEX desk_alarm_parcel ON desk_alarm (org_id, parcel_id, id);
