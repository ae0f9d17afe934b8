-- Promise: what a grant does not permit at once, it does not permit in steps either.
-- Could break: an event has been asked for once, and then becomes more: held again, longer, or on another candidate.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing') \g /dev/null
SELECT count(jb_calendar_set(name, settings)) FROM (VALUES ('held', '{"time_zone": "UTC"}'::jsonb), ('import', '{"time_zone": "UTC", "check_attendees": true}'), ('attendee', '{"time_zone": "UTC"}'),
  ('books', '{"time_zone": "UTC"}'), ('proposes', '{"time_zone": "UTC"}'), ('bounded', '{"time_zone": "UTC"}')) AS c (name, settings); --> 6
SELECT jb_grants_set(name, jsonb_build_array(bounds || '{"grantee": "principal:regress_secretary"}')) FROM (VALUES ('held', '{"rights": ["read", "book"], "max_held": 1}'::jsonb), ('import', '{"rights": ["read", "book"], "max_held": 1}'),
  ('attendee', '{"rights": ["read", "propose"], "max_held": 1}'), ('books', '{"rights": ["read", "book"]}'), ('proposes', '{"rights": ["read", "propose"]}'),
  ('bounded', '{"rights": ["read", "book"], "max_priority": 40}')) AS g (name, bounds) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- max_held: an event that was confirmed, waits, and is to be held again ----
SELECT event_id AS again FROM jb_schedule('again', '1 hour', not_before => '2026-12-08 09:00+00', not_after => '2026-12-08 10:00+00', calendars => '{held}', hold_for => '1 hour') \gset
SELECT outcome FROM jb_confirm(:again); --> confirmed
SELECT outcome FROM jb_reschedule(:again, make_automatic => true); --> updated
SELECT outcome, cardinality(moves) FROM jb_schedule('in its place', '1 hour', start_timestamp => '2026-12-08 09:00+00', calendars => '{held}'); --> placed|1
SELECT outcome FROM jb_schedule('the one', '1 hour', '2026-12-09', calendars => '{held}', hold_for => '1 hour'); --> held
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :again, '{"hold_for": 7200}')); --> 42501|calendar "held" grants 1 held events at a time; 1 are held
SELECT outcome FROM jb_update(:again, '{"event_location": "upstairs"}'); --> updated

-- ---- max_held: occurrences that an import adds ----
\set file 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:series\r\nDTSTART:20261214T120000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=%s\r\nATTENDEE:mailto:attendee\r\nSUMMARY:series\r\nSEQUENCE:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
SELECT outcome, event_id FROM jb_import('import', replace(format(:'file', 1, 0), '\r\n', E'\r\n'), sync => true) \gset series_
SELECT :'series_outcome' AS outcome; --> held
RESET SESSION AUTHORIZATION;
SELECT outcome FROM jb_confirm(:series_event_id); --> confirmed
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal(format('SELECT jb_import(''import'', %L, sync => true)', replace(format(:'file', 4, 1), '\r\n', E'\r\n'))); --> 42501|calendar "import" grants 1 held events at a time; 0 are held
SELECT outcome, cardinality(events) FROM jb_import('import', replace(format(:'file', 2, 1), '\r\n', E'\r\n'), sync => true); --> updated|2

-- ---- propose: a confirmation removes the candidates that the caller may not book ----
SELECT event_id AS own FROM jb_schedule('own', '1 hour', not_before => '2026-12-10 09:00+00', not_after => '2026-12-10 10:00+00', one_of => '[{"calendars": ["proposes", "books", "bounded"], "choose": "least_busy", "weights": [1, 3, 2]}]') \gset
SELECT status, calendars, proposed_on FROM jb_event(:own); --> held|{books}|null
SELECT outcome FROM jb_confirm(:own); --> confirmed
SELECT one_of -> 0 -> 'calendars' AS candidates, one_of -> 0 -> 'weights' AS weights FROM jb_event(:own); --> ["books", "bounded"]|[3, 2]
SELECT outcome FROM jb_reschedule(:own, make_automatic => true); --> updated
SELECT outcome FROM unnest('{books,bounded}'::text[]) AS name, jb_schedule('in its way', '1 hour', priority => 40, start_timestamp => '2026-12-10 09:00+00', calendars => ARRAY[name]); --> placed
--> placed
SELECT status, calendars FROM jb_event(:own); --> waiting|{books,bounded}

-- ---- book: a change chooses among the candidates that the caller may book, whichever calendars it names ----
RESET SESSION AUTHORIZATION;
SELECT count(jb_calendar_set(name, '{"time_zone": "UTC"}')) FROM unnest('{van,other:van}'::text[]) AS name; --> 2
SELECT jb_grant(name, 'principal:regress_secretary', r) FROM unnest('{van,other:van}'::text[]) AS name, unnest('{read,book}'::text[]) AS r \g /dev/null
SELECT event_id AS taken FROM jb_schedule('taken', '1 hour', '2026-12-16', '08:00', calendars => '{proposes}') \gset
SELECT event_id AS chosen FROM jb_schedule('chosen', '1 hour', '2026-12-16', '08:00', calendars => '{van}', one_of => '[{"calendars": ["proposes", "books"]}]') \gset
SELECT outcome FROM jb_cancel(:taken); --> cancelled
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:chosen, '{"calendars": ["other:van"], "start_time": "12:00"}'); --> updated|["other:van","books"]

-- ---- max_priority: of a candidate that was not chosen ----
SELECT event_id AS low FROM jb_schedule('low', '1 hour', '2026-12-11', one_of => '[{"calendars": ["books", "bounded"]}]') \gset
SELECT calendars, priority FROM jb_event(:low); --> {books}|40
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :low, '{"priority": 100}')); --> 42501|calendar "bounded" grants priorities up to 40, not 100
SELECT outcome FROM jb_update(:low, '{"priority": 20}'); --> updated
SELECT event_id AS high FROM jb_schedule('high', '1 hour', '2026-12-14', priority => 100, calendars => '{books}') \gset
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :high, '{"calendars": ["held"], "one_of": [{"calendars": ["books", "bounded"], "chosen": ["books"]}]}'));
--> 42501|calendar "bounded" grants priorities up to 40, not 100

-- ---- basis: a start that is now only by chance is part of what was shown ----
SELECT event_id AS soon FROM jb_schedule('soon', '1 hour', start_timestamp => '2026-12-20 10:00+00', calendars => '{books}') \gset
SELECT test.clock('2026-12-20 10:00+00') \g /dev/null
SELECT basis FROM jb_update(:soon, '{"event_location": "upstairs"}', dry_run => true) \gset
SELECT test.clock('2026-12-20 09:55+00') \g /dev/null
SELECT outcome FROM jb_update(:soon, '{"status": "in_progress"}'); --> updated
SELECT state FROM test.refusal(format('SELECT jb_update(%s, %L, basis => %L)', :soon, '{"event_location": "upstairs"}', :'basis')); --> JB412
\i test/regress/sql/frame/close.psql
