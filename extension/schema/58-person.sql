-- A person's data -----------------------------------------------------------------------------------------------
-- A person is known by a word: a name or an address that is the whole of a value, whatever its letter case. Erasing
-- overwrites the word everywhere with a pseudonym, in the history too, so no number and no time changes. Only the
-- extension's owner may call these functions.

CREATE FUNCTION @extschema@.jb_person_places(OUT place regclass, OUT columns text[], OUT document text) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT p.place, p.columns, format('jsonb_build_object(%s)', (SELECT string_agg(format('%1$L, t.%1$I', c.name), ', ') FROM unnest(p.columns) AS c (name)))
    FROM (VALUES
      ('@extschema@.jb_calendar'::regclass, '{name,display_name}'::text[]),
      ('@extschema@.jb_calendar_past', '{name}'),
      ('@extschema@.jb_grant', '{grantee,name}'),
      ('@extschema@.jb_principal', '{subject,principal}'),
      ('@extschema@.jb_event', '{event_name,attendees,event_location,calendars,attendee_calendars,description,metadata,guests}'),
      ('@extschema@.jb_attachment', '{name,url}'),
      ('@extschema@.jb_change_log', '{principal,image,old_values}'),
      ('@extschema@.jb_rejection', '{calendars,detail,request,principal,facts}'),
      ('@extschema@.jb_rejection_calendar', '{calendar}'),
      ('@extschema@.jb_idempotency', '{principal,answer,import_rows}'),
      ('@extschema@.jb_poll', '{title,calendars,created_by,made_as}'),
      ('@extschema@.jb_poll_participant', '{name,folded}'),
      ('@extschema@.jb_feed', '{created_by,made_as}')) AS p (place, columns);
END;
COMMENT ON FUNCTION @extschema@.jb_person_places() IS
  'The tables and columns in which jb_person_export and jb_person_erase look for a person; document is an expression for these columns of a table t as a JSON object.';

