-- Promise: a list of all sessions or all appointments, or a search on a calendar, reads at most 100,000 events before
-- its page is full (rule 14.5). Then it says so, and names the argument that helps.
-- Could break: these lists follow the events of all calendars in time order, and skip those they do not show; a filter,
-- or a year without sessions, makes them read everything stored.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SET LOCAL timezone = 'UTC';
SELECT count(jb_calendar_set(name, '{"time_zone": "UTC"}')) FROM unnest('{room:a,coach:a,client:a,provider:a}'::text[]) AS name;
SELECT is((jb_session_create('a', 'a', '2026-12-01 08:00Z', 30)).outcome, 'placed', 'a session before the other events');
SELECT is((jb_schedule('x', '30 minutes', start_timestamp => '2026-12-01 09:00Z', calendars => '{provider:a}', attendees => '{anna}')).outcome, 'placed', 'and an appointment');

-- As bookings would leave them, but at once, and without the claims, which no such list reads.
CREATE FUNCTION pg_temp.put(first int, last int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO jb_event (event_name, start_timestamp, end_timestamp, attendees, event_location, calendars, duration, priority, status, created_at, updated_at)
  SELECT 'Event', at, at + interval '15 minutes', '{}', '', '{room:a}', '15 minutes', 0, 'scheduled', jb_now(), jb_now()
    FROM generate_series(first, last) AS i, LATERAL (SELECT timestamptz '2027-01-01Z' + i * interval '15 minutes' AS at) AS t;
$$;
SELECT pg_temp.put(3, 100000);
SELECT is((SELECT count(*) FROM jb_sessions()), 1::bigint, 'beside 99,999 other events the list of all sessions ends');
SELECT is((SELECT count(*) FROM jb_appointments()), 1::bigint, 'so does the list of all appointments');
SELECT pg_temp.put(100001, 100003);
SELECT is((SELECT count(*) FROM jb_sessions(max_rows => 1)), 1::bigint, 'a page that is full needs no further event');
SELECT is((SELECT count(*) FROM jb_appointments(max_rows => 1)), 1::bigint, 'of neither list');
SELECT throws_ok('SELECT jb_sessions()', '22023', 'invalid to_time "100001 events": one call may take at most 100000 events', 'beside more, a page that is not full is refused');
SELECT throws_ok('SELECT jb_appointments()', '22023', 'invalid to_time "100001 events": one call may take at most 100000 events', 'of either list');
SELECT throws_ok('SELECT jb_appointments(client => ''ben'')', '22023', 'invalid to_time "100001 events": one call may take at most 100000 events', 'also where a filter leaves nothing');
SELECT throws_ok('SELECT jb_appointments(status => ''{DENIED}'')', '22023', 'invalid to_time "100001 events": one call may take at most 100000 events', 'whichever filter');
SELECT is((SELECT count(*) FROM jb_sessions(to_time => '2028-01-01Z')), 1::bigint, 'a range that holds fewer is searched');
SELECT is((SELECT count(*) FROM jb_appointments(client => 'ben', to_time => '2028-01-01Z')), 0::bigint, 'of each list');
SELECT is((SELECT count(*) FROM jb_sessions('a')), 1::bigint, 'what other calendars hold does not concern the sessions of a coach');
SELECT is((SELECT count(*) FROM jb_sessions(client_hash_id => 'a')), 1::bigint, 'nor those of a client');
SELECT is((SELECT count(*) FROM jb_appointments('a', client => 'anna')), 1::bigint, 'nor the appointments of a provider');

-- ---- a list of calendars, which goes by their claims ----
INSERT INTO jb_claim SELECT c.id, e.id, tstzrange(e.start_timestamp, e.end_timestamp) FROM jb_event e, jb_calendar c WHERE c.name = 'room:a' AND e.calendars = '{room:a}';
UPDATE jb_event SET metadata = jsonb_build_object('order', id) WHERE calendars = '{room:a}' AND id % 1000 = 0;
SELECT throws_ok($$SELECT jb_events('room:a', q => 'nothing')$$, '22023', 'invalid to_time "100001 events": one call may take at most 100000 events', 'words that no event has are not sought any longer');
SELECT throws_ok($$SELECT jb_events(calendars => '{coach:a,room:a}', q => 'nothing')$$, '22023', 'invalid to_time "100001 events": one call may take at most 100000 events', 'on several calendars together');
SELECT is((SELECT count(*) FROM jb_events('room:a', q => 'ev')), 100::bigint, 'words that many have fill a page');
SELECT is((SELECT array_agg((metadata ->> 'order')::int) FROM jb_events('room:a', metadata => '{"order": 99000}')), '{99000}', 'metadata are found among them all');
SELECT is((SELECT count(*) FROM jb_events('room:a', metadata => '{"order": 1}')), 0::bigint, 'and it is found that there are none');

-- ---- whoever may not everything searches the own calendars, and not by the index of all (rule 13.5) ----
CREATE ROLE test_reader LOGIN IN ROLE jb_viewer;
SELECT jb_calendar_set('room:own', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
SELECT jb_default_rights_set('nothing') \g /dev/null
SELECT jb_grant('room:own', 'principal:test_reader', 'read'), jb_grant('room:a', 'principal:test_reader', 'busy') \g /dev/null
SELECT pg_stat_get_xact_numscans('jb_event_metadata'::regclass) AS before \gset
SET LOCAL SESSION AUTHORIZATION test_reader;
SELECT is((SELECT count(*) FROM jb_events('room:own', metadata => '{"order": 99000}')), 0::bigint, 'a reader finds nothing of what is hidden');
SELECT throws_ok($$SELECT jb_events('room:a', metadata => '{"order": 99000}')$$, '22023', NULL, 'nor on a calendar of which the reader knows when it is taken, in time');
RESET SESSION AUTHORIZATION;
SELECT is(pg_stat_get_xact_numscans('jb_event_metadata'::regclass), :before::bigint, 'by no scan does metadata tell what hidden events hold');

-- ---- a provider without a page costs what one costs that is not there ----
SELECT jb_calendar_set('provider:closed', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
CREATE FUNCTION pg_temp.cost(call text, OUT blocks bigint, OUT scans bigint) LANGUAGE plpgsql AS $$
DECLARE t CONSTANT oid := 'jb_calendar'::regclass;
BEGIN
  blocks := pg_stat_get_xact_blocks_fetched(t);
  scans := pg_stat_get_xact_numscans(t);
  BEGIN EXECUTE call; EXCEPTION WHEN no_data_found THEN NULL; END;
  blocks := pg_stat_get_xact_blocks_fetched(t) - blocks;
  scans := pg_stat_get_xact_numscans(t) - scans;
END $$;
SET LOCAL SESSION AUTHORIZATION test_reader;
SELECT is(pg_temp.cost(format(c, 'closed')), pg_temp.cost(format(c, 'missing')), format(c, 'a provider without a page') || ' costs as much')
  FROM unnest('{SELECT jb_booking_page(%L),SELECT jb_booking_slots(%L)}'::text[]) AS c;
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
