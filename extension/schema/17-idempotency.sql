-- Idempotency keys ----------------------------------------------------------------------------------------------
-- One row per used key (rule 4.16). The call's own transaction writes the row, so the key is kept together with the
-- effects of the call, or not at all, and another call under the same key waits for that transaction. answer is null
-- for a function without outcomes, and while the call is running. For an import it is empty, and import_rows has the
-- answer. A key is kept for 30 days.

CREATE TABLE @extschema@.jb_idempotency (
  principal    text         COLLATE "C" NOT NULL, -- both match exactly, and bytes are compared faster than words
  key          text         COLLATE "C" NOT NULL,
  fingerprint  bytea        NOT NULL,
  answer       @extschema@.jb_outcome[],
  import_rows  @extschema@.jb_import_row[],
  at           timestamptz  NOT NULL,
  PRIMARY KEY (principal, key)
);
COMMENT ON TABLE @extschema@.jb_idempotency IS
  'The idempotency keys of the last 30 days, each with a fingerprint of its request and the answer given.';
CREATE INDEX jb_idempotency_at ON @extschema@.jb_idempotency (at);
