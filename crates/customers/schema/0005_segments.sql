-- What segments ask of customers, told by orders whenever one of theirs is written. 0: never.
ALTER TABLE customer ADD COLUMN first_paid_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN last_paid_at BIGINT NOT NULL DEFAULT 0;
-- since when they are a member: their first completed deal
ALTER TABLE customer ADD COLUMN member_since BIGINT NOT NULL DEFAULT 0;
-- orders with after-sale, and troubles with parcels
ALTER TABLE customer ADD COLUMN refunds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN troubles BIGINT NOT NULL DEFAULT 0;
-- the last of them: when, what, which order
ALTER TABLE customer ADD COLUMN problem_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN problem TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN problem_order BIGINT;

-- All a segment counts of a customer's own row, so that the row itself is not read.
CREATE INDEX customer_figures ON customer (org_id, last_paid_at, id, spent_fen, orders, level, vip, refunds, troubles, merged_into)
  WHERE merged_into IS NULL;

-- Where parcels went to; city is empty where only the province is known.
CREATE TABLE customer_region (
  org_id BIGINT NOT NULL,
  province TEXT NOT NULL,
  city TEXT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, province, city, customer_id)
);
CREATE INDEX customer_region_customer ON customer_region (org_id, customer_id);

-- What they paid for.
CREATE TABLE customer_bought (
  org_id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, sku_id, customer_id)
);
CREATE INDEX customer_bought_customer ON customer_bought (org_id, customer_id);

-- Groups of customers by conditions.
CREATE TABLE customer_segment (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  -- JSON: the conditions
  rule TEXT NOT NULL,
  -- a person; 0: the program
  made_by BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX customer_segment_name ON customer_segment (org_id, folded);
