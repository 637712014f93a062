-- The words of the shop: scripts (quick replies among them), questions with their answers, policies.

-- A text an agent sends: the shop's, a group's or a person's own.
CREATE TABLE script (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  -- 0: all shops
  shop_id BIGINT NOT NULL,
  -- whose own it is; null: not a person's
  person_id BIGINT,
  -- whose it is; null: not a group's
  group_id BIGINT,
  -- the name of shipped content; empty: written here
  key TEXT NOT NULL,
  -- what is typed after `/`
  code TEXT NOT NULL,
  title TEXT NOT NULL,
  title_en TEXT NOT NULL,
  category TEXT NOT NULL,
  stage TEXT NOT NULL,
  -- the kind of bargaining it answers
  bargain TEXT,
  -- the step of soothing it belongs to
  step BIGINT,
  text TEXT NOT NULL,
  text_en TEXT NOT NULL,
  -- title and text as they are typed in pinyin
  spelled TEXT NOT NULL,
  status TEXT NOT NULL,
  valid_from BIGINT,
  valid_until BIGINT,
  campaign_id BIGINT,
  version BIGINT NOT NULL,
  uses BIGINT NOT NULL,
  used_at BIGINT,
  changed_at BIGINT NOT NULL,
  -- a person; null: the program
  changed_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX script_code ON script (org_id, code);
CREATE INDEX script_key ON script (org_id, key);
CREATE INDEX script_until ON script (org_id, valid_until);
CREATE INDEX script_used ON script (org_id, status, uses);

-- A question with its answer.
CREATE TABLE faq (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  category TEXT NOT NULL,
  intent TEXT NOT NULL,
  question TEXT NOT NULL,
  question_en TEXT NOT NULL,
  -- may be empty as long as it is not published
  answer TEXT NOT NULL,
  answer_en TEXT NOT NULL,
  owner_id BIGINT,
  status TEXT NOT NULL,
  -- why it was declined
  reason TEXT,
  -- who proposed it, out of which talk
  proposed_by BIGINT,
  proposed_at BIGINT,
  conversation_id BIGINT,
  seq BIGINT,
  valid_from BIGINT,
  valid_until BIGINT,
  version BIGINT NOT NULL,
  uses BIGINT NOT NULL,
  helped BIGINT NOT NULL,
  not_helped BIGINT NOT NULL,
  used_at BIGINT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX faq_key ON faq (org_id, key);
CREATE INDEX faq_changed ON faq (org_id, changed_at);
CREATE INDEX faq_until ON faq (org_id, valid_until);

-- Every way an entry is asked: its standard question and the similar ones.
CREATE TABLE faq_question (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  faq_id BIGINT NOT NULL,
  -- 1: the standard question
  standard BIGINT NOT NULL,
  text TEXT NOT NULL,
  -- letters and characters only, by which twins are known
  folded TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX faq_question_entry ON faq_question (org_id, faq_id);
CREATE INDEX faq_question_folded ON faq_question (org_id, folded);

-- The products an entry is about; none: any.
CREATE TABLE faq_product (
  org_id BIGINT NOT NULL,
  faq_id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, faq_id, product_id)
);
CREATE INDEX faq_product_product ON faq_product (org_id, product_id);

-- What buyers really asked and an agent answered with an entry: masked, and gone with the buyer.
CREATE TABLE faq_heard (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  faq_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  text TEXT NOT NULL,
  folded TEXT NOT NULL,
  -- new, accepted, dismissed
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX faq_heard_message ON faq_heard (org_id, conversation_id, seq, faq_id);
CREATE INDEX faq_heard_entry ON faq_heard (org_id, faq_id, state);
CREATE INDEX faq_heard_customer ON faq_heard (org_id, customer_id);

-- Buyers' questions that no entry answered well: masked, and gone with the buyer.
CREATE TABLE faq_missed (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  text TEXT NOT NULL,
  folded TEXT NOT NULL,
  -- the entry that came nearest, if one did
  nearest_id BIGINT,
  confidence DOUBLE PRECISION NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX faq_missed_message ON faq_missed (org_id, conversation_id, seq);
CREATE INDEX faq_missed_at ON faq_missed (org_id, at);
CREATE INDEX faq_missed_folded ON faq_missed (org_id, folded);
CREATE INDEX faq_missed_customer ON faq_missed (org_id, customer_id);

-- What an agent picked for what was asked: evidence for the ranking, counted, without who asked.
CREATE TABLE faq_picked (
  org_id BIGINT NOT NULL,
  faq_id BIGINT NOT NULL,
  folded TEXT NOT NULL,
  text TEXT NOT NULL,
  times BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, faq_id, folded)
);

-- What holds in the shop: returns, warranty, freight.
CREATE TABLE policy (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  category TEXT NOT NULL,
  -- empty: any
  platform TEXT NOT NULL,
  title TEXT NOT NULL,
  title_en TEXT NOT NULL,
  text TEXT NOT NULL,
  text_en TEXT NOT NULL,
  status TEXT NOT NULL,
  valid_from BIGINT,
  valid_until BIGINT,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX policy_key ON policy (org_id, key);
CREATE INDEX policy_until ON policy (org_id, valid_until);

-- Every state a script, entry or policy was saved in.
CREATE TABLE word_version (
  org_id BIGINT NOT NULL,
  -- script, faq, policy
  kind TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  -- a person; null: the program
  changed_by BIGINT,
  -- what was saved, as it came in
  body TEXT NOT NULL,
  PRIMARY KEY (org_id, kind, subject_id, version)
);
