-- An import writes orders in the order of their ids. An index that goes by anything else has a page of its own for
-- each of them, so what only reports and rare searches need goes by id too, and is read from end to end.

-- Orders that count for a customer, as reports read them.
DROP INDEX IF EXISTS shop_order_counted;
CREATE INDEX shop_order_counted ON shop_order (org_id, id, counted_customer, paid_at, sort_at, shop_id, counted_fen)
  WHERE counted_customer IS NOT NULL;
-- The last four digits of a phone. PostgreSQL looks up each row such an index leads to, so there it stays.
-- sqlite: DROP INDEX IF EXISTS order_secret_phone;
-- sqlite: CREATE INDEX order_secret_phone ON order_secret (org_id, order_id, substr(phone, length(phone) - 3));
