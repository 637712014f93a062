-- Orders of all shops and platforms in one pool. What the versions of an order said is merged field by
-- field; null is what no version said.
CREATE TABLE shop_order (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  platform TEXT NOT NULL,
-- sqlite:   number TEXT NOT NULL,
-- postgres: number TEXT COLLATE "C" NOT NULL,
  customer_id BIGINT,
  order_status TEXT NOT NULL,
  pay_status TEXT NOT NULL,
  ship_status TEXT NOT NULL,
  after_status TEXT NOT NULL,
  total_fen BIGINT,
  paid_fen BIGINT,
  placed_at BIGINT,
  paid_at BIGINT,
  shipped_at BIGINT,
  signed_at BIGINT,
  done_at BIGINT,
  -- the latest moment any version carried
  changed_at BIGINT,
  payment TEXT,
  delivery TEXT,
  remark TEXT,
  -- when it was placed, as far as known: the order of lists
  sort_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  -- when the buyer found the order right
  confirmed_at BIGINT,
  -- what the customer's sums hold of it
  counted_customer BIGINT,
  counted_fen BIGINT NOT NULL,
  -- JSON: the moment of the version each field came from
  marks TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX shop_order_number ON shop_order (org_id, shop_id, platform, number);
CREATE INDEX shop_order_search ON shop_order (org_id, number);
CREATE INDEX shop_order_customer ON shop_order (org_id, customer_id, sort_at, id);
CREATE INDEX shop_order_shop ON shop_order (org_id, shop_id, sort_at, id);
CREATE INDEX shop_order_all ON shop_order (org_id, sort_at, id);

CREATE TABLE order_line (
  org_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  -- from 1, as the order lists them
  place BIGINT NOT NULL,
  id BIGINT NOT NULL,
  sku_id BIGINT,
  code TEXT,
  title TEXT NOT NULL,
  spec TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  price_fen BIGINT NOT NULL,
  PRIMARY KEY (org_id, order_id, place)
);

-- What is shown masked and revealed one by one.
CREATE TABLE order_secret (
  org_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  receiver TEXT,
  phone TEXT,
  address TEXT,
  PRIMARY KEY (org_id, order_id)
);

-- What an order holds of the stock: locked, taken, or short when there was too little.
CREATE TABLE order_stock (
  org_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  held TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (org_id, order_id, sku_id)
);
