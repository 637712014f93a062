-- What platforms are still to be told of parcels that left (row 147).
CREATE TABLE status_line (
  org_id BIGINT NOT NULL,
  parcel_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  platform TEXT NOT NULL,
  -- waiting, sent, done, failed
  state TEXT NOT NULL,
  -- the last file it stood in
  file_id BIGINT,
  -- how often it stood in one
  tries BIGINT NOT NULL,
  why TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, parcel_id, order_id)
);
CREATE INDEX status_line_open ON status_line (org_id, state, shop_id, platform, parcel_id, order_id) WHERE state <> 'done';
CREATE INDEX status_line_file ON status_line (org_id, file_id, parcel_id, order_id) WHERE file_id IS NOT NULL;

CREATE TABLE status_file (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  platform TEXT NOT NULL,
  at BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  -- when the platform's answer was written down
  told_at BIGINT,
  told_by BIGINT,
  failed BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);

-- Lists of new prices or freights: looked at, carried out, taken back (rows 20 and 21).
CREATE TABLE price_list (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- price or freight
  kind TEXT NOT NULL,
  shop_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- JSON: what it was made by
  made_by TEXT NOT NULL,
  -- made, applied, revoked
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  applied_at BIGINT,
  applied_by BIGINT,
  revoked_at BIGINT,
  revoked_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE TABLE price_line (
  org_id BIGINT NOT NULL,
  list_id BIGINT NOT NULL,
  place BIGINT NOT NULL,
  -- a SKU, or an order
  subject_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  title TEXT NOT NULL,
  old_fen BIGINT NOT NULL,
  new_fen BIGINT NOT NULL,
  floor_fen BIGINT,
  -- open, done, left (not carried out), back (as it was), kept (somebody changed it since)
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  -- what the floor was before
  old_floor_fen BIGINT,
  PRIMARY KEY (org_id, list_id, place)
);

-- What buyers said of orders after they came (row 90).
CREATE TABLE order_review (
  org_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  stars BIGINT,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  -- when it was written down here
  kept_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, order_id)
);
