-- Orders that count for a customer, as reports read them: without the row itself.
CREATE INDEX shop_order_counted ON shop_order (org_id, counted_customer, paid_at, sort_at, shop_id, counted_fen)
  WHERE counted_customer IS NOT NULL;

-- Orders that went from one customer to another when the two were found to be one.
CREATE TABLE archive_moved (
  org_id BIGINT NOT NULL,
  from_id BIGINT NOT NULL,
  into_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, from_id, into_id, order_id)
);

-- Customers who are still to be told what their orders come to.
CREATE TABLE archive_due (
  org_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, customer_id)
);
INSERT INTO archive_due (org_id, customer_id)
  SELECT DISTINCT org_id, customer_id FROM shop_order WHERE customer_id IS NOT NULL;
