-- What one piece of a line cost the shop when its order was made; nothing where nobody had said.
ALTER TABLE order_line ADD COLUMN cost_fen BIGINT;
