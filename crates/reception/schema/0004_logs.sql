-- Messages out of a chat log carry the import that brought them; 0: what follows from them (who had the talk, that it
-- ended). Null: said here.
ALTER TABLE message ADD COLUMN log_run BIGINT;

-- What talks an import brought messages to.
CREATE TABLE log_talk (
  org_id BIGINT NOT NULL,
  run_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, run_id, conversation_id)
);

-- In which talks an account of a shop wrote: whoever it is given to gets what it said there.
CREATE TABLE log_account (
  org_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (org_id, shop_id, conversation_id, account)
);
