-- Promise: if calendars give nothing to callers whom they do not name, two applications that share a person learn of
-- each other only when that person is taken. No answer of any function or view holds a name, a place, a text or a file
-- of the other's, and hidden things are answered like missing ones.
-- Could break: each function reads its own tables, and one that omits the check shows nowhere but here. So every
-- function is in a list, and a new one that is not fails.
BEGIN;
SELECT no_plan();
CREATE ROLE test_a LOGIN IN ROLE jb_manager;
CREATE ROLE test_b LOGIN IN ROLE jb_manager;
GRANT ALL ON SCHEMA public TO test_a, test_b;
SELECT set_config('jb_scheduler.now', '2026-11-23 07:00+01', true);
SET LOCAL timezone = 'Europe/Berlin';

-- The history of an unreadable event costs one change, of that event or of an earlier one.
SELECT jb_delete(event_id) FROM jb_schedule('First', '1 hour') \g /dev/null

-- ---- what each application has: everything named by a secret ----
CREATE TEMP TABLE secret AS
SELECT owner, name, 'x' || md5(owner || name || random()) AS value
  FROM unnest('{test_a,test_b}'::text[]) AS o (owner),
       unnest('{room,coach,client,provider,event,place,person,text,key,file,title,request}'::text[]) AS n (name);
GRANT SELECT ON secret TO PUBLIC;
CREATE FUNCTION pg_temp.of(who text, what text) RETURNS text LANGUAGE sql AS 'SELECT value FROM secret WHERE owner = $1 AND name = $2';

