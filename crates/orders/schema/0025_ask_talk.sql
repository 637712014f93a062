-- The open price requests of a talk: asked for whenever an agent's promise there is about to break.
CREATE INDEX order_ask_talk ON order_ask (org_id, conversation_id) WHERE state = 'open' AND kind = 'price';
