-- Retention -----------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_purge(older_than interval, max_rows int = NULL, OUT changes bigint, OUT rejections bigint,
                         OUT idempotency_keys bigint, OUT more bool)
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_purge';
COMMENT ON FUNCTION @extschema@.jb_purge(interval, int) IS
  'Forgets history and rejections older than this, and idempotency keys of more than 30 days, and tells how many of each; events stay, whatever their age; all of it, or about max_rows rows, and then more tells whether to call again; the calendars concerned are locked until the transaction ends.';

-- Each piece is a transaction of its own: a booking waits for at most one piece, and what was purged stays purged if
-- the next piece fails. A procedure that commits can have neither its owner's rights nor a search_path of its own; this
-- one only calls jb_purge.
CREATE PROCEDURE @extschema@.jb_purge_in_pieces(older_than interval, max_rows int = 5000, INOUT changes bigint = NULL,
                                    INOUT rejections bigint = NULL, INOUT idempotency_keys bigint = NULL)
LANGUAGE c
AS 'MODULE_PATHNAME', 'jb_purge_in_pieces';
COMMENT ON PROCEDURE @extschema@.jb_purge_in_pieces(interval, int, bigint, bigint, bigint) IS
  'Forgets what jb_purge forgets, about max_rows rows in each transaction, so that no booking waits for longer than one of them takes; tells how many of each, and goes on where it stopped when it is called again.';