-- The present time, and everything that takes place, in one call for each.
CREATE TEMP TABLE made (owner text, event_id bigint, poll_id bigint, rejection_id bigint);
GRANT ALL ON made TO PUBLIC;
CREATE FUNCTION pg_temp.furnish(at_hour int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  me text := session_user;
  room text := pg_temp.of(me, 'room');
  event bigint;
  poll bigint;
  rejection bigint;
BEGIN
  PERFORM jb_calendar_set(room, '{"time_zone": "Asia/Tokyo"}'), jb_coach_create(pg_temp.of(me, 'coach')), jb_client_create(pg_temp.of(me, 'client'));
  PERFORM jb_provider_availability_add(pg_temp.of(me, 'provider'), '2026-11-30', '{"09:00": "12:00"}');
  event := (jb_schedule(pg_temp.of(me, 'event'), '30 minutes', start_timestamp => '2026-11-24 00:00+01'::timestamptz + make_interval(hours => at_hour),
                        attendees => ARRAY[pg_temp.of(me, 'person'), 'trap:' || me], check_attendees => true, event_location => pg_temp.of(me, 'place'), calendars => ARRAY['anna', room],
                        attachments => ARRAY[jsonb_build_object('name', pg_temp.of(me, 'file'), 'url', 'https://example.org/')],
                        description => pg_temp.of(me, 'text'), metadata => jsonb_build_object(pg_temp.of(me, 'key'), 1))).event_id;
  PERFORM jb_schedule(pg_temp.of(me, 'event'), '30 minutes', start_timestamp => '2026-11-25 00:00+01'::timestamptz + make_interval(hours => at_hour), calendars => ARRAY[room], hold_for => '1 day');
  PERFORM jb_schedule(pg_temp.of(me, 'event'), '30 minutes', '2026-11-26', calendars => ARRAY['anna', room]);
  rejection := (jb_schedule(pg_temp.of(me, 'request'), '30 minutes', start_timestamp => '2026-11-24 00:00+01'::timestamptz + make_interval(hours => at_hour), calendars => ARRAY['anna', room])).rejection_id;
  PERFORM jb_delete((jb_schedule(pg_temp.of(me, 'event'), '30 minutes', start_timestamp => '2026-11-27 10:00+01', calendars => ARRAY[room],
                                 attendees => ARRAY['trap:' || me], check_attendees => true)).event_id);
  PERFORM jb_schedule(pg_temp.of(me, 'event'), '3 hours', '2026-11-27', on_no_slot => 'wait', not_after => '2026-11-27 05:00+01', calendars => ARRAY[room], attendees => ARRAY['trap:' || me], check_attendees => true);
  PERFORM jb_schedule(pg_temp.of(me, 'request'), '30 minutes', start_timestamp => '2026-11-24 00:00+01'::timestamptz + make_interval(hours => at_hour), calendars => ARRAY[room], attendees => ARRAY['trap:' || me], check_attendees => true);
  PERFORM jb_session_create(pg_temp.of(me, 'coach'), pg_temp.of(me, 'client'), '2026-11-27 10:00+01', 30);
  PERFORM jb_appointment_reserve(pg_temp.of(me, 'provider'), pg_temp.of(me, 'person'), '2026-11-30', '09:00');
  poll := (jb_poll_create(pg_temp.of(me, 'title'), '2026-12-01', '2026-12-02', '1 hour', calendars => ARRAY[room], public => true)).poll_id;
  PERFORM jb_poll_answer(poll, pg_temp.of(me, 'person'), '[{"start": "2026-12-01T10:00:00Z", "end": "2026-12-01T12:00:00Z"}]');
  PERFORM jb_feed_create(room);
  INSERT INTO made VALUES (me, event, poll, rejection);
END $$;
SELECT jb_calendar_set('anna', '{"time_zone": "Europe/Berlin"}') IS NOT NULL AS made \g /dev/null
SELECT jb_default_rights_set('nothing') \g /dev/null
SELECT jb_grant('anna', 'principal:test_a', r), jb_grant('anna', 'role:test_b', r) FROM unnest('{busy,book}'::text[]) AS r \g /dev/null
-- Each has a calendar named like an attendee of the other's, who may book there.
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT jb_calendar_set('trap:test_b', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT jb_grant('trap:test_b', 'principal:test_b', 'book') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT jb_calendar_set('trap:test_a', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT jb_grant('trap:test_a', 'principal:test_a', 'book') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT lives_ok('SELECT pg_temp.furnish(9)', 'one application makes its calendars and books the person');
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT lives_ok('SELECT pg_temp.furnish(10)', 'the other does the same');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM jb_event e WHERE 'anna' = ANY (e.calendars)), 4::bigint, 'both have booked the person they share');

-- ---- every function: § is what it is asked about, of the other's or of nobody's ----
CREATE TEMP TABLE ask (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO ask (sql) SELECT unnest(ARRAY[
  'jb_event(§event)', 'jb_event_if(§event)', 'jb_event_answer(§event)', 'jb_status(§event)', 'jb_version(§event)', 'jb_attachment(§event, 1)',
  'jb_history(§event)', 'jb_explain_event(§event)', 'jb_proof_event(§event)', 'jb_proof(§rejection)', $$jb_update(§event, '{"event_name": "x"}')$$, $$jb_update(§event, '{"event_name": "x"}', 7)$$,
  $$jb_update_all(jsonb_build_array(jsonb_build_object('id', §event, 'cancel', true)))$$,
  $$jb_reschedule(§event, event_date => '2026-11-30')$$, 'jb_cancel(§event)', 'jb_confirm(§event)', 'jb_deny(§event)', 'jb_delete(§event)',
  $$jb_attach(§event, '{"name": "b", "url": "https://example.org/"}')$$, 'jb_detach(§event, 1)', $$jb_attend(§event, 'x')$$, $$jb_leave(§event, 'x')$$, $$jb_seat_set(§event, 'x', true)$$,
  'jb_session(§event)', 'jb_session_strangers(§coach, §client)', 'jb_appointment(§event)', $$jb_session_patch(§event, '{"session": {"duration": 45}}')$$, $$jb_appointment_status_set(§event, 'CONFIRMED')$$,
  $$jb_explain('x', '1 hour', calendars => '{anna}', aside => §event)$$, $$jb_explain_request('{"event_name": "x", "calendars": ["anna"]}', aside => §event)$$,
  $$jb_proof_request('{"event_name": "x", "calendars": ["anna"]}', aside => §event)$$,
  $$jb_events(§room, '-infinity')$$, $$jb_events_json(§room, '-infinity')$$, $$jb_events(calendars => ARRAY['anna', §room])$$, 'jb_calendar(§room)', $$jb_day_start(§room, '2026-11-24')$$, 'jb_time_zone(§room)',
  'jb_availability(§room)', $$jb_slots('1 hour', ARRAY[§room])$$, $$jb_slots('1 hour', ARRAY['anna', §room])$$, $$jb_lead_time('{1 hour}', ARRAY[§room])$$, $$jb_busy_all(ARRAY['anna', §room], jb_now(), jb_now() + interval '1 day')$$, $$jb_source_as_of(ARRAY['anna', §room])$$,
  $$jb_busy(§room, '2026-11-23', '2026-12-01')$$, 'jb_changes(§room)', 'jb_changes(§room, 1)', 'jb_changes_after(§room, 3)', 'jb_change_event(§room, 1)', 'jb_events_at(§room, 1)',
  'jb_rejections(calendar => §room)', 'jb_rejections_after(3, §room)',
  $$jb_lead_json(('1 hour', now(), now(), '1 hour')::jb_lead, §room)$$,
  $$jb_rejection_json((1, '2026-11-24', NULL, ARRAY[§room], 'conflict', 'd', '{}', 'p', '{}', '{}', '{}')::jb_rejection)$$,
  $$jb_coach_json((§coach, '2026-11-24', '2026-11-24')::jb_coach)$$, $$jb_client_json((§client, '2026-11-24', '2026-11-24')::jb_client)$$,
  $$jb_provider_slot_json('[2026-11-24,2026-11-25)', §provider)$$, 'jb_sessions(coach_hash_id => §coach)', 'jb_sessions(client_hash_id => §client)',
  'jb_appointments(§provider)', $$jb_provider_slots(§provider, '2026-11-30')$$, 'jb_icalendar(§room)', 'jb_icalendar(§room, free_busy => true)', 'jb_icalendar_tag(§room)',
  'jb_rights(§room)', 'jb_grants(§room)', $$jb_grant(§room, 'principal:x', 'read')$$, $$jb_revoke(§room, 'principal:x')$$, $$jb_grants_set(§room, '[]')$$,
  'jb_sight(ARRAY[§room])', $$jb_may(§room, 'busy')$$, 'jb_seen(ARRAY[§room])',
  'jb_calendar_delete(§room)', 'jb_rebuild(§room)', $$jb_availability_set(§room, '2026-11-24', '[]')$$, 'jb_feed_create(§room)', 'jb_feed_revoke(§room)',
  'jb_replan(§room)', 'jb_rezone(§room)', 'jb_expire(ARRAY[§room])', 'jb_lock(ARRAY[§room])', $$jb_schedule('x', '1 hour', calendars => ARRAY[§room])$$,
  $$jb_schedule('x', '1 hour', calendars => ARRAY['anna', §room])$$, $$jb_schedule('x', '1 hour', '2026-12-10', '10:00', calendars => '{anna}', attendees => ARRAY[§room], check_attendees => true, dry_run => true)$$,
  $$jb_schedule_all(jsonb_build_array(jsonb_build_object('event_name', 'x', 'calendars', jsonb_build_array('nobody', §room))))$$,
  $$jb_explain('x', '1 hour', calendars => ARRAY[§room])$$, $$jb_explain_request(jsonb_build_object('event_name', 'x', 'calendars', jsonb_build_array(§room)))$$,
  $$jb_proof_request(jsonb_build_object('event_name', 'x', 'calendars', jsonb_build_array(§room)))$$,
  $$jb_session_create(§coach, §client, '2026-12-10', 30)$$,
  $$jb_session_post(jsonb_build_object('session', jsonb_build_object('coach_hash_id', §coach, 'client_hash_id', §client, 'start', '2026-12-10T10:00:00Z', 'duration', 30)))$$,
  $$jb_appointment_reserve(§provider, 'x', '2026-11-30', '10:00')$$, $$jb_appointment_post(jsonb_build_object('provider_id', §provider, 'client', 'x', 'date', '2026-11-30', 'start_time', '10:00'))$$,
  $$jb_provider_availability_remove(§provider, '2026-11-30')$$, $$jb_import(§room, E'BEGIN:VCALENDAR\nEND:VCALENDAR\n')$$,
  $$jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour', calendars => ARRAY[§room])$$,
  $$jb_poll_create_json(jsonb_build_object('title', 'x', 'from', '2026-12-01T00:00:00Z', 'to', '2026-12-02T00:00:00Z', 'duration', 600, 'calendars', jsonb_build_array(§room)))$$,
  'jb_poll(§poll)', 'jb_poll_schedules(§poll)', 'jb_poll_ranking(§poll)', $$jb_poll_invite(§poll, 'x')$$, $$jb_poll_revoke(§poll, 'x')$$, 'jb_poll_revoke_guests(§poll)', 'jb_poll_set_public(§poll, false)', 'jb_poll_book(§poll)', 'jb_poll_delete(§poll)',
  $$jb_poll(§poll, 'jbo_wrong')$$, $$jb_poll_answer(§poll, 'x', '[]', 'jbp_wrong')$$, $$jb_poll_withdraw(§poll, 'x', 'jbp_wrong')$$,
  $$jb_poll_invitation(§poll, 'jbp_wrong')$$, $$jb_poll_others(§poll, 'jbp_wrong')$$]);

-- Lists, and calls that show that a name is taken, which cannot be hidden from a caller who wants it.
CREATE TEMP TABLE list (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO list (sql) SELECT unnest(ARRAY[
  'jb_calendars()', $$jb_calendars('')$$, $$jb_events(calendars => '{*}', from_time => '-infinity')$$, 'jb_calendar_make(§room)', $$jb_session_enrol('coach', §coach)$$, 'jb_coaches()', 'jb_clients()', 'jb_sessions()', $$jb_appointments(from_time => '-infinity')$$, $$jb_events('anna', '-infinity')$$, $$jb_events_json('anna', '-infinity')$$,
  $$jb_events('anna', '-infinity', attendee => §person)$$, $$jb_events('anna', '-infinity', q => §event_name)$$, $$jb_events('anna', '-infinity', metadata => jsonb_build_object(§key, 1))$$,
  $$jb_events('anna', '-infinity', status => '{pending}')$$, $$jb_busy('anna', '2026-11-23', '2026-12-01')$$, $$jb_changes('anna')$$, 'jb_changes_all()', $$jb_change_event_json((SELECT c FROM jb_changes('anna') AS c LIMIT 1))$$, $$(SELECT array_agg(jb_change_event_json(c)) FROM jb_changes('anna') AS c)$$, 'jb_changes_cursor(3)',
  'jb_rejections()', 'jb_rejections_all()', 'jb_rejections_cursor(100)', $$jb_rejections(calendar => 'anna')$$, 'jb_rejections_after(100)', 'jb_polls()', $$jb_icalendar('anna')$$, $$jb_icalendar('anna', free_busy => true)$$,
  $$jb_explain('x', '30 minutes', start_timestamp => '2026-11-24 09:00+01', calendars => '{anna}')$$, $$jb_explain('x', '30 minutes', start_timestamp => '2026-11-24 10:00+01', calendars => '{anna}')$$,
  $$jb_proof_request('{"event_name": "x", "duration": 1800, "start_timestamp": "2026-11-24T09:00:00+01:00", "calendars": ["anna"]}')$$,
  $$jb_proof_request('{"event_name": "x", "duration": 1800, "start_timestamp": "2026-11-24T10:00:00+01:00", "calendars": ["anna"]}')$$,
  $$jb_schedule('x', '30 minutes', start_timestamp => '2026-11-24 09:00+01', calendars => '{anna}')$$, $$jb_schedule('x', '30 minutes', start_timestamp => '2026-11-24 10:00+01', calendars => '{anna}')$$,
  $$jb_schedule('x', '2 hours', start_timestamp => '2026-11-26 08:00+01', calendars => '{anna}')$$,
  $$jb_events(§trap, '-infinity')$$, $$jb_events_json(§trap, '-infinity')$$, $$jb_events(§trap, '-infinity', attendee => §person)$$, $$jb_events(§trap, '-infinity', q => §event_name)$$,
  $$jb_events(§trap, '-infinity', metadata => jsonb_build_object(§key, 1))$$, 'jb_changes(§trap)', 'jb_events_at(§trap, 1)', 'jb_events_at(§trap, 4)', 'jb_rejections(calendar => §trap)',
  'jb_icalendar(§trap)', 'jb_feed_read(jb_feed_create(§trap))', 'jb_replan(§trap)', 'jb_rezone(§trap)', 'jb_expire(ARRAY[§trap])',
  $$jb_schedule('x', '2 days', start_timestamp => '2026-11-24 00:00+01', calendars => ARRAY[§trap])$$, $$jb_explain('x', '2 days', start_timestamp => '2026-11-24 00:00+01', calendars => ARRAY[§trap])$$,
  $$jb_calendar_set(§room, '{}')$$, $$jb_coach_create(§coach)$$, $$jb_client_create(§client)$$, $$jb_provider_availability_add(§provider, '2026-11-30', '{"14:00": "15:00"}')$$,
  $$jb_provider_availability_post(§provider, '{"date": "2026-11-30", "slots": {"14:00": "15:00"}}')$$]
  || ARRAY(SELECT format('(SELECT array_agg(v) FROM %s v)', v.objid::regclass) FROM pg_depend v JOIN pg_extension e ON e.oid = v.refobjid AND e.extname = 'jb_scheduler' JOIN pg_class c ON c.oid = v.objid
                  WHERE v.classid = 'pg_class'::regclass AND v.deptype = 'e' AND c.relkind = 'v' AND has_table_privilege('jb_viewer', c.oid, 'SELECT')));
GRANT SELECT ON ask, list, made TO PUBLIC;

-- The answer or error of a function, as text. Its writes are rolled back.
CREATE FUNCTION pg_temp.answer(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  said text;
  more text;
BEGIN
  EXECUTE format('SELECT coalesce(string_agg(a::text, E''\n''), ''no row'') FROM (SELECT %s AS a) AS t', call) INTO said;
  RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'answer: ' || coalesce(said, 'null');
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, more = PG_EXCEPTION_DETAIL;
  RETURN concat_ws(' | ', SQLSTATE, said, more);
END $$;
CREATE FUNCTION pg_temp.about(call text, other text, is_there bool) RETURNS text LANGUAGE sql AS $$
  SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(call, '§trap', quote_literal('trap:' || other)),
         '§event_name', quote_literal(pg_temp.of(other, 'event'))), '§event', CASE WHEN is_there THEN m.event_id ELSE 987654 END::text),
         '§room', quote_literal(CASE WHEN is_there THEN pg_temp.of(other, 'room') ELSE repeat('n', 33) END)),
         '§coach', quote_literal(CASE WHEN is_there THEN pg_temp.of(other, 'coach') ELSE repeat('k', 33) END)),
         '§client', quote_literal(CASE WHEN is_there THEN pg_temp.of(other, 'client') ELSE repeat('l', 33) END)),
         '§provider', quote_literal(CASE WHEN is_there THEN pg_temp.of(other, 'provider') ELSE repeat('p', 33) END)),
         '§person', quote_literal(pg_temp.of(other, 'person'))), '§key', quote_literal(pg_temp.of(other, 'key'))),
         '§poll', CASE WHEN is_there THEN m.poll_id ELSE 987654 END::text), '§rejection', CASE WHEN is_there THEN m.rejection_id ELSE 987654 END::text)
    FROM made m WHERE m.owner = other
