-- What orders are looked for by, besides number, buyer and time.

-- The beginning of a waybill: compared byte by byte, as the number is.
-- postgres: ALTER TABLE shop_order ALTER COLUMN waybill TYPE TEXT COLLATE "C";
CREATE INDEX shop_order_waybill ON shop_order (org_id, waybill) WHERE waybill IS NOT NULL;
-- The last four digits of a phone.
CREATE INDEX order_secret_phone ON order_secret (org_id, substr(phone, length(phone) - 3)) WHERE phone IS NOT NULL;
-- Of a million orders most are done: the others are few, and lists of them hold those only.
CREATE INDEX shop_order_open ON shop_order (org_id, sort_at, id) WHERE order_status = 'open';
CREATE INDEX shop_order_closed ON shop_order (org_id, sort_at, id) WHERE order_status = 'closed';
CREATE INDEX shop_order_refunded ON shop_order (org_id, sort_at, id) WHERE pay_status = 'refunded';
