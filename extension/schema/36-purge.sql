-- Retention -----------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_purge(older_than interval, max_rows int = NULL, OUT changes bigint, OUT rejections bigint,
                         OUT idempotency_keys bigint, OUT more bool)
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_purge';
COMMENT ON FUNCTION @extschema@.jb_purge(interval, int) IS
  'Deletes history and rejections older than older_than, and idempotency keys older than 30 days, and returns their numbers. Events of any age stay. With max_rows it deletes about that many rows, and more says whether to call again. Calendars concerned stay locked until the transaction ends.';

-- Each piece is a transaction of its own: a booking waits for at most one piece, and what was purged stays purged if
-- the next piece fails. A procedure that commits can have neither its owner's rights nor a search_path of its own; this
-- one only calls jb_purge.
CREATE PROCEDURE @extschema@.jb_purge_in_pieces(older_than interval, max_rows int = 5000, INOUT changes bigint = NULL,
                                    INOUT rejections bigint = NULL, INOUT idempotency_keys bigint = NULL)
LANGUAGE c
AS 'MODULE_PATHNAME', 'jb_purge_in_pieces';
COMMENT ON PROCEDURE @extschema@.jb_purge_in_pieces(interval, int, bigint, bigint, bigint) IS
  'Deletes the same as jb_purge, about max_rows rows per transaction, so that no booking waits for more than one of these. Returns the numbers deleted; another call continues where it stopped.';
