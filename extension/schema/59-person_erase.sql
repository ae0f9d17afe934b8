-- Erasing a person ----------------------------------------------------------------------------------------------

-- Followers learn of it by a change `erased` of each event that is still stored. It keeps what the event holds now as
-- the old values, since no earlier ones may remain.
CREATE FUNCTION @extschema@.jb_person_record(events jsonb) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
  WITH numbered AS MATERIALIZED (
    SELECT e.id, nextval('@extschema@.jb_change_id_seq') AS number
      FROM (SELECT k.key::bigint AS id FROM jsonb_object_keys($1) AS k (key) ORDER BY id) AS e),
  made AS (
    INSERT INTO @extschema@.jb_change_log (calendar, seq, at, principal, event_id, version, kind, old_range, new_range, old_status,
                                          new_status, fields, id, named, old_values)
    SELECT c.id, k.change_seq + row_number() OVER (PARTITION BY c.id ORDER BY n.number), e.updated_at, session_user, e.id, e.version, 'erased',
           t.during, t.during, e.status, e.status, ARRAY(SELECT jsonb_array_elements_text($1 -> e.id::text)), n.number,
           CASE WHEN c.name <> ALL (e.calendars) THEN ARRAY(SELECT o.id::bigint FROM @extschema@.jb_calendar o WHERE o.name = ANY (e.calendars)) END,
           @extschema@.jb_event_json(v)::jsonb
      FROM numbered n
      JOIN @extschema@.jb_event e ON e.id = n.id
      JOIN @extschema@.jb_event_view v ON v.id = n.id
     CROSS JOIN LATERAL (SELECT CASE WHEN e.start_timestamp <= e.end_timestamp THEN tstzrange(e.start_timestamp, e.end_timestamp) END AS during) AS t
      JOIN @extschema@.jb_calendar c ON c.name = ANY (e.calendars || e.attendee_calendars)
      JOIN @extschema@.jb_calendar_lock k ON k.id = c.id
    RETURNING calendar)
  UPDATE @extschema@.jb_calendar_lock k SET change_seq = k.change_seq + m.n
    FROM (SELECT calendar, count(*) AS n FROM made GROUP BY calendar) AS m WHERE k.id = m.calendar;
END;
COMMENT ON FUNCTION @extschema@.jb_person_record(jsonb) IS
  'Records a change `erased` of each event of an object that has the changed fields by the events'' ids. The caller has locked the calendars.';

