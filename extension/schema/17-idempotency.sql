-- Idempotency keys ----------------------------------------------------------------------------------------------
-- One row per key that was used, written in the transaction of the call it belongs to: so a key is kept with what the
-- call did, or not at all, and whoever comes with the same key meanwhile waits for that transaction. answer is null
-- for a function that returns no outcome, and while its call is under way. A key lasts 30 days.

CREATE TABLE @extschema@.jb_idempotency (
  principal    text         NOT NULL,
  key          text         NOT NULL,
  fingerprint  bytea        NOT NULL,
  answer       @extschema@.jb_outcome[],
  at           timestamptz  NOT NULL,
  PRIMARY KEY (principal, key)
);
COMMENT ON TABLE @extschema@.jb_idempotency IS
  'The idempotency keys of the last 30 days, each with a fingerprint of its request and the answer that was given.';
CREATE INDEX jb_idempotency_at ON @extschema@.jb_idempotency (at);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_idempotency', '');
