-- A person's data -----------------------------------------------------------------------------------------------
-- A person is known by a word: a name or an address that is the whole of a value, whatever its letter case. Erasing
-- overwrites the word everywhere with a pseudonym, in the history too, so no number and no time changes. Only the
-- extension's owner may call these functions.

CREATE FUNCTION @extschema@.jb_person_places(OUT place regclass, OUT columns text[], OUT document text, OUT step text, OUT key_column name) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT p.place, p.columns, format('jsonb_build_object(%s)', (SELECT string_agg(format('%1$L, t.%1$I', c.name), ', ') FROM unnest(p.columns) AS c (name))), p.step, p.key_column
    FROM (VALUES
      ('@extschema@.jb_change_log'::regclass, '{principal,image,old_values}'::text[], 'written once', NULL),
      ('@extschema@.jb_rejection', '{calendars,detail,request,principal,facts}', 'written once', NULL),
      ('@extschema@.jb_rejection_calendar', '{calendar}', 'written once', NULL),
      ('@extschema@.jb_idempotency', '{principal,answer,import_rows}', 'written once', 'principal'),
      ('@extschema@.jb_poll', '{title,calendars,created_by,made_as}', 'polls', NULL),
      ('@extschema@.jb_poll_participant', '{name,folded}', 'polls', NULL),
      ('@extschema@.jb_principal', '{subject,principal}', 'calendars', NULL),
      ('@extschema@.jb_grant', '{grantee,name}', 'calendars', 'grantee'),
      ('@extschema@.jb_feed', '{created_by,made_as}', 'calendars', 'created_by'),
      ('@extschema@.jb_calendar', '{name,display_name}', 'calendars', NULL),
      ('@extschema@.jb_calendar_past', '{name}', 'calendars', NULL),
      ('@extschema@.jb_attachment', '{name,url}', 'calendars', NULL),
      ('@extschema@.jb_event', '{event_name,attendees,event_location,calendars,one_of,attendee_calendars,description,metadata,guests,held_by,proposed_on}', 'calendars', NULL)) AS p (place, columns, step, key_column);
END;
COMMENT ON FUNCTION @extschema@.jb_person_places() IS
  'The tables and columns in which jb_person_export and jb_person_erase look for a person; document is an expression for these columns of a table t as a JSON object; step tells when erasing overwrites them, key_column which column is part of a key.';

