-- Who handed a conversation on, and to whom (nobody: to the queue); not derived from messages, so it stands beside.
CREATE TABLE handed (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  from_id BIGINT NOT NULL,
  by_id BIGINT NOT NULL,
  to_id BIGINT,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX handed_shop ON handed (org_id, shop_id, at);
