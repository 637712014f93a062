-- How much of what is sellable of one SKU a shop offers, in place of the shop's share (rows 93 and 148).
CREATE TABLE stock_offer (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  -- null: the shop's share
  percent BIGINT,
  -- null: no limit
  most BIGINT,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX stock_offer_of ON stock_offer (org_id, shop_id, sku_id);
