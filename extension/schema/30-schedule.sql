-- Placing -------------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_schedule(event_name text, duration interval = NULL, event_date date = NULL, start_time time = NULL,
                            start_timestamp timestamptz = NULL, attendees text[] = NULL, event_location text = NULL,
                            calendars text[] = NULL, not_before timestamptz = NULL, not_after timestamptz = NULL,
                            priority int = 50, preempt bool = false, on_no_slot text = 'reject',
                            check_attendees bool = NULL, hold_for interval = NULL, recurrence text = NULL,
                            attachments jsonb[] = NULL, allow_past bool = false,
                            dry_run bool = false, description text = NULL, metadata jsonb = NULL, days int = NULL,
                            within jsonb = NULL, one_of jsonb = NULL, max_attendees int = NULL,
                            idempotency_key text = NULL, basis text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_schedule';
COMMENT ON FUNCTION @extschema@.jb_schedule IS
  'Places an event: fixed at event_date and start_time or at start_timestamp, else automatic in the earliest open slot. It needs all of calendars (default ceo, none beside one_of), and some of each list of one_of. Without a place the outcome is rejected or waiting, with the reason; invalid input raises 22023. A recurrence makes a series, placed whole or not at all unless on_no_slot is skip.';

CREATE FUNCTION @extschema@.jb_schedule_all(requests jsonb, dry_run bool = false, all_or_none bool = false,
                                idempotency_key text = NULL, basis text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_schedule_all';
COMMENT ON FUNCTION @extschema@.jb_schedule_all(jsonb, bool, bool, text, text, text) IS
  'Places the events of a JSON array, or one JSON object, in the form of POST /events, in order, with one outcome each. One invalid request, named by its index, refuses all. With all_or_none, one rejection undoes all.';

CREATE FUNCTION @extschema@.jb_reschedule(event_id bigint, event_date date = NULL, start_time time = NULL,
                              start_timestamp timestamptz = NULL, duration interval = NULL, calendars text[] = NULL,
                              make_automatic bool = false, scope text = 'one', expected_version bigint = NULL,
                              dry_run bool = false, days int = NULL, within jsonb = NULL,
                              one_of jsonb = NULL, idempotency_key text = NULL, basis text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_reschedule';
COMMENT ON FUNCTION @extschema@.jb_reschedule(bigint, date, time, timestamptz, interval, text[], bool, text, bigint, bool, int, jsonb, jsonb, text, text, text) IS
  'Moves an event by the rules of placing, ignoring its own time; if rejected, it stays where it was. A null argument keeps its value; make_automatic returns the event to the scheduler. With scope following or all, the rest of its series moves equally far.';

CREATE FUNCTION @extschema@.jb_update(event_id bigint, changes jsonb, expected_version bigint = NULL, replace bool = false,
                          dry_run bool = false, idempotency_key text = NULL, basis text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_update';
COMMENT ON FUNCTION @extschema@.jb_update(bigint, jsonb, bigint, bool, bool, text, text, text) IS
  'Changes any field of an event, including status; JSON null clears a field. With replace, changes is the whole event as in jb_event_json. Omitted date, start, duration, days, attendees, location, description and metadata are cleared; calendars, window and priority stay.';

CREATE FUNCTION @extschema@.jb_update_all(changes jsonb, dry_run bool = false, idempotency_key text = NULL, basis text = NULL,
                              principal text = NULL)
RETURNS SETOF @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_update_all';
COMMENT ON FUNCTION @extschema@.jb_update_all(jsonb, bool, text, text, text) IS
  'Changes the events of a JSON array, all or none, with one outcome each. An item has the id of its event, perhaps an expected_version, and the fields of jb_update or "cancel": true. All events that move release their time first, so the order is irrelevant. One rejection undoes all changes, and is recorded.';

CREATE FUNCTION @extschema@.jb_cancel(event_id bigint, scope text = 'one', expected_version bigint = NULL, dry_run bool = false,
                          idempotency_key text = NULL, basis text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_cancel';
COMMENT ON FUNCTION @extschema@.jb_cancel(bigint, text, bigint, bool, text, text, text) IS
  'Cancels an event: keeps its row and frees its time. Repeating it returns unchanged; a completed event raises 55000. scope following or all adds the rest of its series.';

CREATE FUNCTION @extschema@.jb_delete(event_id bigint, expected_version bigint = NULL, idempotency_key text = NULL,
                          principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_delete';
COMMENT ON FUNCTION @extschema@.jb_delete(bigint, bigint, text, text) IS
  'Deletes an event and returns true; its last image stays in its calendars'' history. Raises P0002 if it does not exist.';

CREATE FUNCTION @extschema@.jb_lock(calendars text[], principal text = NULL) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_lock';
COMMENT ON FUNCTION @extschema@.jb_lock(text[], text) IS
  'Locks calendars until the transaction ends, in an order that avoids deadlocks. Call it first in a transaction that writes to several.';
