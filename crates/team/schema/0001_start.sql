CREATE TABLE org (
  org_id BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  made_at BIGINT NOT NULL
);

CREATE TABLE shop (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  platform TEXT NOT NULL,
  kind TEXT NOT NULL,
  edition TEXT NOT NULL,
  edition_until BIGINT,
  time_zone TEXT NOT NULL,
  color TEXT NOT NULL,
  origins TEXT NOT NULL,
  active BIGINT NOT NULL,
  identity_secret TEXT,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX shop_key ON shop (key);

CREATE TABLE paper (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  valid_until BIGINT,
  file BIGINT,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX paper_shop ON paper (org_id, shop_id);

CREATE TABLE role (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  builtin BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);

-- `shops` is a JSON list of ids, or null for all shops, also those that come later.
CREATE TABLE person (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  nick TEXT NOT NULL,
  number BIGINT NOT NULL,
  shops TEXT,
  capacity BIGINT NOT NULL,
  outsourced BIGINT NOT NULL,
  disabled BIGINT NOT NULL,
  locale TEXT NOT NULL,
  theme TEXT NOT NULL,
  density TEXT NOT NULL,
  send_key TEXT NOT NULL,
  password TEXT,
  totp_on BIGINT NOT NULL,
  totp_secret TEXT,
  totp_step BIGINT NOT NULL,
  last_seen BIGINT,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
-- People sign in without naming their organisation.
CREATE UNIQUE INDEX person_login ON person (login);

CREATE TABLE person_role (
  org_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  role_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, person_id, role_id)
);
CREATE INDEX person_role_role ON person_role (org_id, role_id);

CREATE TABLE recovery_code (
  org_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  hash TEXT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (org_id, person_id, hash)
);

CREATE TABLE sign_in (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  hash TEXT NOT NULL,
  csrf TEXT NOT NULL,
  device TEXT NOT NULL,
  address TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  idle_until BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX sign_in_hash ON sign_in (hash);
CREATE INDEX sign_in_person ON sign_in (org_id, person_id);
CREATE INDEX sign_in_idle ON sign_in (idle_until);

-- Failed tries by the hash of what was tried; a login that does not exist has no organisation.
CREATE TABLE sign_in_try (
  subject TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  until BIGINT NOT NULL
);
CREATE INDEX sign_in_try_last ON sign_in_try (last_at);

CREATE TABLE token (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  roles TEXT NOT NULL,
  permissions TEXT NOT NULL,
  shops TEXT,
  lifts_limits BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  seen_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX token_hash ON token (hash);
CREATE INDEX token_person ON token (org_id, person_id);

-- What a person chose; whether it counts is decided by the leases.
CREATE TABLE presence (
  org_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  since BIGINT NOT NULL,
  PRIMARY KEY (org_id, person_id)
);

CREATE TABLE presence_span (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX presence_span_person ON presence_span (org_id, person_id, from_at);
CREATE INDEX presence_span_open ON presence_span (org_id, person_id) WHERE until_at IS NULL;

CREATE TABLE lease (
  org_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  socket BIGINT NOT NULL,
  node TEXT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (org_id, person_id, socket)
);
CREATE INDEX lease_until ON lease (until);

CREATE TABLE skill_group (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  stage TEXT,
  shops TEXT,
  overflow TEXT NOT NULL,
  calendar TEXT,
  PRIMARY KEY (org_id, id)
);

CREATE TABLE group_member (
  org_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, group_id, person_id)
);
CREATE INDEX group_member_person ON group_member (org_id, person_id);

CREATE TABLE shift (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  from_min BIGINT NOT NULL,
  to_min BIGINT NOT NULL,
  color TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE TABLE roster_cell (
  org_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  day TEXT NOT NULL,
  shift_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, person_id, day)
);
CREATE INDEX roster_cell_day ON roster_cell (org_id, day);

-- The present values; shop 0 is the organisation's own.
CREATE TABLE setting (
  org_id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  changed_by BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, key)
);

-- Every change ever made, so that any moment's settings can be read again; a null value is a reset.
CREATE TABLE setting_change (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  shop_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  value TEXT,
  person_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
