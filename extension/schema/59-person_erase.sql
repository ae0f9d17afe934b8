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

CREATE FUNCTION @extschema@.jb_person_erase(person text, in_texts bool = false, OUT place regclass, OUT erased bigint, OUT remaining bigint) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  p record;
  pseudonym text;
  condition text;
  events jsonb; -- the fields to change, by the events' ids
  found jsonb;
BEGIN
  PERFORM @extschema@.jb_person_require(person);
  IF EXISTS (SELECT FROM @extschema@.jb_principal i WHERE @extschema@.jb_folded(i.principal) = @extschema@.jb_folded(person))
     OR EXISTS (SELECT FROM pg_roles r WHERE @extschema@.jb_folded(r.rolname) = @extschema@.jb_folded(person)) THEN
    PERFORM @extschema@.jb_refuse(ARRAY[@extschema@.jb_fault('person', person, 'may still call this database',
      'Remove the principal by jb_principal_set(), or the role by DROP ROLE, then erase the person.')]);
  END IF;
  pseudonym := concat(substring(lower(btrim(person)) FROM '^(?:coach|client|provider):'), 'erased-', left(replace(gen_random_uuid()::text, '-', ''), 16));
  -- Bookings wait for the locks of their calendars, so none of them writes back what it read before. What was booked
  -- until the locks were free is found by the next look.
  LOOP
    SELECT * INTO p FROM @extschema@.jb_person_places() e WHERE e.place = '@extschema@.jb_event'::regclass;
    EXECUTE format('SELECT coalesce(jsonb_object_agg(t.id, (SELECT jsonb_agg(n.key ORDER BY n.key) FROM jsonb_each(@extschema@.jb_person_replaced(%1$s, $1, $2, $3)) n
                              WHERE n.value <> %1$s -> n.key AND n.key NOT IN (''attendee_calendars'', ''guests''))), ''{}'')
                      FROM @extschema@.jb_event t WHERE %2$s', p.document, @extschema@.jb_person_condition(p.document, person, in_texts))
       INTO found USING person, pseudonym, in_texts;
    EXIT WHEN found = events;
    events := found;
    PERFORM FROM @extschema@.jb_calendar_lock k
      WHERE k.id IN (SELECT c.id FROM @extschema@.jb_calendar c WHERE @extschema@.jb_folded(c.name) = @extschema@.jb_folded(person)
                      UNION
                     SELECT c.id FROM jsonb_object_keys(events) AS o (id) JOIN @extschema@.jb_event e ON e.id = o.id::bigint
                       JOIN @extschema@.jb_calendar c ON c.name = ANY (e.calendars || e.attendee_calendars))
      ORDER BY k.id FOR UPDATE;
  END LOOP;

  FOR p IN SELECT * FROM @extschema@.jb_person_places() LOOP
    EXECUTE format('UPDATE %1$s t SET (%2$s) = (SELECT %2$s FROM jsonb_populate_record(t, @extschema@.jb_person_replaced(%3$s, $1, $2, $3))) WHERE %4$s',
                   p.place, (SELECT string_agg(format('%I', c.name), ', ') FROM unnest(p.columns) AS c (name)),
                   p.document, @extschema@.jb_person_condition(p.document, person, in_texts)) USING person, pseudonym, in_texts;
    GET DIAGNOSTICS erased = ROW_COUNT;
    EXECUTE format('SELECT count(*) FROM %s t WHERE strpos(@extschema@.jb_folded((%s)::text), %L) > 0', p.place, p.document,
                   btrim(to_jsonb(@extschema@.jb_folded(person))::text, '"')) INTO remaining;
    place := p.place;
    CONTINUE WHEN erased + remaining = 0;
    RETURN NEXT;
  END LOOP;
  UPDATE @extschema@.jb_event e SET version = e.version + 1, updated_at = @extschema@.jb_now()
   WHERE e.id IN (SELECT o.id::bigint FROM jsonb_object_keys(events) AS o (id));
  PERFORM @extschema@.jb_person_record(events);
  UPDATE @extschema@.jb_poll l SET version = l.version + 1
   WHERE l.id IN (SELECT n.poll_id FROM @extschema@.jb_poll_participant n WHERE n.name = pseudonym);
  -- A new version of its lock tells those who have read the calendar that it is another one now.
  UPDATE @extschema@.jb_calendar c SET display_name = NULL, public_booking = false, updated_at = @extschema@.jb_now() WHERE c.name = pseudonym;
  UPDATE @extschema@.jb_calendar_lock k SET change_seq = k.change_seq FROM @extschema@.jb_calendar c WHERE c.name = pseudonym AND k.id = c.id;

  -- What the extension does not own.
  FOR place IN SELECT DISTINCT t.tgrelid::regclass FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
                WHERE f.oid = '@extschema@.jb_place_row'::regproc AND NOT t.tgisinternal LOOP
    erased := 0;
    remaining := NULL;
    RETURN NEXT;
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_person_erase(text, bool) IS
  'Overwrites the name or address, wherever it is a whole value, with a pseudonym, in the history too. Events keep their times, and followers see a change erased. Returns per table the rows overwritten, and those remaining in which it is part of a longer text; with in_texts it is overwritten there too. remaining is null for users'' own tables, which are not read. Raises 22023 for a word that is nobody''s name, or a person who may still call.';
