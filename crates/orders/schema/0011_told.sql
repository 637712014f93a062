-- That a buyer was told of a late parcel, a trouble or a hold: when, and by whom (rows 162 and 302).
CREATE TABLE buyer_told (
  org_id BIGINT NOT NULL,
  -- the parcel, the trouble or the hold
  subject_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, subject_id)
);

-- What the courier last said of a parcel.
CREATE TABLE parcel_trace (
  org_id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (org_id, parcel_id)
);

-- For which promise those whose work it is were told that it is about to break (row 15).
ALTER TABLE parcel ADD COLUMN warned_for BIGINT;

-- Couriers who were asked to come, and what for (row 161).
CREATE TABLE pickup (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  courier TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  parcels BIGINT NOT NULL,
  weight_g BIGINT NOT NULL,
  -- of how many the weight is not known
  unweighed BIGINT NOT NULL,
  note TEXT NOT NULL,
  -- asked, came, cancelled
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  ended_at BIGINT,
  ended_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX pickup_open ON pickup (org_id, courier) WHERE state = 'asked';
CREATE TABLE pickup_parcel (
  org_id BIGINT NOT NULL,
  pickup_id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, pickup_id, parcel_id)
);
