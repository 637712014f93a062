-- Bytes that no file names any more, perhaps: whoever sweeps looks again.
CREATE TABLE file_gone (
  org_id BIGINT NOT NULL,
  hash TEXT NOT NULL,
  -- when it was found that nobody has them, and they began to be taken away; 0: not yet
  begun_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, hash)
);
CREATE INDEX file_gone_hash ON file_gone (hash) WHERE begun_at <> 0;

-- Whose files there are, and who else has the same bytes.
CREATE INDEX file_owner ON file (org_id, owner_kind, owner_id);
CREATE INDEX file_subject ON file (org_id, subject) WHERE subject <> 0;
CREATE INDEX file_hash ON file (hash);
CREATE INDEX file_thumb ON file (thumb) WHERE thumb IS NOT NULL;
