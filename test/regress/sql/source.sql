-- Promise: a calendar that mirrors a source tells when it last heard from the source. Where that is too long ago, the scheduler
-- places nothing there, offers nothing, and warns of what is booked at a fixed time all the same.
-- Could break: a trial, or a part of a file, counts as news; news that changes nothing does not count; what waits is not woken;
-- a slot is offered that cannot be booked; a hidden calendar tells when it was synchronized.
\i test/regress/sql/frame/open.psql
CREATE FUNCTION pg_temp.file(VARIADIC uids text[]) RETURNS text LANGUAGE sql AS $$
  SELECT E'BEGIN:VCALENDAR\n' || string_agg(format(E'BEGIN:VEVENT\nUID:%s\nDTSTART:20261124T0%s0000Z\nDURATION:PT1H\nEND:VEVENT\n', uid, n), '' ORDER BY n) || 'END:VCALENDAR'
    FROM unnest(uids) WITH ORDINALITY AS u (uid, n)
$$;
CREATE FUNCTION pg_temp.as_of() RETURNS interval LANGUAGE sql AS $$ SELECT jb_now() - jb_source_as_of('{room:b,room:a}') $$;

-- ---- when it last heard from the source ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:b,room:c}'::text[]) AS name \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, facts FROM jb_import('room:a', replace(pg_temp.file('plain'), 'T01', 'T09')); --> placed|null
SELECT outcome FROM jb_import('room:a', pg_temp.file('one', 'two'), sync => true, dry_run => true); --> placed
--> placed
SELECT pg_temp.as_of(); --> null
SELECT outcome FROM jb_import('room:a', pg_temp.file('one', 'two', 'three'), sync => true, max_rows => 2); --> placed
--> placed
SELECT pg_temp.as_of(); --> null
SELECT outcome, facts FROM jb_import('room:a', pg_temp.file('one', 'two', 'three'), sync => true, after => 2, max_rows => 2); --> placed|null
SELECT pg_temp.as_of(); --> 00:00:00
SELECT test.clock(jb_now() + interval '2 hours') \g /dev/null
SELECT pg_temp.as_of(); --> 02:00:00
SELECT outcome FROM jb_import('room:a', pg_temp.file('one', 'two', 'three'), sync => true); --> unchanged
--> unchanged
--> unchanged
SELECT pg_temp.as_of(), source_as_of, max_source_age FROM jb_calendar('room:a'); --> 00:00:00|2026-11-23 09:00:00+01|null
SELECT outcome, facts, detail FROM jb_schedule('any age will do', calendars => '{room:a}'); --> placed|{"as_of": "2026-11-23T09:00:00+01:00"}|null
SELECT outcome, facts FROM jb_schedule('no source', calendars => '{room:b}'); --> placed|null

-- ---- where it is too old ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_json(jb_calendar_set('room:a', '{"max_source_age": "1 hour"}')) ->> 'max_source_age'; --> 3600
SELECT * FROM test.refusal($$SELECT jb_calendar_set('room:a', '{"max_source_age": 0, "source_as_of": "2026-11-23T07:00:00Z"}')$$); -- 22023
--> 22023|invalid max_source_age "0": it must be from 1 second to 366 days|[{"field":"max_source_age","value":"0","message":"it must be from 1 second to 366 days"},{"field":"source_as_of","value":"2026-11-23T07:00:00Z","message":"there is no such setting"}]|Correct every field that is named and call again.
SET SESSION AUTHORIZATION regress_secretary;
SELECT test.clock(jb_now() + interval '1 hour') \g /dev/null
SELECT outcome FROM jb_schedule('just in time', calendars => '{room:a}'); --> placed
SELECT basis FROM jb_schedule('later', calendars => '{room:a}', dry_run => true) \gset
SELECT test.clock(jb_now() + interval '1 second') \g /dev/null
SELECT state, substring(detail from 'reason" : "[a-z_]*') AS reason FROM test.refusal(format('SELECT jb_schedule(%L, calendars => %L, basis => %L)', 'later', '{room:a}', :'basis')); -- JB412
--> JB412|reason" : "source_stale
BEGIN;
SELECT outcome FROM jb_import('room:a', pg_temp.file('one', 'two', 'three'), sync => true); --> unchanged
--> unchanged
--> unchanged
SELECT outcome FROM jb_schedule('heard', calendars => '{room:a}'); --> placed
ROLLBACK;
SELECT outcome, reason, detail, alternatives, facts FROM jb_schedule('refused', calendars => '{room:b,room:a}');
--> rejected|source_stale|Calendar room:a mirrors a source, and the last news from it counted until 2026-11-23T10:00:00+01:00.|{}|{"as_of": "2026-11-23T09:00:00+01:00", "limit": "2026-11-23T10:00:00+01:00", "calendar": "room:a"}
SELECT outcome, reason, detail FROM jb_schedule('waits', '30 minutes', calendars => '{room:a}', on_no_slot => 'wait');
--> waiting|source_stale|The calendar mirrors a source, and the last news from it counted until 2026-11-23T10:00:00+01:00.
SELECT count(*) FROM jb_slots('30 minutes', '{room:a}'); --> 0
SELECT verdict, reason FROM jb_explain('why', calendars => '{room:a}'); --> rejected|source_stale
SELECT outcome, detail, facts FROM jb_schedule('fixed', '30 minutes', start_timestamp => '2026-11-25 08:00+01', calendars => '{room:a}');
--> placed|The calendar mirrors a source, and the last news from it counted until 2026-11-23T10:00:00+01:00.|{"as_of": "2026-11-23T09:00:00+01:00"}
SELECT jb_outcome_json(o, true)::jsonb - 'moves' ->> 'detail' AS detail FROM jb_reschedule((SELECT max(id) FROM jb_event_view), start_timestamp => '2026-11-25 09:00+01') AS o;
--> The calendar mirrors a source, and the last news from it counted until 2026-11-23T10:00:00+01:00.
SELECT outcome, detail FROM jb_cancel((SELECT max(id) FROM jb_event)); --> cancelled|null
SELECT reason, facts FROM jb_rejections() ORDER BY id DESC LIMIT 1; --> source_stale|{"limit": "2026-11-23T10:00:00+01:00", "calendar": "room:a"}

