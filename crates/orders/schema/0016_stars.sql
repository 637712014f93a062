-- What a platform said last with stars of what stands beside it in full: JSON by field, each with when.
ALTER TABLE order_secret ADD COLUMN stars TEXT;