$$;
-- The answer without the requested names and ids, and without the digest of the request in a basis; that of the plan stays.
CREATE FUNCTION pg_temp.bare(said text, other text) RETURNS text LANGUAGE sql AS $$
  SELECT regexp_replace(replace(replace(replace(replace(said, pg_temp.of(other, 'room'), '?'), pg_temp.of(other, 'coach'), '?'), pg_temp.of(other, 'client'), '?'), pg_temp.of(other, 'provider'), '?'),
                        format('\m(987654|%s|%s|%s)\M|n{33}|k{33}|l{33}|p{33}|\mb1[0-9a-f]{32}', m.event_id, m.poll_id, m.rejection_id), '?', 'g')
    FROM made m WHERE m.owner = other
$$;
CREATE TEMP TABLE answered (who text, other text, sql text, unseen text, unknown text);
GRANT ALL ON answered TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION test_a;
INSERT INTO answered SELECT session_user, 'test_b', sql, pg_temp.answer(pg_temp.about(sql, 'test_b', true)), pg_temp.answer(pg_temp.about(sql, 'test_b', false)) FROM ask ORDER BY n;
INSERT INTO answered SELECT session_user, 'test_b', sql, pg_temp.answer(pg_temp.about(sql, 'test_b', true)), NULL FROM list ORDER BY n;
SET LOCAL SESSION AUTHORIZATION test_b;
INSERT INTO answered SELECT session_user, 'test_a', sql, pg_temp.answer(pg_temp.about(sql, 'test_a', true)), pg_temp.answer(pg_temp.about(sql, 'test_a', false)) FROM ask ORDER BY n;
INSERT INTO answered SELECT session_user, 'test_a', sql, pg_temp.answer(pg_temp.about(sql, 'test_a', true)), NULL FROM list ORDER BY n;
RESET SESSION AUTHORIZATION;

