-- SKUs of which something showed that the stock in the books is wrong, until somebody has counted them.
CREATE TABLE stock_doubt (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  -- what showed it: missing, stock_missing, hand
  cause TEXT NOT NULL,
  -- where it showed; 0: at no shop
  shop_id BIGINT NOT NULL,
  parcel_id BIGINT,
  text TEXT NOT NULL,
  -- pieces the books said there were, then
  books BIGINT NOT NULL,
  -- pieces that were wanted; null: nobody says
  wanted BIGINT,
  at BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  -- how often it showed since, and when last
  times BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  -- what was counted, and what the books said before
  counted BIGINT,
  counted_at BIGINT,
  counted_by BIGINT,
  books_before BIGINT,
  reason TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX stock_doubt_open ON stock_doubt (org_id, sku_id) WHERE counted_at IS NULL;
CREATE INDEX stock_doubt_waiting ON stock_doubt (org_id, id) WHERE counted_at IS NULL;
