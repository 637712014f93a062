-- What is known of products beyond the catalogue, what goes with them and what is running, and what the team
-- must know. Products, SKUs, shops, people and files are named by id; their rows stand in rooms below.

-- One row a product once somebody wrote something about it.
CREATE TABLE product_fact (
  org_id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  -- grows with every change, so that two editors notice each other
  rev BIGINT NOT NULL,
  category TEXT NOT NULL,
  -- JSON lists
  features TEXT NOT NULL,
  advantages TEXT NOT NULL,
  origin TEXT NOT NULL,
  made_at BIGINT,
  shelf_life_days BIGINT,
  -- figures that may be quoted, JSON
  tests TEXT NOT NULL,
  picture_note TEXT NOT NULL,
  defects TEXT NOT NULL,
  competitor_note TEXT NOT NULL,
  -- JSON; null: none
  size_table TEXT,
  changed_at BIGINT NOT NULL,
  -- null: the program
  changed_by BIGINT,
  PRIMARY KEY (org_id, product_id)
);
CREATE INDEX product_fact_category ON product_fact (org_id, category, product_id);

CREATE TABLE product_batch (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  -- null: all SKUs of the product
  sku_id BIGINT,
  code TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  -- the greatest number: it does not expire
  expires_at BIGINT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX product_batch_code ON product_batch (org_id, product_id, code);
CREATE INDEX product_batch_expiry ON product_batch (org_id, expires_at, id);

CREATE TABLE certificate (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  issuer TEXT NOT NULL,
  file_id BIGINT,
  -- the greatest number: it does not expire
  expires_at BIGINT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX certificate_product ON certificate (org_id, product_id, id);
CREATE INDEX certificate_expiry ON certificate (org_id, expires_at, id);

-- What is repaired, for how long, and what it costs otherwise: one row a part.
CREATE TABLE warranty (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  part TEXT NOT NULL,
  months BIGINT NOT NULL,
  scope TEXT NOT NULL,
  chargeable TEXT NOT NULL,
  -- JSON list
  prices TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX warranty_part ON warranty (org_id, product_id, part);

-- SKUs that are sold before they are there.
CREATE TABLE preorder (
  org_id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  ships_at BIGINT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (org_id, sku_id)
);
CREATE INDEX preorder_product ON preorder (org_id, product_id);

-- From a product (or one of its SKUs; 0 is any) to another.
CREATE TABLE relation (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  product_id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  other_id BIGINT NOT NULL,
  other_sku_id BIGINT NOT NULL,
  note TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX relation_pair ON relation (org_id, kind, product_id, sku_id, other_id, other_sku_id);
CREATE INDEX relation_product ON relation (org_id, product_id);
CREATE INDEX relation_other ON relation (org_id, other_id);

CREATE TABLE campaign (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  -- JSON lists of ids; null: all
  shops TEXT,
  products TEXT,
  -- JSON list
  steps TEXT NOT NULL,
  repeats BIGINT NOT NULL,
  coupon TEXT NOT NULL,
  favourite BIGINT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX campaign_end ON campaign (org_id, ends_at);

CREATE TABLE main_push (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- 0: all shops
  shop_id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  position BIGINT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX main_push_end ON main_push (org_id, ends_at);

-- What was recommended in which talk, and the order in which it was bought.
CREATE TABLE recommendation (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  customer_id BIGINT,
  product_id BIGINT NOT NULL,
  sku_id BIGINT,
  kind TEXT NOT NULL,
  person_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  order_id BIGINT,
  bought_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX recommendation_at ON recommendation (org_id, at, id);
CREATE INDEX recommendation_product ON recommendation (org_id, product_id, at);
CREATE INDEX recommendation_talk ON recommendation (org_id, conversation_id, product_id);

-- Questions that lead an undecided buyer, where a shop has its own.
CREATE TABLE guide (
  org_id BIGINT NOT NULL,
  category TEXT NOT NULL,
  -- JSON list
  questions TEXT NOT NULL,
  PRIMARY KEY (org_id, category)
);

-- How each item of a product's listing checklist stands.
CREATE TABLE listing_mark (
  org_id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  item TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  -- null: the program
  by_id BIGINT,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, product_id, item)
);

-- What of listings is to be mended.
CREATE TABLE listing_task (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  item TEXT NOT NULL,
  source TEXT NOT NULL,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  conversation_id BIGINT,
  shop_id BIGINT,
  state TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by BIGINT,
  done_at BIGINT,
  done_by BIGINT,
  done_note TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX listing_task_state ON listing_task (org_id, state, id);
CREATE INDEX listing_task_product ON listing_task (org_id, product_id, item);

CREATE TABLE notice (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  -- the greatest number: until it is withdrawn
  until BIGINT NOT NULL,
  issued_at BIGINT NOT NULL,
  issued_by BIGINT,
  withdrawn_at BIGINT,
  PRIMARY KEY (org_id, id)
);

-- Whom a notice concerns; none of its rows: all shops.
CREATE TABLE notice_shop (
  org_id BIGINT NOT NULL,
  notice_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, notice_id, shop_id)
);

-- Who signed a notice as read.
CREATE TABLE notice_receipt (
  org_id BIGINT NOT NULL,
  notice_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, notice_id, person_id)
);

CREATE TABLE quiz_question (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  product_id BIGINT,
  -- what a generated question asks for; its own id for one written by hand
  topic TEXT NOT NULL,
  source TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  -- JSON list
  choices TEXT NOT NULL,
  answer BIGINT NOT NULL,
  why TEXT NOT NULL,
  active BIGINT NOT NULL,
  asked BIGINT NOT NULL,
  correct BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX quiz_question_topic ON quiz_question (org_id, topic);
CREATE INDEX quiz_question_product ON quiz_question (org_id, product_id);

CREATE TABLE quiz_attempt (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  -- the questions as they were asked, and what was answered: JSON
  sheet TEXT NOT NULL,
  total BIGINT NOT NULL,
  correct BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX quiz_attempt_person ON quiz_attempt (org_id, person_id, id);
