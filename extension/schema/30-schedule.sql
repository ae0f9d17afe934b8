-- Placing -------------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_schedule(event_name text, duration interval = NULL, event_date date = NULL, start_time time = NULL,
                            start_timestamp timestamptz = NULL, attendees text[] = '{}', event_location text = '',
                            calendars text[] = '{ceo}', not_before timestamptz = NULL, not_after timestamptz = NULL,
                            priority int = 50, preempt bool = false, on_no_slot text = 'reject',
                            check_attendees bool = NULL, hold_for interval = NULL, recurrence text = NULL,
                            attachments jsonb[] = '{}', allow_past bool = false,
                            dry_run bool = false, description text = NULL, metadata jsonb = NULL, days int = NULL,
                            idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_schedule';
COMMENT ON FUNCTION @extschema@.jb_schedule IS
  'Places an event, fixed where event_date and start_time or start_timestamp say, else automatic in the earliest open slot; where there is no place the outcome is rejected, or waiting, and says why, and invalid input raises 22023; a recurrence makes a series, all of whose occurrences are placed or none.';

CREATE FUNCTION @extschema@.jb_schedule_all(requests jsonb, dry_run bool = false, all_or_none bool = false,
                                idempotency_key text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_schedule_all';
COMMENT ON FUNCTION @extschema@.jb_schedule_all(jsonb, bool, bool, text, text) IS
  'Places the events of a JSON array, or of one JSON object, as POST /events takes them, in order, with one outcome each; one invalid request refuses all and is named by its index. With all_or_none, one rejection undoes all of them.';

CREATE FUNCTION @extschema@.jb_reschedule(event_id bigint, event_date date = NULL, start_time time = NULL,
                              start_timestamp timestamptz = NULL, duration interval = NULL, calendars text[] = NULL,
                              make_automatic bool = false, scope text = 'one', expected_version bigint = NULL,
                              dry_run bool = false, days int = NULL, idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_reschedule';
COMMENT ON FUNCTION @extschema@.jb_reschedule(bigint, date, time, timestamptz, interval, text[], bool, text, bigint, bool, int, text, text) IS
  'Moves an event by the rules of placing, its own time set aside; an argument left null keeps its value, make_automatic gives the event back to the scheduler, and a rejected one stays where it was; with scope following or all the rest of its series moves as far.';

CREATE FUNCTION @extschema@.jb_update(event_id bigint, changes jsonb, expected_version bigint = NULL, replace bool = false,
                          dry_run bool = false, idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_update';
COMMENT ON FUNCTION @extschema@.jb_update(bigint, jsonb, bigint, bool, bool, text, text) IS
  'Changes any field of an event, status included, where JSON null clears one; with replace, changes is the whole event as jb_event_json gives it: date, start, duration, days, attendees and location left out are cleared, calendars, window and priority stay.';

CREATE FUNCTION @extschema@.jb_update_all(changes jsonb, dry_run bool = false, idempotency_key text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_update_all';
COMMENT ON FUNCTION @extschema@.jb_update_all(jsonb, bool, text, text) IS
  'Changes the events of a JSON array together, all or none, with one outcome each: an item names its event by id, may have an expected_version, and has the fields as jb_update takes them, or "cancel": true. All events that move give their time up first, so the order of the array does not matter. One rejection undoes all changes, and is recorded.';

CREATE FUNCTION @extschema@.jb_cancel(event_id bigint, scope text = 'one', expected_version bigint = NULL, dry_run bool = false,
                          idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_cancel';
COMMENT ON FUNCTION @extschema@.jb_cancel(bigint, text, bigint, bool, text, text) IS
  'Cancels an event: the row stays, its time is free; once more is unchanged, a completed one is refused with 55000; scope following or all reaches the rest of its series.';

CREATE FUNCTION @extschema@.jb_delete(event_id bigint, expected_version bigint = NULL, idempotency_key text = NULL,
                          principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_delete';
COMMENT ON FUNCTION @extschema@.jb_delete(bigint, bigint, text, text) IS
  'Removes an event, whose last image stays in its calendars'' history, and returns true; P0002 when there is none of this id.';

CREATE FUNCTION @extschema@.jb_lock(calendars text[]) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_lock';
COMMENT ON FUNCTION @extschema@.jb_lock(text[]) IS
  'Locks calendars until the transaction ends, in an order that cannot deadlock: the first call of a transaction that writes to several.';
