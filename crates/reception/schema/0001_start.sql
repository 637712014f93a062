-- The thread of one buyer with one shop on one channel, with what lists and clocks need of it.
CREATE TABLE conversation (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  customer_name TEXT NOT NULL,
  customer_level BIGINT NOT NULL,
  customer_vip BIGINT NOT NULL,
  customer_known BIGINT NOT NULL,
  customer_blocked BIGINT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  stage TEXT NOT NULL,
  group_id BIGINT,
  group_name TEXT,
  agent_id BIGINT,
  agent_name TEXT,
  priority BIGINT NOT NULL,
  complaint BIGINT NOT NULL,
  session BIGINT NOT NULL,
  session_open BIGINT NOT NULL,
  rules BIGINT NOT NULL,
  round BIGINT NOT NULL,
  round_open BIGINT NOT NULL,
  waiting_since BIGINT,
  queued_at BIGINT,
  warn_at BIGINT,
  breach_at BIGINT,
  warned BIGINT NOT NULL,
  human_at BIGINT,
  touched_at BIGINT NOT NULL,
  slow BIGINT NOT NULL,
  busy_session BIGINT NOT NULL,
  idle BIGINT NOT NULL,
  promise_at BIGINT,
  remind_at BIGINT,
  clock_at BIGINT,
  last_seq BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  agent_read_seq BIGINT NOT NULL,
  buyer_read_seq BIGINT NOT NULL,
  unread BIGINT NOT NULL,
  last_from TEXT NOT NULL,
  last_kind TEXT NOT NULL,
  last_text TEXT NOT NULL,
  last_at BIGINT NOT NULL,
  -- last_at by the minute, so that the list's index is not rewritten with every message
  active_minute BIGINT NOT NULL,
  template TEXT NOT NULL,
  step BIGINT NOT NULL,
  bargain TEXT,
  tags TEXT NOT NULL,
  payment TEXT,
  payment_done TEXT NOT NULL,
  given_by BIGINT,
  -- the group's own calendar, where it has one
  hours TEXT,
  created_at BIGINT NOT NULL,
  closed_at BIGINT,
  PRIMARY KEY (org_id, id)
-- sqlite: ) WITHOUT ROWID;
-- postgres: ) WITH (fillfactor = 70);

CREATE UNIQUE INDEX conversation_buyer ON conversation (org_id, customer_id, shop_id, channel);
CREATE INDEX conversation_mine ON conversation (org_id, agent_id) WHERE state = 'open';
CREATE INDEX conversation_queue ON conversation (org_id, shop_id) WHERE state = 'queued';
CREATE INDEX conversation_recent ON conversation (org_id, shop_id, active_minute, id);

CREATE TABLE message (
  org_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  at BIGINT NOT NULL,
  sender TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  person_id BIGINT,
  name TEXT,
  client_id TEXT,
  quote BIGINT,
  state TEXT NOT NULL,
  typed_ms BIGINT,
  PRIMARY KEY (org_id, conversation_id, seq)
-- sqlite: ) WITHOUT ROWID;
-- postgres: );
CREATE UNIQUE INDEX message_client ON message (org_id, conversation_id, client_id) WHERE client_id IS NOT NULL;

-- One visit. Written as it happens; `xiaoer check --rebuild` makes the same from the messages.
CREATE TABLE session (
  org_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  no BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  rules BIGINT NOT NULL,
  stage TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  ended TEXT,
  PRIMARY KEY (org_id, conversation_id, no)
);
CREATE INDEX session_started ON session (org_id, shop_id, started_at);

-- From the buyer's first message without an answer to the first effective reply of the agent addressed.
CREATE TABLE round (
  org_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  no BIGINT NOT NULL,
  session BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  agent_id BIGINT,
  buyer_seq BIGINT NOT NULL,
  buyer_at BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  warn_at BIGINT NOT NULL,
  breach_at BIGINT NOT NULL,
  ended_at BIGINT,
  reply_seq BIGINT,
  ended TEXT,
  PRIMARY KEY (org_id, conversation_id, no)
);
CREATE INDEX round_agent ON round (org_id, agent_id, began_at);
CREATE INDEX round_shop ON round (org_id, shop_id, began_at);

-- What the buyer said of a session; not derived from messages alone, so it stands beside.
CREATE TABLE rating (
  org_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  session BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  agent_id BIGINT,
  invited_at BIGINT NOT NULL,
  score BIGINT,
  comment TEXT,
  rated_at BIGINT,
  PRIMARY KEY (org_id, conversation_id, session)
);
CREATE INDEX rating_shop ON rating (org_id, shop_id, invited_at);

CREATE TABLE draft (
  org_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  text TEXT NOT NULL,
  note TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, conversation_id, person_id)
);

-- What a talk was about, in one click.
CREATE TABLE record (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  session BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  topic TEXT NOT NULL,
  product_id BIGINT,
  solution TEXT NOT NULL,
  person_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX record_customer ON record (org_id, customer_id, at);
CREATE INDEX record_conversation ON record (org_id, conversation_id, at);

CREATE TABLE reminder (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  text TEXT NOT NULL,
  due BIGINT NOT NULL,
  rung BIGINT NOT NULL,
  done_at BIGINT,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX reminder_open ON reminder (org_id, person_id, due) WHERE done_at IS NULL;
CREATE INDEX reminder_conversation ON reminder (org_id, conversation_id);

CREATE TABLE quick_reply (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  person_id BIGINT,
  code TEXT NOT NULL,
  category TEXT NOT NULL,
  text TEXT NOT NULL,
  uses BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX quick_reply_shop ON quick_reply (org_id, shop_id, person_id);
