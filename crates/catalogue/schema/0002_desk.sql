-- A SKU that is made of others: it has no stock of its own, its parts have.
CREATE TABLE bundle_part (
  org_id BIGINT NOT NULL,
  bundle_id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  -- pieces of the part in one bundle
  quantity BIGINT NOT NULL,
  PRIMARY KEY (org_id, bundle_id, sku_id)
);
CREATE INDEX bundle_part_sku ON bundle_part (org_id, sku_id);

-- What the warehouse knows of a SKU.
CREATE TABLE sku_handling (
  org_id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  -- of one piece as it is packed, in grams
  weight_g BIGINT,
  -- where it lies
  bin TEXT NOT NULL,
  -- how it is packed
  packing TEXT NOT NULL,
  PRIMARY KEY (org_id, sku_id)
);
