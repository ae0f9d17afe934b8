-- Seats ---------------------------------------------------------------------------------------------------------
-- Each attendee of an event takes one of its max_attendees seats. Both functions change the attendees by jb_update, with
-- its rights. They change only the version of the event that they have read, and start over if it has changed since.
-- They do not lock the event's calendars first: jb_update takes all locks of a change in one order, so that no deadlock
-- arises (rule 2.15.3).

CREATE FUNCTION @extschema@.jb_seat_set(event_id bigint, name text, attends bool, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  event      @extschema@.jb_event_view;
  attendees  text[];
  outcome    @extschema@.jb_outcome;
BEGIN
  IF jb_seat_set.name IS NULL THEN
    PERFORM @extschema@.jb_refuse(ARRAY[@extschema@.jb_fault('name', 'NULL', 'it is required', 'Give the name of the attendee.')]);
  END IF;
  LOOP
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
      outcome := @extschema@.jb_update(event.id, jsonb_build_object('attendees', attendees), event.version, principal => principal);
      IF attends AND outcome.outcome = 'updated' AND outcome.start_timestamp <> event.start_timestamp THEN
        RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = format('event %s would move', event.id),
          HINT = 'Attending leaves an event where it is: change its attendees with jb_update(), which may move it.';
      END IF;
      RETURN outcome;
    EXCEPTION WHEN SQLSTATE 'JB412' THEN  -- it was changed after it was read
    END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_seat_set(bigint, text, bool, text) IS
  'What jb_attend and jb_leave do: adds the name to the attendees of an event, or takes it out.';

CREATE FUNCTION @extschema@.jb_attend(event_id bigint, name text, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
BEGIN
  RETURN @extschema@.jb_seat_set(event_id, name, true, principal);
END
$$;
COMMENT ON FUNCTION @extschema@.jb_attend(bigint, text, text) IS
  'Adds a name to the attendees of an event, unchanged if it is among them. Raises JB409 if as many attend as the event''s max_attendees, 55000 if it waits or has ended.';

CREATE FUNCTION @extschema@.jb_leave(event_id bigint, name text, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
BEGIN
  RETURN @extschema@.jb_seat_set(event_id, name, false, principal);
END
$$;
COMMENT ON FUNCTION @extschema@.jb_leave(bigint, text, text) IS
  'Takes a name out of the attendees of an event, unchanged if it is not among them.';
