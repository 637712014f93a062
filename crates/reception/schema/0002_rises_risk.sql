-- When a waiting buyer rises one priority, and whether the buyer of the present session threatened.
ALTER TABLE conversation ADD COLUMN rises_at BIGINT;
ALTER TABLE conversation ADD COLUMN risk TEXT;
UPDATE conversation SET rises_at = queued_at + 300000 WHERE state = 'queued';
