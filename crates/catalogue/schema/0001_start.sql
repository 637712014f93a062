-- What the shops sell. Products, SKUs and stock belong to the organisation: its shops share one stock.
CREATE TABLE product (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  code TEXT NOT NULL,
  title TEXT NOT NULL,
  -- the id of a file, or a web address
  picture TEXT,
  url TEXT,
  -- one a line
  selling_points TEXT NOT NULL,
  active BIGINT NOT NULL,
  -- code, title and SKU codes in lower case, for search
  folded TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX product_code ON product (org_id, code);

-- The shops a product is sold in; a product without a row here is sold in all of them.
CREATE TABLE product_shop (
  org_id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, product_id, shop_id)
);

CREATE TABLE sku (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  -- the merchant code: one for all listings of all shops
  code TEXT NOT NULL,
  spec TEXT NOT NULL,
  price_fen BIGINT NOT NULL,
  floor_fen BIGINT NOT NULL,
  on_hand BIGINT NOT NULL CHECK (on_hand >= 0),
  locked BIGINT NOT NULL CHECK (locked >= 0),
  safety BIGINT NOT NULL CHECK (safety >= 0),
  active BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX sku_code ON sku (org_id, code);
CREATE INDEX sku_product ON sku (org_id, product_id, id);
