-- How far the promise was told of: 0 of nothing, 1 to those who decide prices of the talk, 2 that it broke.
ALTER TABLE conversation ADD COLUMN promise_told BIGINT NOT NULL DEFAULT 0;
-- What is owed to buyers is a few of all talks.
CREATE INDEX conversation_promise ON conversation (org_id, promise_at) WHERE promise_at IS NOT NULL;