-- ---- heard from again, though nothing is new ----
SELECT outcome FROM jb_import('room:a', pg_temp.file('one', 'two', 'three'), sync => true); --> unchanged
--> unchanged
--> unchanged
SELECT event_name, start_timestamp FROM jb_event_view WHERE event_name = 'waits'; --> waits|2026-11-23 10:30:00+01

-- ---- before the first news ----
SET SESSION AUTHORIZATION regress_manager;
SELECT (jb_calendar_set('room:c', '{"max_source_age": 3600, "strict": true}')).max_source_age; --> 01:00:00
SELECT outcome, reason, detail, facts FROM jb_schedule('fixed', start_timestamp => '2026-11-25 08:00+01', calendars => '{room:c}');
--> rejected|source_stale|The calendar mirrors a source from which it has not heard yet.|{"calendar": "room:c"}
SELECT outcome FROM jb_import('room:c', replace(pg_temp.file('one'), 'T01', 'T09'), sync => true); --> placed

-- ---- what no news could help is refused at once; what has begun can still be changed ----
SELECT event_id AS begun FROM jb_schedule('begins', '2 hours', start_timestamp => '2026-11-24 14:00+01', calendars => '{room:c}') \gset
SELECT test.clock('2026-11-24 14:30+01') \g /dev/null
SELECT outcome, start_timestamp, end_timestamp, detail FROM jb_update(:begun, '{"duration": 3600}');
--> updated|2026-11-24 14:00:00+01|2026-11-24 15:00:00+01|The calendar mirrors a source, and the last news from it counted until 2026-11-23T11:00:01+01:00.
SELECT outcome, reason FROM jb_schedule('on a Sunday', '1 hour', '2026-11-29', calendars => '{room:c}', on_no_slot => 'wait'); --> rejected|outside_hours
SELECT outcome, reason FROM jb_schedule('too long', '20 hours', calendars => '{room:c}', on_no_slot => 'wait'); --> rejected|outside_hours
SELECT outcome, reason FROM jb_schedule('too far', '1 hour', '2029-11-29', calendars => '{room:c}', on_no_slot => 'wait'); --> rejected|beyond_horizon
SELECT outcome, reason FROM jb_schedule('off the increment', '1 hour', start_timestamp => '2026-11-25 09:01+01', calendars => '{room:c}', on_no_slot => 'wait'); --> rejected|off_increment
SELECT outcome, reason FROM jb_schedule('on a Monday', '1 hour', '2026-11-30', calendars => '{room:c}', on_no_slot => 'wait', preempt => true); --> waiting|source_stale
SELECT verdict, reason FROM jb_explain('on a Tuesday', '1 hour', '2026-12-01', calendars => '{room:c}', preempt => true); --> rejected|source_stale
SELECT (jb_calendar_set('room:c', '{"max_source_age": null}')).max_source_age; --> null

-- ---- hidden calendars ----
SELECT * FROM jb_grant('room:a', 'role:regress_manager', 'manage') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal($$SELECT jb_source_as_of('{room:a}')$$); -- as if it did not exist
--> P0002|calendar "room:a" does not exist||jb_calendars() lists those that exist; jb_calendar_set() makes one.
SELECT * FROM test.refusal($$SELECT jb_source_as_of('{nobody}')$$); --> P0002|calendar "nobody" does not exist||jb_calendars() lists those that exist; jb_calendar_set() makes one.
RESET SESSION AUTHORIZATION;
SELECT * FROM jb_check();
