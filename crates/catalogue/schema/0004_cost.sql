-- What one piece costs the shop, where somebody said.
ALTER TABLE sku ADD COLUMN cost_fen BIGINT;
