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
     CROSS JOIN LATERAL (SELECT DISTINCT u.name FROM unnest(e.calendars || e.attendee_calendars) AS u (name)) AS on_it
      JOIN @extschema@.jb_calendar c ON c.name = on_it.name
      JOIN @extschema@.jb_calendar_lock k ON k.id = c.id
    RETURNING calendar)
  UPDATE @extschema@.jb_calendar_lock k SET change_seq = k.change_seq + m.n
    FROM (SELECT calendar, count(*) AS n FROM made GROUP BY calendar) AS m WHERE k.id = m.calendar;
END;
COMMENT ON FUNCTION @extschema@.jb_person_record(jsonb) IS
  'Records a change `erased` of each event of an object that has the changed fields by the events'' ids. The caller has locked the calendars.';

CREATE FUNCTION @extschema@.jb_person_erase(person text, in_texts bool = false, OUT place regclass, OUT erased bigint, OUT remaining bigint) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  -- No transaction before this one has yet to write what the first look, without a lock, would miss.
  since xid := pg_snapshot_xmin(pg_current_snapshot())::xid;
  in_events record;
  p record;
  waits text;
  pseudonym text;
  events jsonb; -- the fields to change, by the events' ids
  counts jsonb := '{}';
  left_over jsonb := '{}';
