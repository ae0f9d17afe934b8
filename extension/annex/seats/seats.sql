-- Seats ---------------------------------------------------------------------------------------------------------
-- Each attendee of an event takes one of its max_attendees seats. Both functions change the attendees by jb_update, with
-- its rights. They change only the version of the event that they have read, and start over if it has changed since.
-- They do not lock the event's calendars first: jb_update takes all locks of a change in one order, so that no deadlock
-- arises (rule 2.15.3).

CREATE FUNCTION @extschema@.jb_seat_set(event_id bigint, name text, attends bool, idempotency_key text = NULL, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  event      @extschema@.jb_event_view;
  attendees  text[];
  outcomes   @extschema@.jb_outcome[];
  detail     text;
  hint       CONSTANT text = 'Give the name of the attendee, 1 to 200 characters.';
BEGIN
  IF jb_seat_set.name IS NULL THEN
    PERFORM @extschema@.jb_refuse(ARRAY[@extschema@.jb_fault('name', 'NULL', 'it is required', hint)]);
  END IF;
  outcomes := @extschema@.jb_key_take(idempotency_key, jsonb_build_array('jb_seat_set', jb_seat_set.event_id, jb_seat_set.name, attends), principal);
  WHILE outcomes IS NULL LOOP
    event := @extschema@.jb_event(jb_seat_set.event_id, principal);
    attendees := ARRAY(SELECT a.name FROM unnest(event.attendees) WITH ORDINALITY AS a (name, n)
                        WHERE @extschema@.jb_folded(a.name) <> @extschema@.jb_folded(jb_seat_set.name) ORDER BY a.n);
    IF attends THEN
      attendees := CASE WHEN attendees = event.attendees THEN attendees || jb_seat_set.name ELSE event.attendees END;
    END IF;
    IF attendees <> event.attendees THEN
      IF event.status NOT IN ('pending', 'in_progress', 'held') THEN
        RAISE EXCEPTION USING ERRCODE = '55000',
          MESSAGE = format('event %s is %s and cannot be %s', event.id, event.status, CASE WHEN attends THEN 'attended' ELSE 'left' END),
          HINT = 'An event is attended, or left, from when it has a place until it ends.';
      ELSIF cardinality(attendees) > event.max_attendees AND attends THEN
        RAISE EXCEPTION USING ERRCODE = 'JB409', MESSAGE = format('event %s is full: %s attend it', event.id, event.max_attendees),
          DETAIL = '{"outcome": "full"}',
          HINT = 'Attend another event, or try again once somebody has left.';
      END IF;
    END IF;
    BEGIN
      outcomes := ARRAY[@extschema@.jb_update(event.id, jsonb_build_object('attendees', attendees), event.version, principal => principal)];
      IF attends AND outcomes[1].outcome = 'updated' AND outcomes[1].start_timestamp <> event.start_timestamp THEN
        RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = format('event %s would move', event.id),
          HINT = 'Attending leaves an event where it is: change its attendees with jb_update(), which may move it.';
      END IF;
      PERFORM @extschema@.jb_key_keep(idempotency_key, outcomes, principal);
    EXCEPTION
      WHEN SQLSTATE 'JB412' THEN  -- it was changed after it was read
      WHEN SQLSTATE '22023' THEN  -- the name stands last in the list, and the caller knows no list
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        PERFORM @extschema@.jb_refuse(ARRAY(SELECT @extschema@.jb_fault('name', f ->> 'value', f ->> 'message', hint)
          FROM json_array_elements(CASE WHEN detail LIKE '[%' THEN detail::json END) AS f
         WHERE f ->> 'field' = format('attendees[%s]', cardinality(attendees) - 1)));
        RAISE;
    END;
  END LOOP;
  RETURN outcomes[1];
END
$$;
COMMENT ON FUNCTION @extschema@.jb_seat_set(bigint, text, bool, text, text) IS
  'What jb_attend and jb_leave do: adds the name to the attendees of an event, or takes it out.';

CREATE FUNCTION @extschema@.jb_attend(event_id bigint, name text, idempotency_key text = NULL, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE sql VOLATILE PARALLEL UNSAFE
RETURN @extschema@.jb_seat_set(event_id, name, true, idempotency_key, principal);
COMMENT ON FUNCTION @extschema@.jb_attend(bigint, text, text, text) IS
  'Adds a name to the attendees of an event, unchanged if it is among them. Raises JB409 if as many attend as the event''s max_attendees, 55000 if it waits or has ended.';

CREATE FUNCTION @extschema@.jb_leave(event_id bigint, name text, idempotency_key text = NULL, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE sql VOLATILE PARALLEL UNSAFE
RETURN @extschema@.jb_seat_set(event_id, name, false, idempotency_key, principal);
COMMENT ON FUNCTION @extschema@.jb_leave(bigint, text, text, text) IS
  'Takes a name out of the attendees of an event, unchanged if it is not among them.';