-- The scheduler writes names of calendars into the sentences of a `detail`, so there they are replaced too. Its own
-- words, such as the status `held`, are nobody's name, but may be in callers' metadata. A name or an address is the
-- whole of its value, or another's: of tom.smith@example.org nothing is Tom's.
CREATE FUNCTION @extschema@.jb_person_replaced(value jsonb, person text, pseudonym text, in_texts bool, field text = NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  word text := @extschema@.jb_folded(person);
BEGIN
  CASE jsonb_typeof(value)
    WHEN 'object' THEN
      RETURN (SELECT coalesce(jsonb_object_agg(m.key, CASE
                WHEN field = 'metadata' THEN @extschema@.jb_person_replaced(m.value, person, pseudonym, in_texts, field)
                WHEN m.key IN ('status', 'placement', 'outcome', 'reason', 'cause', 'stays', 'on_no_slot', 'time_zone', 'recurrence', 'recurrence_id', 'media_type', 'uid', 'choose', 'per') THEN m.value
                WHEN m.key = 'detail' AND jsonb_typeof(m.value) = 'string'
                THEN to_jsonb(@extschema@.jb_person_mention_replaced(m.value #>> '{}', person, pseudonym, '(?<=[Cc]alendar )'))
                ELSE @extschema@.jb_person_replaced(m.value, person, pseudonym, in_texts, CASE WHEN m.key = 'name' AND $1 ? 'url' THEN 'url' ELSE m.key END) END), '{}')
                FROM jsonb_each(value) AS m);
    WHEN 'array' THEN
      RETURN (SELECT coalesce(jsonb_agg(@extschema@.jb_person_replaced(a.element, person, pseudonym, in_texts, field) ORDER BY a.n), '[]')
                FROM jsonb_array_elements(value) WITH ORDINALITY AS a (element, n));
    WHEN 'string' THEN
      RETURN CASE WHEN @extschema@.jb_folded(value #>> '{}') = word THEN to_jsonb(pseudonym)
                  WHEN @extschema@.jb_folded(value #>> '{}') = 'principal:' || word THEN to_jsonb('principal:' || pseudonym)
                  WHEN in_texts AND field IN ('event_name', 'event_location', 'description', 'metadata', 'title', 'url') THEN to_jsonb(@extschema@.jb_person_mention_replaced(value #>> '{}', person, CASE WHEN octet_length(btrim(person)) < 3 THEN '.' ELSE '…' END, '(?<![[:alnum:]_+])(?<![[:alnum:]][.@-])')) -- which makes no text longer
                  ELSE value END;
    ELSE
      RETURN value;
  END CASE;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_person_replaced(jsonb, text, text, bool, text) IS
  'A JSON value with a pseudonym in place of each text that is the person''s name or address; with in_texts also of each mention within the texts that people read, such as a description. The name of a calendar in a detail is replaced, too.';

CREATE FUNCTION @extschema@.jb_person_mention_replaced(words text, person text, replacement text, after text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN regexp_replace($1, $4 || regexp_replace(regexp_replace(btrim($2), '([^[:alnum:][:space:]])', '\\\1', 'g'), '[[:space:]]+', '[[:space:]]+', 'g')
                          || '(?![[:alnum:]_+]|[.@:-][[:alnum:]])', $3, 'gi');
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

-- The rows of a table that hold the person are overwritten; with `since`, only rows of that transaction and later ones
-- are looked at, which takes little time. Principals are spelled exactly, so two spellings may each have a row under one
-- key: a calendar's grant, a request's idempotency key, a calendar's feed. The second gets another pseudonym.
CREATE FUNCTION @extschema@.jb_person_overwrite(place regclass, columns text[], document text, key_column name, person text, pseudonym text, in_texts bool, since xid = NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  holds text := concat('age(t.xmin) <= age(' || quote_literal(since) || '::xid) AND ', @extschema@.jb_person_condition(document, person, in_texts));
  n bigint;
  overwritten bigint;
BEGIN
  IF key_column IS NOT NULL THEN
    EXECUTE format('SELECT count(*) FROM %s t WHERE %s', place, holds) INTO n;
    EXECUTE format('WITH spelled AS (
                      SELECT s.name, row_number() OVER (ORDER BY s.name COLLATE "C") AS n, substring(s.name FROM ''^principal:'') AS prefix
                        FROM (SELECT DISTINCT t.%2$I AS name FROM %1$s t) AS s
                       WHERE @extschema@.jb_folded(s.name) IN (@extschema@.jb_folded($1), ''principal:'' || @extschema@.jb_folded($1)))
                    UPDATE %1$s t SET %2$I = concat(s.prefix, $2, CASE WHEN s.n > 1 THEN ''.'' || s.n END) FROM spelled s WHERE t.%2$I = s.name', place, key_column)
      USING person, pseudonym || CASE WHEN since IS NULL THEN '' ELSE '.0' END;
  END IF;
  EXECUTE format('UPDATE %1$s t SET (%2$s) = (SELECT %2$s FROM jsonb_populate_record(t, @extschema@.jb_person_replaced(%3$s, $1, $2, $3))) WHERE %4$s',
                 place, (SELECT string_agg(format('%I', c.name), ', ') FROM unnest(columns) AS c (name)), document, holds) USING person, pseudonym, in_texts;
  GET DIAGNOSTICS overwritten = ROW_COUNT;
  RETURN coalesce(n, overwritten);
END
$$;
COMMENT ON FUNCTION @extschema@.jb_person_overwrite(regclass, text[], text, name, text, text, bool, xid) IS
  'Overwrites the person in a table of jb_person_places(), and returns the number of rows.';
