-- Nicks that a file gave to customers beside their own, so that giving back takes them away.
CREATE TABLE customer_import_nick (
  org_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  slice BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  value TEXT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, run_id, slice, shop_id, value)
);
CREATE INDEX customer_import_nick_customer ON customer_import_nick (org_id, customer_id);
