-- Who mends what is wrong with a listing, how many tasks came and went, and words that belong to a campaign.
ALTER TABLE listing_task ADD COLUMN owner_id BIGINT;
CREATE INDEX listing_task_done ON listing_task (org_id, done_at);

ALTER TABLE faq ADD COLUMN campaign_id BIGINT;
ALTER TABLE policy ADD COLUMN campaign_id BIGINT;
CREATE INDEX script_campaign ON script (org_id, campaign_id);
CREATE INDEX faq_campaign ON faq (org_id, campaign_id);
CREATE INDEX policy_campaign ON policy (org_id, campaign_id);

-- What of the words and facts somebody has read, as it stood then.
CREATE TABLE learned (
  org_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  -- faq, policy, product
  kind TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  -- when what was read had been changed last
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, person_id, kind, subject_id)
);
CREATE INDEX policy_changed ON policy (org_id, changed_at);
CREATE INDEX product_fact_changed ON product_fact (org_id, changed_at);
