-- What is under way to us: pieces of a SKU that were ordered, and when they are expected (row 149).
CREATE TABLE sku_coming (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  sku_id BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  note TEXT NOT NULL,
  at BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  -- how many came in the end; 0: it was dropped
  received BIGINT,
  ended_at BIGINT,
  ended_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX sku_coming_open ON sku_coming (org_id, sku_id, due_at, id) WHERE received IS NULL;