SELECT is_empty($$SELECT who, sql, pg_temp.bare(unseen, other), pg_temp.bare(unknown, other) FROM answered
                   WHERE unknown IS NOT NULL AND pg_temp.bare(unseen, other) IS DISTINCT FROM pg_temp.bare(unknown, other)$$,
                'what may not be seen and what does not exist answer alike');
SELECT is_empty($$SELECT a.who, a.sql, s.name, a.unseen FROM answered a JOIN secret s ON s.owner = a.other
                   WHERE strpos(pg_temp.bare(a.unseen, a.other), s.value) > 0 AND strpos(a.sql, '§' || CASE s.name WHEN 'event' THEN 'event_name' ELSE s.name END) = 0$$,
                'no answer holds a secret of the other''s');
SELECT is_empty($$SELECT who, sql, unseen FROM answered WHERE unseen ~ '^(42883|42601|42703|42P01|XX)' OR unknown ~ '^(42883|42601|42703|42P01|XX)'$$, 'every call is a call');
SELECT cmp_ok((SELECT count(*) FROM answered a JOIN secret s ON s.owner = a.who WHERE strpos(a.unseen, s.value) > 0), '>', 20::bigint, 'each finds its own');

-- ---- what is hidden costs what does not exist, by both measures that anybody can take: the pages that EXPLAIN counts, and
-- the scans and rows that the server counts in a transaction, also of a call that fails ----
CREATE FUNCTION pg_temp.forget_rights() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'UPDATE jb_default_rights SET gives = gives WHERE false';
CREATE FUNCTION pg_temp.scans() RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_object_agg(relname, jsonb_build_array(seq_scan, seq_tup_read, coalesce(idx_scan, 0), coalesce(idx_tup_fetch, 0), n_tup_ins, n_tup_upd, n_tup_del)) FROM pg_stat_xact_user_tables WHERE relname LIKE 'jb\_%'
$$;
CREATE FUNCTION pg_temp.cost(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  pages int := 0;
  before jsonb;
BEGIN
  PERFORM pg_temp.forget_rights();
  before := pg_temp.scans();
  BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM (SELECT ' || call || ') AS t' LOOP
      EXIT WHEN line ~ '^Planning';
      pages := greatest(pages, (SELECT sum(m[1]::int) FROM regexp_matches(line, '\m(?:hit|read)=(\d+)', 'g') AS m));
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = 'P0001';
  EXCEPTION WHEN OTHERS THEN NULL;
  END;
  RETURN pages || ' pages; ' || coalesce((SELECT string_agg(a.key || ' ' || ARRAY(SELECT x.value::int - y.value::int
      FROM jsonb_array_elements_text(a.value) WITH ORDINALITY x JOIN jsonb_array_elements_text(b.value) WITH ORDINALITY y USING (ordinality) ORDER BY ordinality)::text, ', ' ORDER BY a.key)
    FROM jsonb_each(pg_temp.scans()) a JOIN jsonb_each(before) b USING (key) WHERE a.value <> b.value), '');
END $$;
-- Repeated where they differ, because the first look at a catalogue also costs pages.
CREATE FUNCTION pg_temp.costs(call text, other text, OUT unseen text, OUT unknown text) LANGUAGE plpgsql AS $$
BEGIN
  FOR round IN 1 .. 4 LOOP
    unseen := pg_temp.cost(pg_temp.about(call, other, true));
    unknown := pg_temp.cost(pg_temp.about(call, other, false));
    EXIT WHEN unseen = unknown;
  END LOOP;
END $$;
CREATE TEMP TABLE weighed (who text, sql text, unseen text, unknown text);
GRANT ALL ON weighed TO PUBLIC;
-- An id may show that something is there, as in a view; but looking for one event always costs the same.
CREATE TEMP TABLE named AS SELECT * FROM ask WHERE sql !~ '§(event|poll|rejection)' OR sql ~ '^jb_(event|event_answer|status|version|attachment|history)\(';
GRANT SELECT ON named TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION test_a;
INSERT INTO weighed SELECT session_user, sql, c.* FROM named, LATERAL pg_temp.costs(sql, 'test_b') AS c;
SET LOCAL SESSION AUTHORIZATION test_b;
INSERT INTO weighed SELECT session_user, sql, c.* FROM named, LATERAL pg_temp.costs(sql, 'test_a') AS c;
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT * FROM weighed WHERE unseen IS DISTINCT FROM unknown', 'by no page and no scan does a call tell what is hidden from what does not exist');
SELECT cmp_ok((SELECT count(*) FROM weighed WHERE unseen !~ '^0 pages; $'), '>', 100::bigint, 'what is asked costs something');

-- ---- nor does a rejection cost more for what was in its way ----
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT jb_schedule('x', '1 hour', start_timestamp => '2027-02-01 09:00+01'::timestamptz + n * interval '1 hour', calendars => ARRAY[pg_temp.of('test_a', 'room')]) FROM generate_series(0, 2) AS n \g /dev/null
SELECT rejection_id AS three, conflicts FROM jb_schedule('x', '3 hours', start_timestamp => '2027-02-01 09:00+01', calendars => ARRAY[pg_temp.of('test_a', 'room')]) \gset
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT max(pg_temp.cost(format('jb_rejections(%s)', :three - 1))) AS cost FROM generate_series(1, 3) \gset
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT rejection_id AS none FROM jb_schedule('x', '1 hour', start_timestamp => '2026-11-20 09:00+01', calendars => ARRAY[pg_temp.of('test_a', 'room')]) \gset
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT is(cardinality(:'conflicts'::bigint[]), 3, 'a hidden rejection by three events');
SELECT is(pg_temp.cost(format('jb_rejections(%s)', :none - 1)), :'cost', 'costs as one by none');
RESET SESSION AUTHORIZATION;

-- ---- what is learned of the shared person: when, and nothing else ----
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT set_eq($$SELECT start_timestamp, event_name IS NULL, calendars, status FROM jb_events('anna', '2026-11-24', '2026-11-25')$$,
              $$VALUES ('2026-11-24 09:00+01'::timestamptz, true, '{anna,trap:test_a}'::text[], 'pending'), ('2026-11-24 10:00+01', false, ARRAY['anna', pg_temp.of('test_b', 'room')], 'pending')$$,
              'an event of the other''s is a busy time on the calendars that are known');
SELECT results_eq($$SELECT outcome, reason, conflicts FROM jb_schedule('x', '30 minutes', start_timestamp => '2026-11-24 09:00+01', calendars => '{anna}')$$,
                  $$VALUES ('rejected', 'conflict', '{}'::bigint[])$$, 'what is in the way has no id');
SELECT results_eq($$SELECT (o.moves[1]).event_id, (o.moves[1]).old_start_timestamp IS NOT NULL FROM jb_schedule('x', '10 hours', start_timestamp => '2026-11-26 08:00+01', calendars => '{anna}') o$$,
                  $$VALUES (NULL::bigint, true)$$, 'displacing what one may not read tells only that time moved');
SELECT is_empty($$SELECT * FROM jb_events('anna', '2026-11-24', '2026-11-25', attendee => pg_temp.of('test_a', 'person'))$$, 'a busy time fits no question about what it is');
SELECT is((SELECT count(*) FROM jb_changes('anna') WHERE event_id IS NOT NULL OR principal IS NOT NULL OR kind IS NOT NULL), 0::bigint, 'the changes of the person show ranges alone');
SELECT throws_ok($$SELECT jb_events_at('anna', 1)$$, '42501', NULL, 'who knows only when a calendar is taken cannot read its past events');
SELECT set_eq($$SELECT start_timestamp, event_name IS NULL, calendars, status FROM jb_events('trap:test_a', '2026-11-24', '2026-11-25')$$,
              $$VALUES ('2026-11-24 09:00+01'::timestamptz, true, '{anna,trap:test_a}'::text[], 'pending')$$, 'on a calendar that is named like an attendee stands a busy time');
SELECT results_eq($$SELECT id, start_timestamp, status FROM jb_events_at('trap:test_a', 1)$$, $$VALUES (NULL::bigint, '2026-11-24 09:00+01'::timestamptz, NULL::text)$$, 'and stood one, at each change');
SELECT isnt_empty($$SELECT FROM jb_changes('trap:test_a')$$, 'whose changes');
SELECT is_empty($$SELECT FROM jb_changes('trap:test_a') WHERE event_id IS NOT NULL OR principal IS NOT NULL OR kind IS NOT NULL OR fields <> '{}' OR image IS NOT NULL$$, 'show ranges alone');
SELECT throws_ok($$SELECT jb_calendar_set('anna', '{"strict": true}')$$, '42501', NULL, 'nor set it');
RESET SESSION AUTHORIZATION;
CREATE FUNCTION pg_temp.file(name text, at text) RETURNS text LANGUAGE sql AS $$
  SELECT format(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:uid-of-a\nSUMMARY:%s\nDTSTART:20261201T%s00Z\nDURATION:PT15M\nEND:VEVENT\nEND:VCALENDAR', name, at) $$;
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT (SELECT event_id FROM jb_import('anna', pg_temp.file('Of a', '0900'))) AS imported \gset
SELECT ok(:imported > 0, 'one application imports an event of the person''s');
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT is_empty(format($$SELECT i FROM jb_import('anna', pg_temp.file('Of a', '0900')) i WHERE strpos(i::text, '%s') > 0$$, :imported), 'who imports it again learns no id of it');
SELECT throws_ok(format($$SELECT jb_import('anna', pg_temp.file(%L, '0900'), sync => true, dry_run => %L)$$, name, tries), '42501', 'calendar "anna" does not grant the right to read', format('and whoever guesses its name as %s, trying %s, not whether that is right', name, tries))
  FROM unnest('{Of a,Guessed}'::text[]) AS name, unnest('{true,false}'::bool[]) AS tries;
SELECT results_eq($$SELECT outcome, event_id FROM jb_import('anna', pg_temp.file('Of a', '0900'))$$, $$VALUES ('invalid', NULL::bigint)$$, 'and is told that nothing of it was booked');
RESET SESSION AUTHORIZATION;
SELECT jb_grant('anna', 'principal:test_b', 'read') \g /dev/null
SELECT outcome FROM jb_update(:imported, jsonb_build_object('calendars', ARRAY[pg_temp.of('test_a', 'room')])) \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT throws_ok($$SELECT jb_import('anna', pg_temp.file('Changed', '1000'), sync => true)$$, '42501', 'the file changes an event that the caller may not read', 'nor who finds it on a calendar of others, which is not named');
SELECT results_eq($$SELECT outcome FROM jb_import('anna', pg_temp.file('Changed', '1000'))$$, $$VALUES ('invalid')$$, 'and which a file without sync does not wait for');
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('anna', 'principal:test_b', 'read') \g /dev/null
SELECT outcome FROM jb_update(:imported, '{"calendars": ["anna"]}') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT throws_ok($$SELECT jb_principal_set('CN=x', 'CN=y', 'test_a', 'manager')$$, '42501', NULL, 'nor become the other by a certificate');

-- ---- what reaches every calendar is an operator's, who reads none ----
CREATE TEMP TABLE reaching AS SELECT unnest(ARRAY[
  'SELECT * FROM jb_due()', 'SELECT * FROM jb_check()', 'SELECT * FROM jb_tree_problems()', 'SELECT * FROM jb_wall_clock_problems()',
  'SELECT * FROM jb_poll_problems()', 'SELECT * FROM jb_id_problems()', 'SELECT * FROM jb_list_problems()', 'SELECT * FROM jb_metrics()',
  $$SELECT * FROM jb_purge('1 year')$$]) AS call;
GRANT SELECT ON reaching TO PUBLIC;
SELECT throws_ok(call, '42501', 'only a member of jb_operator may look after the whole database', call || ' is no manager''s') FROM reaching;
SELECT is((SELECT coalesce(due::text, heartbeat::text, visits::text) FROM jb_worker()), NULL, 'nor does the worker tell when something of others falls due');
RESET SESSION AUTHORIZATION;
CREATE ROLE test_operator LOGIN IN ROLE jb_operator;
SET LOCAL SESSION AUTHORIZATION test_operator;
SELECT lives_ok(call, call || ' is an operator''s') FROM reaching;
SELECT throws_ok('SELECT * FROM jb_event_view', '42501', NULL, 'who reads no event');
SELECT throws_ok($$SELECT jb_calendar('anna')$$, '42501', NULL, 'nor a calendar');
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT lives_ok(call, call || ' is a manager''s where calendars give all by role') FROM reaching;
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing') \g /dev/null

-- ---- the token of a poll's organiser books, whoever has it; who made the poll had the right ----
RESET SESSION AUTHORIZATION;
CREATE ROLE test_guest LOGIN IN ROLE jb_guest;
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT poll_id AS poll, token FROM jb_poll_create('Meet', '2026-11-24', '2026-11-25', '30 minutes', calendars => '{anna}', public => true) \gset
SELECT jb_poll_answer(:poll, 'Ben', '[{"start": "2026-11-24T09:15:00Z", "end": "2026-11-24T10:30:00Z"}]') IS NOT NULL AS answered \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_guest;
SELECT throws_ok(format('SELECT jb_poll_book(%s, %L)', :poll, '2026-11-24 10:15+01'), 'P0002', NULL, 'to a guest without it there is no such poll');
SELECT results_eq(format($$SELECT outcome, conflicts FROM jb_poll_book(%s, %L, token => %L)$$, :poll, '2026-11-24 10:15+01', :'token'),
                  $$VALUES ('rejected', '{}'::bigint[])$$, 'with it, too, nobody learns what is in the way');
SELECT results_eq(format($$SELECT outcome FROM jb_poll_book(%s, %L, token => %L)$$, :poll, '2026-11-24 10:45+01', :'token'), $$VALUES ('placed')$$, 'a free hour is booked');

-- A reader's own function without a cost would be called first, and could record its arguments.
RESET SESSION AUTHORIZATION;
CREATE TEMP TABLE noted (said text);
GRANT ALL ON noted TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION test_b;
CREATE FUNCTION public.notes(said text) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN INSERT INTO noted VALUES (said); RETURN true; END $$;
SELECT count(*) FROM jb_event_view WHERE public.notes(event_name) AND public.notes(event_location) \g /dev/null
SELECT count(*) FROM jb_calendar_view WHERE public.notes(name) \g /dev/null
SELECT count(*) FROM jb_change WHERE public.notes(calendar) AND public.notes(image::text) \g /dev/null
SELECT count(*) FROM jb_appointment WHERE public.notes(client) \g /dev/null
SELECT is_empty($$SELECT n.said FROM noted n JOIN secret s ON s.owner = 'test_a' AND strpos(n.said, s.value) > 0$$, 'no function of a reader runs before the view has left out what is not to be seen');

-- ---- a reader of all changes gets on, past those of others ----
SELECT is((WITH RECURSIVE feed AS (
             SELECT 1 AS n, (SELECT f.cursor FROM jb_changes_all(max_rows => 1) f ORDER BY f.cursor IS NULL LIMIT 1) AS cursor
             UNION ALL
             SELECT n + 1, (SELECT c.cursor FROM jb_changes_all(feed.cursor, 1) c LIMIT 1) FROM feed WHERE feed.cursor IS NOT NULL AND n < 200)
           SELECT count(*) FROM feed WHERE cursor IS NULL), 1::bigint, 'the feed of all changes ends, one page after the other');
RESET SESSION AUTHORIZATION;

-- ---- who has busy, or book, or nothing on every calendar of an application, finds no word of it, whatever is asked ----
CREATE ROLE test_busy LOGIN IN ROLE jb_manager;
CREATE ROLE test_book LOGIN IN ROLE jb_manager;
CREATE ROLE test_nobody LOGIN IN ROLE jb_manager;
SELECT count(jb_grant(c.name, 'principal:test_' || r, r)) FROM jb_calendar c, unnest('{busy,book}'::text[]) AS r \g /dev/null
INSERT INTO secret SELECT 'test_a', name, 'x' || md5('sweep' || name || random()) FROM unnest('{url,content,reply,visitor,contact,uid,imported,series,idempotency,participant}'::text[]) AS name;
SELECT jb_calendar_set('provider:' || pg_temp.of('test_a', 'provider'), '{"public_booking": true}') IS NOT NULL AS opened \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT jb_attach(event_id, jsonb_build_object('name', pg_temp.of('test_a', 'file'), 'url', 'https://example.org/' || pg_temp.of('test_a', 'url'))),
       jb_attach(event_id, jsonb_build_object('name', pg_temp.of('test_a', 'file'), 'media_type', 'text/plain'), pg_temp.of('test_a', 'content')::bytea) FROM made WHERE owner = 'test_a' \g /dev/null
SELECT jb_appointment_status_set(appointment_id, 'DENIED', reply => pg_temp.of('test_a', 'reply')) FROM jb_appointment WHERE status = 'PENDING' \g /dev/null
SELECT jb_booking_make(pg_temp.of('test_a', 'provider'), jsonb_build_object('client', pg_temp.of('test_a', 'visitor'), 'contact', pg_temp.of('test_a', 'contact') || '@example.org', 'start_timestamp', '2026-11-30T10:00:00+01:00')) IS NOT NULL AS made \g /dev/null
SELECT jb_import(pg_temp.of('test_a', 'room'), format(E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:%s\r\nSUMMARY:%s\r\nDTSTART:20261128T100000Z\r\nDTEND:20261128T103000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
       pg_temp.of('test_a', 'uid'), pg_temp.of('test_a', 'imported'))) IS NOT NULL AS imported \g /dev/null
SELECT jb_schedule(pg_temp.of('test_a', 'series'), '10 minutes', '2026-12-07', '15:00', calendars => ARRAY['anna', pg_temp.of('test_a', 'room')], recurrence => 'RRULE:FREQ=DAILY;COUNT=3',
                   idempotency_key => pg_temp.of('test_a', 'idempotency')) IS NOT NULL AS booked \g /dev/null
SELECT jb_poll_invite(poll_id, pg_temp.of('test_a', 'participant')) IS NOT NULL AS invited FROM made WHERE owner = 'test_a' \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT is_empty($$SELECT name FROM secret s WHERE owner = 'test_a' AND NOT EXISTS (
                    SELECT FROM jb_event e WHERE strpos(concat(e, (SELECT string_agg(concat_ws('|', a, convert_from(a.data, 'UTF8')), '') FROM jb_attachment a WHERE a.event_id = e.id)), s.value) > 0)
                    AND NOT EXISTS (SELECT FROM jb_poll p WHERE strpos(p::text, s.value) > 0) AND NOT EXISTS (SELECT FROM jb_poll_participant p WHERE strpos(p::text, s.value) > 0)
                    AND NOT EXISTS (SELECT FROM jb_rejection r WHERE strpos(r::text, s.value) > 0) AND NOT EXISTS (SELECT FROM jb_imported i WHERE strpos(i::text, s.value) > 0)
                    AND NOT EXISTS (SELECT FROM jb_idempotency i WHERE strpos(i::text, s.value) > 0) AND NOT EXISTS (SELECT FROM jb_booking_link b WHERE strpos(b::text, s.value) > 0)$$,
                'every secret is stored somewhere');
-- Everything that a call says: its answer, or its error with all fields, and its plan.
CREATE FUNCTION pg_temp.told(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  plan text := '';
  said text;
  detail text;
  hint text;
  context text;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (ANALYZE, VERBOSE, BUFFERS) SELECT * FROM (SELECT ' || call || ') AS t' LOOP
    plan := plan || line || E'\n';
  END LOOP;
  RAISE EXCEPTION USING MESSAGE = plan;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
  RETURN concat_ws(E'\n', pg_temp.answer(call), said, detail, hint, context);
END $$;
CREATE TEMP TABLE asks AS
SELECT row_number() OVER () AS n, pg_temp.about(sql, 'test_a', true) AS sql FROM (SELECT sql FROM ask UNION ALL SELECT sql FROM list) AS q
 WHERE sql !~ '§(person|event_name|key)'
UNION ALL
SELECT 1000 + row_number() OVER (), format(sql, pg_temp.of('test_a', 'provider')) FROM (VALUES ('jb_booking_page(%L)'), ('jb_booking_slots(%L)'),
  ($q$jb_booking_make(%L, '{"client": "x", "contact": "x@example.org", "start_timestamp": "2026-11-30T10:00:00+01:00"}')$q$),
  ($q$jb_booking(%L, 'jbb_wrong')$q$), ($q$jb_booking_move(%L, 'jbb_wrong', '2026-11-30T11:00:00+01:00')$q$), ($q$jb_booking_cancel(%L, 'jbb_wrong')$q$)) AS b (sql);
CREATE TEMP TABLE swept (who text, sql text, said text);
GRANT ALL ON asks, swept TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION test_busy;
INSERT INTO swept SELECT session_user, sql, pg_temp.told(sql) FROM asks ORDER BY n;
SET LOCAL SESSION AUTHORIZATION test_book;
INSERT INTO swept SELECT session_user, sql, pg_temp.told(sql) FROM asks ORDER BY n;
SET LOCAL SESSION AUTHORIZATION test_nobody;
INSERT INTO swept SELECT session_user, sql, pg_temp.told(sql) FROM asks ORDER BY n;
RESET SESSION AUTHORIZATION;
-- A caller with a right on a calendar knows its name.
SELECT is_empty($$SELECT w.who, w.sql, s.name, w.said FROM swept w JOIN secret s ON strpos(w.said, s.value) > 0 AND strpos(w.sql, s.value) = 0
                   WHERE w.who = 'test_nobody' OR s.name NOT IN ('room', 'coach', 'client', 'provider')$$,
                'no answer, error or plan holds a word of it');
SELECT cmp_ok((SELECT count(*) FROM swept WHERE said ~ 'actual time' AND who = r), '>', least::bigint, r || ' is answered, too')
  FROM (VALUES ('test_busy', 60), ('test_book', 60), ('test_nobody', 30)) AS r (r, least);
-- test/tap/secrets.t repeats the calls outside of any function, and reads the server's log.
\if :{?sweep_log}
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK on
\o /dev/null
SET LOCAL SESSION AUTHORIZATION test_busy;
SELECT 'SELECT ' || sql FROM asks ORDER BY n \gexec
SET LOCAL SESSION AUTHORIZATION test_book;
SELECT 'SELECT ' || sql FROM asks ORDER BY n \gexec
SET LOCAL SESSION AUTHORIZATION test_nobody;
SELECT 'SELECT ' || sql FROM asks ORDER BY n \gexec
RESET SESSION AUTHORIZATION;
\o
SELECT 'secret ' || value FROM secret WHERE name NOT IN ('room', 'coach', 'client', 'provider');
\endif

-- ---- a series of one, of which the other may read and change some occurrences ----
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{course:a,course:shared}'::text[]) AS name \g /dev/null
SELECT jb_grant('course:shared', 'principal:test_b', r) FROM unnest('{read,book}'::text[]) AS r \g /dev/null
SELECT events[2] AS lent FROM jb_schedule('Lent', '1 hour', '2026-12-14', '10:00', calendars => '{course:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT jb_update(:lent, '{"calendars": ["course:shared"]}') \g /dev/null
SELECT events[1] AS own, events[2] AS withdrawn FROM jb_schedule('Withdrawn', '1 hour', '2026-12-14', '12:00', calendars => '{course:shared}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT jb_update(:withdrawn, '{"calendars": ["course:a"]}') \g /dev/null
CREATE FUNCTION pg_temp.hidden() RETURNS TABLE (shown jsonb) LANGUAGE sql AS
  $$SELECT to_jsonb(v) FROM jb_event_view v WHERE v.calendars = '{course:a}' ORDER BY v.id$$;
CREATE TEMP TABLE hidden AS SELECT * FROM pg_temp.hidden();
SET LOCAL SESSION AUTHORIZATION test_b;
SELECT results_eq(format('SELECT outcome, events FROM jb_update(%s, %L)', :lent, '{"event_name": "n", "scope": "all"}'), format($$VALUES ('updated', '{%s}'::bigint[])$$, :lent), 'a change of a series reaches what its caller may read');
SELECT results_eq(format('SELECT outcome, events FROM jb_update(%s, %L)', :lent, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=1", "scope": "following"}'), format($$VALUES ('updated', '{%s}'::bigint[])$$, :lent), 'another rule, too');
SELECT results_eq(format('SELECT outcome, cardinality(events) FROM jb_update(%s, %L)', :own, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=5", "scope": "all"}'), $$VALUES ('updated', 5)$$, 'and the rule of a series that begins with an event that it may read');
SELECT results_eq(format('SELECT outcome, cardinality(events) FROM jb_cancel(%s, scope => %L)', :own, 'all'), $$VALUES ('cancelled', 5)$$, 'it cancels what it may read');
SET LOCAL SESSION AUTHORIZATION test_a;
SELECT results_eq('SELECT * FROM pg_temp.hidden()', 'SELECT * FROM hidden', 'the hidden events are what they were, with their rule and their versions');
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT * FROM jb_check() WHERE rule <> ''only superusers build in the schema''', 'no two events stand for one occurrence of a series');

-- ---- every function is asked, or it is said why not ----
CREATE TEMP TABLE ours AS
SELECT p.proname::text AS name FROM pg_proc p
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'jb_scheduler'
 WHERE 'internal'::regtype <> ALL (p.proargtypes); -- an index's functions cannot be called
CREATE TEMP TABLE passed_over (name text, reason text);
INSERT INTO passed_over
SELECT unnest('{jb_event_cursor,jb_event_json,jb_range_json,jb_outcome_json,jb_ranges_json,jb_moves_json,jb_change_json,jb_calendar_json,jb_availability_json,jb_verdict_json,jb_session_json,jb_appointment_json,jb_provider_availability_json,jb_slot_dictionary,jb_status_at,jb_appointment_status,jb_poll_json,jb_recommendation_json,jb_poll_schedule_json,jb_invitation_json,jb_import_json,jb_timestamp_text,jb_folded,jb_now,jb_booking_json,jb_fault,jb_request_read,jb_refuse,jb_session_of,jb_session_faults}'::text[]), 'reads no table'
UNION ALL SELECT unnest('{jb_check,jb_tree_problems,jb_wall_clock_problems,jb_poll_problems,jb_id_problems,jb_list_problems,jb_due,jb_metrics,jb_purge,jb_purge_in_pieces}'::text[]), 'is an operator''s'
UNION ALL SELECT unnest('{jb_health,jb_worker,jb_default_rights,jb_key_take,jb_key_keep,jb_schema_problems}'::text[]), 'is about no calendar'
UNION ALL SELECT unnest('{jb_person_mention_replaced,jb_person_overwrite,jb_person_places,jb_person_replaced,jb_person_condition,jb_person_require,jb_person_record,jb_person_export,jb_person_erase,jb_default_rights_set,jb_keep_names,jb_rights_changed,jb_require_operator,jb_principal_of,jb_last_numbers}'::text[]), 'is the owner''s, or the gateway''s'
UNION ALL SELECT unnest('{jb_feed_read,jb_booking,jb_booking_move,jb_booking_cancel}'::text[]), 'is opened by a token'
UNION ALL SELECT unnest('{jb_booking_page,jb_booking_slots,jb_booking_make}'::text[]), 'is opened by the provider''s setting'
UNION ALL SELECT unnest('{jb_place_row,jb_follow_rows}'::text[]), 'asks the others, by the rights of its caller'
UNION ALL SELECT 'jb_principal_set', 'is refused above';
SELECT set_eq('SELECT name FROM ours', $$SELECT (regexp_match(sql, '^jb_\w+'))[1] FROM ask UNION SELECT (regexp_match(sql, '^jb_\w+'))[1] FROM list WHERE sql ~ '^jb_' UNION SELECT name FROM passed_over$$,
              'every function stands in one of the lists');
SELECT * FROM finish();
ROLLBACK;
