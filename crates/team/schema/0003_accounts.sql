-- Whose a shop's accounts on its platform are, and from when until when: `shop:sub` changes hands.
CREATE TABLE shop_account (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  account TEXT NOT NULL,
  person_id BIGINT NOT NULL,
  -- its first moment; null: from the beginning
  from_at BIGINT,
  -- the first moment after it; null: until now and on
  until_at BIGINT,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX shop_account_name ON shop_account (org_id, shop_id, account);
