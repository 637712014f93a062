-- When what is known of deposit and balance was said, so that an older export overwrites nothing newer.
ALTER TABLE presale ADD COLUMN said_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE presale ADD COLUMN deposit_paid_at BIGINT;
