-- Holds ---------------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_confirm(event_id bigint, if_still_free bool = false, scope text = 'one',
                           expected_version bigint = NULL, dry_run bool = false, idempotency_key text = NULL,
                           basis text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_confirm';
COMMENT ON FUNCTION @extschema@.jb_confirm(bigint, bool, text, bigint, bool, text, text, text) IS
  'Confirms a held event, which becomes fixed. Past its deadline the outcome is rejected with hold_expired, unless if_still_free is true and its time is free.';

CREATE FUNCTION @extschema@.jb_deny(event_id bigint, scope text = 'one', expected_version bigint = NULL, dry_run bool = false,
                        idempotency_key text = NULL, basis text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_deny';
COMMENT ON FUNCTION @extschema@.jb_deny(bigint, text, bigint, bool, text, text, text) IS
  'Denies a held event: keeps its row and frees its time. Repeating it returns unchanged; any other status raises 55000.';

CREATE FUNCTION @extschema@.jb_expire(calendars text[] = NULL, principal text = NULL) RETURNS int
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_expire';
COMMENT ON FUNCTION @extschema@.jb_expire(text[], text) IS
  'Writes what is due on these calendars, by default on all. Ends holds past their deadline, expires waiting events whose time has passed, and places others in the time that opens. Returns the number of changes.';
