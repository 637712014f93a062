-- What happened to one thing: a short trail in a long log. Messages are read by their conversation, not from here.
CREATE INDEX log_subject ON log (org_id, subject, seq) WHERE kind <> 'message.sent';
