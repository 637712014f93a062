-- Who the buyers are. Customers belong to the organisation; its shops share them.
CREATE TABLE customer (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- what the buyer is called: a nick, never the real name
  name TEXT NOT NULL,
  -- name in lower case, for search
  folded TEXT NOT NULL,
  level BIGINT NOT NULL,
  vip BIGINT NOT NULL,
  vip_note TEXT NOT NULL,
  note TEXT NOT NULL,
  -- whether an identity was proven
  known BIGINT NOT NULL,
  spent_fen BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  -- the customer this one turned out to be; everything else of it stands there
  merged_into BIGINT,
  PRIMARY KEY (org_id, id)
);

-- What is shown masked and revealed one by one.
CREATE TABLE customer_secret (
  org_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  real_name TEXT,
  phone TEXT,
  address TEXT,
  PRIMARY KEY (org_id, customer_id)
);

-- By what a buyer is recognised: the hash of a visitor's token, a shop's own customer id, a platform nick.
CREATE TABLE customer_identity (
  org_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  -- 0 where it holds for every shop
  shop_id BIGINT NOT NULL,
  value TEXT NOT NULL,
  customer_id BIGINT NOT NULL,
  proven BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, kind, shop_id, value)
);
CREATE INDEX customer_identity_customer ON customer_identity (org_id, customer_id);
CREATE INDEX customer_identity_value ON customer_identity (org_id, value);

-- Blocked buyers. A block that ended stays, with who ended it.
CREATE TABLE customer_block (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  -- 0: in all shops
  shop_id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  -- null: until somebody ends it
  until BIGINT,
  -- a person; 0: the program
  decided_by BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  ended_by BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX customer_block_customer ON customer_block (org_id, customer_id) WHERE ended_at IS NULL;
CREATE INDEX customer_block_open ON customer_block (org_id, id) WHERE ended_at IS NULL;