-- The scheduler writes names of calendars into the sentences of a `detail`, so there they are replaced too. Its own
-- words, such as the status `held`, are nobody's name, but may be in callers' metadata.
CREATE FUNCTION @extschema@.jb_person_replaced(value jsonb, person text, pseudonym text, in_texts bool, in_metadata bool = false) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  word text := @extschema@.jb_folded(person);
BEGIN
  CASE jsonb_typeof(value)
    WHEN 'object' THEN
      RETURN (SELECT coalesce(jsonb_object_agg(m.key, CASE
                WHEN in_metadata THEN @extschema@.jb_person_replaced(m.value, person, pseudonym, in_texts, true)
                WHEN m.key IN ('status', 'placement', 'outcome', 'reason', 'cause', 'stays', 'on_no_slot', 'time_zone', 'recurrence', 'recurrence_id', 'media_type', 'uid') THEN m.value
                WHEN m.key = 'detail' AND jsonb_typeof(m.value) = 'string'
                THEN to_jsonb(@extschema@.jb_person_mention_replaced(m.value #>> '{}', person, pseudonym, '(?<=[Cc]alendar )'))
                ELSE @extschema@.jb_person_replaced(m.value, person, pseudonym, in_texts, m.key = 'metadata') END), '{}')
                FROM jsonb_each(value) AS m);
    WHEN 'array' THEN
      RETURN (SELECT coalesce(jsonb_agg(@extschema@.jb_person_replaced(a.element, person, pseudonym, in_texts, in_metadata) ORDER BY a.n), '[]')
                FROM jsonb_array_elements(value) WITH ORDINALITY AS a (element, n));
    WHEN 'string' THEN
      RETURN CASE WHEN @extschema@.jb_folded(value #>> '{}') = word THEN to_jsonb(pseudonym)
                  WHEN @extschema@.jb_folded(value #>> '{}') = 'principal:' || word THEN to_jsonb('principal:' || pseudonym)
                  WHEN in_texts THEN to_jsonb(@extschema@.jb_person_mention_replaced(value #>> '{}', person, '…', '(?<![[:alnum:]_.@+:-])')) -- which makes no text longer
                  ELSE value END;
    ELSE
      RETURN value;
  END CASE;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_person_replaced(jsonb, text, text, bool, bool) IS
  'A JSON value with a pseudonym in place of each text that is the person''s name or address; with in_texts also of each mention within a text. The name of a calendar in a detail is replaced, too.';

CREATE FUNCTION @extschema@.jb_person_mention_replaced(words text, person text, replacement text, after text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN regexp_replace($1, $4 || regexp_replace(btrim($2), '([^[:alnum:][:space:]])', '\\\1', 'g') || '(?![[:alnum:]_@+:-])', $3, 'gi');
COMMENT ON FUNCTION @extschema@.jb_person_mention_replaced(text, text, text, text) IS
  'A text in which each mention of the person, as a word after what the regular expression after allows, is replaced.';

-- Few rows pass the first condition, which compares text; only these are taken apart.
CREATE FUNCTION @extschema@.jb_person_condition(document text, person text, in_texts bool = false) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT format('strpos(@extschema@.jb_folded((%1$s)::text), %2$L) > 0 AND @extschema@.jb_person_replaced(%1$s, %3$L, '''', %4$L) <> %1$s',
                      $1, btrim(to_jsonb(w.word)::text, '"'), $2, $3)
          FROM regexp_split_to_table(@extschema@.jb_folded($2), ' ') AS w (word) ORDER BY length(w.word) DESC LIMIT 1);
COMMENT ON FUNCTION @extschema@.jb_person_condition(text, text, bool) IS
  'The SQL condition that a document of jb_person_places() names the person.';

CREATE FUNCTION @extschema@.jb_person_require(person text) RETURNS void
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN coalesce(@extschema@.jb_folded($1), '') ~ '^(|ceo|booking page|organiser of poll .*|(role|principal):.*|(coach|client|provider):)$'
            THEN @extschema@.jb_refuse(ARRAY[@extschema@.jb_fault('person', $1, 'is nobody''s name', 'Give a person''s name or address, the whole of it.')]) END;
COMMENT ON FUNCTION @extschema@.jb_person_require(text) IS
  'Raises 22023 for a word that is empty, or is the scheduler''s own and so names everybody.';

CREATE FUNCTION @extschema@.jb_person_export(person text, OUT place regclass, OUT "row" jsonb) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  p record;
BEGIN
  PERFORM @extschema@.jb_person_require(person);
  FOR p IN SELECT * FROM @extschema@.jb_person_places() LOOP
    RETURN QUERY EXECUTE format('SELECT %1$L::regclass, to_jsonb(t) - ''{token,organiser_token,fingerprint,data}''::text[] FROM %1$s t WHERE %2$s',
                                p.place, @extschema@.jb_person_condition(p.document, person));
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_person_export(text) IS
  'Every row that holds the name or address as a whole value, with its table, without secrets and the bytes of files. Raises 22023 for a word that is nobody''s name.';

-- Principals are spelled exactly, so two spellings may each have a row under one key: a calendar's grant, a request's
-- idempotency key, a calendar's feed. The second gets another pseudonym.
CREATE FUNCTION @extschema@.jb_person_erase_keys(person text, pseudonym text) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
  WITH spelled AS (
    SELECT s.name, $2 || CASE row_number() OVER (ORDER BY s.name COLLATE "C") WHEN 1 THEN '' ELSE '.' || row_number() OVER (ORDER BY s.name COLLATE "C") END AS pseudonym
      FROM (SELECT substr(g.grantee, 11) FROM @extschema@.jb_grant g WHERE g.grantee LIKE 'principal:%'
             UNION SELECT i.principal FROM @extschema@.jb_idempotency i
             UNION SELECT f.created_by FROM @extschema@.jb_feed f) AS s (name)
     WHERE @extschema@.jb_folded(s.name) = @extschema@.jb_folded($1)),
  granted AS (UPDATE @extschema@.jb_grant g SET grantee = 'principal:' || s.pseudonym FROM spelled s WHERE g.grantee = 'principal:' || s.name),
  kept AS (UPDATE @extschema@.jb_idempotency i SET principal = s.pseudonym FROM spelled s WHERE i.principal = s.name)
  UPDATE @extschema@.jb_feed f SET created_by = s.pseudonym FROM spelled s WHERE f.created_by = s.name;
END;
COMMENT ON FUNCTION @extschema@.jb_person_erase_keys(text, text) IS
  'Overwrites a principal where it is part of a key.';
