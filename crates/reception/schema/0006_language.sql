-- The language the buyer's widget speaks, which automatic messages follow; nothing where nobody told it.
ALTER TABLE conversation ADD COLUMN language TEXT;
