-- When the platform expects the buyer to have it.
ALTER TABLE shop_order ADD COLUMN due_at BIGINT;

-- Orders that left without the desk and that it has not seen: it follows them until they arrive (row 18).
CREATE INDEX shop_order_left ON shop_order (org_id, id)
  WHERE seen_rev <> rev AND at_desk = 0 AND order_status = 'open' AND ship_status = 'shipped' AND shipped_at IS NOT NULL;
