-- What is under way, and what went wrong.

-- How long a courier takes to a region.
CREATE TABLE transit (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- empty: every courier
  courier TEXT NOT NULL,
  -- empty: everywhere else
  region TEXT NOT NULL,
  min_days BIGINT NOT NULL,
  max_days BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX transit_way ON transit (org_id, courier, region);

-- When a parcel that left should be with its buyer, and when it was.
ALTER TABLE parcel ADD COLUMN due_at BIGINT;
ALTER TABLE parcel ADD COLUMN arrived_at BIGINT;
CREATE INDEX parcel_under_way ON parcel (org_id, due_at, id) WHERE state = 'shipped' AND arrived_at IS NULL;

-- Difficult parcels, and what is wrong in the warehouse.
CREATE TABLE desk_trouble (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  parcel_id BIGINT,
  sku_id BIGINT,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  solved_at BIGINT,
  solved_by BIGINT,
  solution TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX desk_trouble_parcel ON desk_trouble (org_id, parcel_id, id) WHERE parcel_id IS NOT NULL;