-- The rows of a table that hold the person are overwritten; with `since`, only rows of that transaction and later ones
-- are looked at, which takes little time.
CREATE FUNCTION @extschema@.jb_person_overwrite(place regclass, columns text[], document text, person text, pseudonym text, in_texts bool, since xid = NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE format('UPDATE %1$s t SET (%2$s) = (SELECT %2$s FROM jsonb_populate_record(t, @extschema@.jb_person_replaced(%3$s, $1, $2, $3))) WHERE %4$s%5$s',
                 place, (SELECT string_agg(format('%I', c.name), ', ') FROM unnest(columns) AS c (name)), document,
                 CASE WHEN since IS NULL THEN '' ELSE format('age(t.xmin) <= age(%L::xid) AND ', since) END,
                 @extschema@.jb_person_condition(document, person, in_texts)) USING person, pseudonym, in_texts;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_person_overwrite(regclass, text[], text, text, text, bool, xid) IS
  'Overwrites the person in a table of jb_person_places(), and returns the number of rows.';

CREATE FUNCTION @extschema@.jb_person_erase(person text, in_texts bool = false, OUT place regclass, OUT erased bigint, OUT remaining bigint) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  -- No transaction before this one has yet to write what the first look, without a lock, would miss.
  since xid := pg_snapshot_xmin(pg_current_snapshot())::xid;
  keyed regclass[] := '{@extschema@.jb_grant,@extschema@.jb_idempotency,@extschema@.jb_feed}';
  current_ones regclass[] := '{@extschema@.jb_event,@extschema@.jb_calendar,@extschema@.jb_attachment}'; -- what bookings read and change
  in_events record;
  p record;
  pseudonym text;
  candidates bigint[];
  events jsonb; -- the fields to change, by the events' ids
  counts jsonb := '{}';
  left_over jsonb := '{}';
BEGIN
  PERFORM @extschema@.jb_person_require(person);
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = 'active_sql_transaction', MESSAGE = 'a person is erased in a READ COMMITTED transaction only',
      HINT = 'With an older snapshot, what was booked meanwhile would stay.';
  END IF;
  IF EXISTS (SELECT FROM @extschema@.jb_principal i WHERE @extschema@.jb_folded(i.principal) = @extschema@.jb_folded(person))
     OR EXISTS (SELECT FROM pg_roles r WHERE @extschema@.jb_folded(r.rolname) = @extschema@.jb_folded(person)) THEN
    PERFORM @extschema@.jb_refuse(ARRAY[@extschema@.jb_fault('person', person, 'may still call this database',
      'Remove the principal by jb_principal_set(), or the role by DROP ROLE, then erase the person.')]);
  END IF;
  pseudonym := concat(substring(lower(btrim(person)) FROM '^(?:coach|client|provider):'), 'erased-', left(replace(gen_random_uuid()::text, '-', ''), 16));

  -- The long look goes without a lock: history is written once. Then bookings wait for a short one.
  SELECT * INTO in_events FROM @extschema@.jb_person_places() e WHERE e.place = '@extschema@.jb_event'::regclass;
  EXECUTE format('SELECT array_agg(t.id) FROM @extschema@.jb_event t WHERE %s', @extschema@.jb_person_condition(in_events.document, person, in_texts)) INTO candidates;
  FOR p IN SELECT * FROM @extschema@.jb_person_places() s WHERE s.place = ANY (keyed) LOOP
    EXECUTE format('SELECT count(*) FROM %s t WHERE %s', p.place, @extschema@.jb_person_condition(p.document, person, in_texts)) INTO erased;
    counts := counts || jsonb_build_object(p.place, erased);
  END LOOP;
  PERFORM @extschema@.jb_person_erase_keys(person, pseudonym);
  FOR p IN SELECT * FROM @extschema@.jb_person_places() s WHERE s.place <> ALL (current_ones) LOOP
    erased := @extschema@.jb_person_overwrite(p.place, p.columns, p.document, person, pseudonym, in_texts);
    CONTINUE WHEN p.place = ANY (keyed); -- counted above
    counts := counts || jsonb_build_object(p.place, erased);
  END LOOP;
  FOR p IN SELECT * FROM @extschema@.jb_person_places() LOOP
    EXECUTE format('SELECT count(*) FROM %1$s t WHERE strpos(@extschema@.jb_folded((%2$s)::text), %3$L) > 0
                       AND strpos(@extschema@.jb_folded(@extschema@.jb_person_replaced(%2$s, $1, $2, $3)::text), %3$L) > 0', p.place, p.document,
                   btrim(to_jsonb(@extschema@.jb_folded(person))::text, '"')) INTO remaining USING person, pseudonym, in_texts;
    left_over := left_over || jsonb_build_object(p.place, remaining);
  END LOOP;
  -- Before the calendars, as bookings of polls lock them.
  UPDATE @extschema@.jb_poll l SET version = l.version + 1
   WHERE pseudonym IN (l.title, l.created_by, l.made_as) OR pseudonym = ANY (l.calendars)
      OR l.id IN (SELECT n.poll_id FROM @extschema@.jb_poll_participant n WHERE n.name = pseudonym);
  LOCK TABLE @extschema@.jb_calendar_lock IN EXCLUSIVE MODE;
  EXECUTE format('SELECT coalesce(jsonb_object_agg(t.id, (SELECT coalesce(jsonb_agg(n.key ORDER BY n.key), ''[]'') FROM jsonb_each(@extschema@.jb_person_replaced(%1$s, $1, $2, $3)) n
                            WHERE n.value <> %1$s -> n.key AND n.key NOT IN (''attendee_calendars'', ''guests''))), ''{}'')
                    FROM @extschema@.jb_event t WHERE (t.id = ANY ($4) OR age(t.xmin) <= age($5)) AND %2$s',
                 in_events.document, @extschema@.jb_person_condition(in_events.document, person, in_texts))
     INTO events USING person, pseudonym, in_texts, candidates, since;
  SELECT * INTO p FROM @extschema@.jb_person_places() s WHERE s.place = '@extschema@.jb_attachment'::regclass;
  EXECUTE format('SELECT $1 || coalesce(jsonb_object_agg(a.event_id, coalesce($1 -> a.event_id::text, ''[]'') || ''["attachments"]''), ''{}'')
                    FROM (SELECT DISTINCT t.event_id FROM @extschema@.jb_attachment t WHERE %s) a', @extschema@.jb_person_condition(p.document, person, in_texts))
     INTO events USING events;
  EXECUTE format('UPDATE @extschema@.jb_event t SET (version, updated_at, %2$s) = (SELECT t.version + 1, @extschema@.jb_now(), %2$s FROM jsonb_populate_record(t, @extschema@.jb_person_replaced(%1$s, $1, $2, $3)))
                   WHERE t.id IN (SELECT o.id::bigint FROM jsonb_object_keys($4) AS o (id))', in_events.document, array_to_string(in_events.columns, ', '))
    USING person, pseudonym, in_texts, events;
  GET DIAGNOSTICS erased = ROW_COUNT;
  counts := counts || jsonb_build_object(in_events.place, erased);
  FOR p IN SELECT * FROM @extschema@.jb_person_places() s WHERE s.place <> '@extschema@.jb_event'::regclass LOOP
    erased := @extschema@.jb_person_overwrite(p.place, p.columns, p.document, person, pseudonym, in_texts,
                CASE WHEN p.place <> ALL (current_ones) THEN since END);
    counts := counts || jsonb_build_object(p.place, coalesce((counts ->> p.place::text)::bigint, 0) + erased);
  END LOOP;
  PERFORM @extschema@.jb_person_record(events);
  -- A new version of its lock tells those who have read the calendar that it is another one now.
  UPDATE @extschema@.jb_calendar c SET display_name = NULL, public_booking = false, updated_at = @extschema@.jb_now() WHERE c.name = pseudonym;
  UPDATE @extschema@.jb_calendar_lock k SET change_seq = k.change_seq FROM @extschema@.jb_calendar c WHERE c.name = pseudonym AND k.id = c.id;

  FOR p IN SELECT * FROM @extschema@.jb_person_places() LOOP
    place := p.place;
    erased := coalesce((counts ->> p.place::text)::bigint, 0);
    remaining := (left_over ->> p.place::text)::bigint;
    CONTINUE WHEN erased + remaining = 0;
    RETURN NEXT;
  END LOOP;
  -- What the extension does not own.
  FOR place IN SELECT DISTINCT t.tgrelid::regclass FROM pg_trigger t WHERE t.tgfoid = '@extschema@.jb_place_row'::regproc AND NOT t.tgisinternal LOOP
    erased := 0;
    remaining := NULL;
    RETURN NEXT;
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_person_erase(text, bool) IS
  'Overwrites the name or address, wherever it is a whole value, with a pseudonym, in the history too. Events keep their times, and followers see a change erased. Returns per table the rows overwritten, and those remaining in which it is part of a longer text; with in_texts it is overwritten there too. remaining is null for users'' own tables, which are not read. Raises 22023 for a word that is nobody''s name, or a person who may still call.';