BEGIN
  PERFORM @extschema@.jb_person_require(person);
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = 'active_sql_transaction', MESSAGE = 'a person is erased in a READ COMMITTED transaction only',
      HINT = 'With an older snapshot, what was booked meanwhile would stay.';
  END IF;
  IF EXISTS (SELECT FROM @extschema@.jb_principal i WHERE @extschema@.jb_folded(person) IN (@extschema@.jb_folded(i.principal), @extschema@.jb_folded(i.subject)))
     OR EXISTS (SELECT FROM pg_roles r WHERE @extschema@.jb_folded(r.rolname) = @extschema@.jb_folded(person)) THEN
    PERFORM @extschema@.jb_refuse(ARRAY[@extschema@.jb_fault('person', person, 'may still call this database',
      'Remove the principal by jb_principal_set(), or the role by DROP ROLE, then erase the person.')]);
  END IF;
  -- A shard's calendar stays with its group.
  pseudonym := concat(substring(lower(btrim(person)) FROM '^(?:coach|client|provider):'), 'erased-', left(replace(gen_random_uuid()::text, '-', ''), 16),
                      CASE WHEN to_regclass('public.jb_sharding') IS NOT NULL THEN substring(btrim(person) FROM '@[^@]*$') END);

  -- One person at a time: two who share events would be overwritten in each other's rows.
  LOCK TABLE @extschema@.jb_change_log IN SHARE UPDATE EXCLUSIVE MODE;

  -- The long look goes without a lock: history is written once. Then bookings wait for a short one. What other calls
  -- lock together with calendars is overwritten only then.
  SELECT * INTO in_events FROM @extschema@.jb_person_places() e WHERE e.place = '@extschema@.jb_event'::regclass;
  IF to_regclass('pg_temp.jb_erasable') IS NOT NULL THEN -- of another person, in this transaction
    DROP TABLE pg_temp.jb_erasable;
  END IF;
  CREATE TEMP TABLE jb_erasable (id bigint PRIMARY KEY, words jsonb NOT NULL) ON COMMIT DROP;
  EXECUTE format('INSERT INTO pg_temp.jb_erasable SELECT t.id, @extschema@.jb_person_replaced(%1$s, $1, $2, $3) FROM @extschema@.jb_event t WHERE %2$s',
                 in_events.document, @extschema@.jb_person_condition(in_events.document, person, in_texts)) USING person, pseudonym, in_texts;
  ANALYZE pg_temp.jb_erasable;
  FOR p IN SELECT * FROM @extschema@.jb_person_places() s WHERE s.step = 'written once' LOOP
    counts := counts || jsonb_build_object(p.place, @extschema@.jb_person_overwrite(p.place, p.columns, p.document, p.key_column, person, pseudonym, in_texts));
  END LOOP;
  FOR p IN SELECT * FROM @extschema@.jb_person_places() LOOP
    EXECUTE format('SELECT count(*) FROM %1$s t WHERE strpos(@extschema@.jb_folded(replace((%2$s)::text, ''\n'', '' '')), %3$L) > 0
                       AND strpos(@extschema@.jb_folded(replace(@extschema@.jb_person_replaced(%2$s, $1, $2, $3)::text, ''\n'', '' '')), %3$L) > 0', p.place, p.document,
                   btrim(to_jsonb(@extschema@.jb_folded(person))::text, '"')) INTO remaining USING person, pseudonym, in_texts;
    left_over := left_over || jsonb_build_object(p.place, remaining);
  END LOOP;
  -- Polls come before the calendars, and before their participants, as in the calls that book and answer them.
  EXECUTE (SELECT format('UPDATE @extschema@.jb_poll t SET version = t.version + 1 WHERE %s OR t.id IN (SELECT t.poll_id FROM @extschema@.jb_poll_participant t WHERE %s)',
                         max(c.holds) FILTER (WHERE c.place = '@extschema@.jb_poll'::regclass), max(c.holds) FILTER (WHERE c.place <> '@extschema@.jb_poll'::regclass))
             FROM (SELECT s.place, @extschema@.jb_person_condition(s.document, person, in_texts) AS holds FROM @extschema@.jb_person_places() s WHERE s.step = 'polls') AS c);
  FOR p IN SELECT * FROM @extschema@.jb_person_places() s WHERE s.step = 'polls' LOOP
    counts := counts || jsonb_build_object(p.place, @extschema@.jb_person_overwrite(p.place, p.columns, p.document, p.key_column, person, pseudonym, in_texts));
  END LOOP;

  -- Whoever books waits behind this lock while it waits, so it does so for a moment only, again and again.
  waits := current_setting('lock_timeout');
  LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '100ms', true);
      LOCK TABLE @extschema@.jb_calendar_lock IN EXCLUSIVE MODE;
      PERFORM set_config('lock_timeout', waits, true);
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.4);
    END;
  END LOOP;
  DELETE FROM pg_temp.jb_erasable o WHERE EXISTS (SELECT FROM @extschema@.jb_event t WHERE t.id = o.id AND age(t.xmin) <= age(since));
  EXECUTE format('INSERT INTO pg_temp.jb_erasable SELECT t.id, @extschema@.jb_person_replaced(%1$s, $1, $2, $3) FROM @extschema@.jb_event t WHERE age(t.xmin) <= age($4) AND %2$s',
                 in_events.document, @extschema@.jb_person_condition(in_events.document, person, in_texts)) USING person, pseudonym, in_texts, since;
  EXECUTE format('SELECT coalesce(jsonb_object_agg(t.id, (SELECT coalesce(jsonb_agg(n.key ORDER BY n.key), ''[]'') FROM jsonb_each(o.words) n
                            WHERE n.value <> %1$s -> n.key AND n.key NOT IN (''attendee_calendars'', ''guests''))), ''{}'')
                    FROM pg_temp.jb_erasable o JOIN @extschema@.jb_event t USING (id)', in_events.document) INTO events;
  SELECT * INTO p FROM @extschema@.jb_person_places() s WHERE s.place = '@extschema@.jb_attachment'::regclass;
  EXECUTE format('SELECT $1 || coalesce(jsonb_object_agg(a.event_id, coalesce($1 -> a.event_id::text, ''[]'') || ''["attachments"]''), ''{}'')
                    FROM (SELECT DISTINCT t.event_id FROM @extschema@.jb_attachment t WHERE %s) a', @extschema@.jb_person_condition(p.document, person, in_texts))
     INTO events USING events;
  EXECUTE format('UPDATE @extschema@.jb_event t SET (version, updated_at, %1$s) = (SELECT t.version + 1, @extschema@.jb_now(), %1$s FROM jsonb_populate_record(t, coalesce(o.words, ''{}'')))
                    FROM jsonb_object_keys($1) k (id) LEFT JOIN pg_temp.jb_erasable o ON o.id = k.id::bigint WHERE t.id = k.id::bigint', array_to_string(in_events.columns, ', '))
    USING events;
  GET DIAGNOSTICS erased = ROW_COUNT;
  counts := counts || jsonb_build_object(in_events.place, erased);
  FOR p IN SELECT * FROM @extschema@.jb_person_places() s WHERE s.place <> '@extschema@.jb_event'::regclass LOOP
    erased := @extschema@.jb_person_overwrite(p.place, p.columns, p.document, p.key_column, person, pseudonym, in_texts,
                CASE WHEN p.step <> 'calendars' THEN since END);
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
  'Overwrites the name or address, wherever it is a whole value, with a pseudonym, in the history too. Events keep their times, and followers see a change erased. Returns per table the rows overwritten, and those remaining in which it is part of a longer value; with in_texts it is overwritten in descriptions and other texts, too. remaining is null for users'' own tables, which are not read. Raises 22023 for a word that is nobody''s name, or a person who may still call.';
