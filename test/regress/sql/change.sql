-- Promise: every change of an event is one entry of its calendar's history, numbered without a gap, with who made it.
-- Could break: a refusal, a dry run or a lock takes a number; the change of a displaced event is not told.
\i test/regress/sql/frame/open.psql
-- calls that take no number
SELECT outcome FROM jb_schedule('Refused', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}'); --> rejected
SELECT outcome FROM jb_schedule('Tried', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', dry_run => true); --> placed
SELECT jb_lock('{room:a}'); -->
SELECT change_seq FROM jb_calendar('room:a'); --> 0
SELECT count(*) FROM jb_changes('room:a'); --> 0

-- ---- one entry each ----
SELECT event_id FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}'); --> 1
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2026-11-23 07:10+01'); --> 2026-11-23 07:10:00+01
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '08:30', calendars => '{room:a}'); --> 2
SELECT outcome FROM jb_update(2, '{"event_name": "Renamed", "priority": 60}'); --> updated
SELECT outcome FROM jb_update(2, '{"event_name": "Renamed"}'); --> unchanged
SELECT outcome FROM jb_reschedule(2, start_time => '15:00'); --> updated
SELECT outcome FROM jb_cancel(2); --> cancelled
SELECT outcome FROM jb_cancel(2); --> unchanged
SELECT jb_delete(2); --> t
SELECT test.clock('2026-11-24 09:10+01'); --> 2026-11-24 09:10:00+01
SELECT outcome FROM jb_update(1, '{"status": "in_progress"}'); --> updated
SELECT test.clock('2026-11-24 09:20+01'); --> 2026-11-24 09:20:00+01
SELECT outcome FROM jb_update(1, '{"status": "completed"}'); --> updated
SELECT calendar, seq, at, principal, event_id, version, kind, old_range, new_range, old_status, new_status, fields, image IS NOT NULL AS has_image
  FROM jb_changes('room:a'); --> room:a|1|2026-11-23 07:00:00+01|regress_secretary|1|1|placed|null|["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|null|scheduled|{}|f
--> room:a|2|2026-11-23 07:10:00+01|regress_manager|2|1|placed|null|["2026-11-24 08:30:00+01","2026-11-24 09:30:00+01")|null|scheduled|{}|f
--> room:a|3|2026-11-23 07:10:00+01|regress_manager|1|2|moved|["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|["2026-11-24 09:30:00+01","2026-11-24 10:30:00+01")|scheduled|scheduled|{start_timestamp,end_timestamp}|f
--> room:a|4|2026-11-23 07:10:00+01|regress_manager|2|2|updated|["2026-11-24 08:30:00+01","2026-11-24 09:30:00+01")|["2026-11-24 08:30:00+01","2026-11-24 09:30:00+01")|scheduled|scheduled|{event_name,priority}|f
--> room:a|5|2026-11-23 07:10:00+01|regress_manager|2|3|moved|["2026-11-24 08:30:00+01","2026-11-24 09:30:00+01")|["2026-11-24 15:00:00+01","2026-11-24 16:00:00+01")|scheduled|scheduled|{start_time,start_timestamp,end_timestamp}|f
--> room:a|6|2026-11-23 07:10:00+01|regress_manager|2|4|cancelled|["2026-11-24 15:00:00+01","2026-11-24 16:00:00+01")|["2026-11-24 15:00:00+01","2026-11-24 16:00:00+01")|scheduled|cancelled|{status}|f
--> room:a|7|2026-11-23 07:10:00+01|regress_manager|2|5|deleted|["2026-11-24 15:00:00+01","2026-11-24 16:00:00+01")|null|cancelled|null|{}|t
--> room:a|8|2026-11-24 09:10:00+01|regress_manager|1|3|started|["2026-11-24 09:30:00+01","2026-11-24 10:30:00+01")|["2026-11-24 09:10:00+01","2026-11-24 10:30:00+01")|scheduled|scheduled|{start_timestamp}|f
--> room:a|9|2026-11-24 09:20:00+01|regress_manager|1|4|completed|["2026-11-24 09:10:00+01","2026-11-24 10:30:00+01")|["2026-11-24 09:10:00+01","2026-11-24 09:20:00+01")|scheduled|scheduled|{end_timestamp}|f
SELECT change_seq FROM jb_calendar('room:a'); --> 9

-- ---- reading on ----
SELECT array_agg(seq) FROM jb_changes('room:a', 3, 2); --> {4,5}
SELECT array_agg(seq) FROM jb_changes('room:a', -5, 2); --> {1,2}
SELECT count(*) FROM jb_changes('room:a', (SELECT change_seq FROM jb_calendar('room:a'))); --> 0
-- the changes of one event, oldest first
SELECT seq, kind FROM jb_history(1); --> 1|placed
--> 3|moved
--> 8|started
--> 9|completed
-- also within one second, and across calendars, whose sequences cannot be compared
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}'); --> room:b
SELECT event_id FROM jb_schedule('Wanders', '1 hour', '2026-11-27', '09:00', calendars => '{room:b}') \gset
SELECT outcome FROM jb_reschedule(:event_id, calendars => '{room:a}'); --> updated
SELECT outcome FROM jb_reschedule(:event_id, calendars => '{room:b}'); --> updated
SELECT jb_delete(:event_id); --> t
SELECT version, calendar, kind, old_status, new_status FROM jb_history(:event_id); --> 1|room:b|placed|null|scheduled
--> 2|room:a|moved|null|scheduled
--> 2|room:b|moved|scheduled|null
--> 3|room:a|moved|scheduled|null
--> 3|room:b|moved|null|scheduled
--> 4|room:b|deleted|scheduled|null
-- the view is for joins
SELECT kind, count(*) FROM jb_change GROUP BY kind ORDER BY kind; --> cancelled|1
--> completed|1
--> deleted|2
--> moved|6
--> placed|3
--> started|1
--> updated|1

-- ---- many in one transaction ----
BEGIN;
SELECT count(*) FROM generate_series(1, 30) AS i, jb_schedule('Many ' || i, '5 minutes', '2026-11-25', calendars => '{room:a}'); --> 30
SELECT outcome FROM jb_schedule('Refused', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}'); --> rejected
SAVEPOINT try;
SELECT outcome FROM jb_schedule('Undone', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}'); --> placed
ROLLBACK TO try;
SELECT outcome FROM jb_schedule('Kept', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}'); --> placed
COMMIT;
SELECT count(*), min(seq), max(seq), c.change_seq FROM jb_changes('room:a'), jb_calendar('room:a') c GROUP BY c.change_seq; --> 42|1|42|42

-- ---- a calendar that is made again ----
-- it goes on with the next seq: who had read everything misses nothing, who had not is told so
SELECT name FROM jb_calendar_set('room:again', '{"time_zone": "Europe/Berlin"}'); --> room:again
SELECT count(*) FROM generate_series(1, 3) AS i, jb_schedule('Before ' || i, '1 hour', '2026-11-27', calendars => '{room:again}'); --> 3
SELECT array_agg(seq) FROM jb_changes('room:again', 1); --> {2,3}
SELECT count(jb_delete(id)) FROM jb_events('room:again'); --> 3
SELECT change_seq AS read FROM jb_calendar('room:again') \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_delete('room:again'); --> t
SELECT name FROM jb_calendar_set('room:again', '{"time_zone": "Europe/Berlin"}'); --> room:again
SELECT outcome FROM jb_schedule('After', '1 hour', '2026-11-27', calendars => '{room:again}'); --> placed
SELECT seq - :read AS further, kind, event_id IS NOT NULL AS of_an_event FROM jb_changes('room:again', :read); --> 1|placed|t
SELECT seq - :read AS further FROM jb_changes('room:again'); --> 1
SELECT state, message FROM test.refusal($$SELECT jb_changes('room:again', 2)$$); -- must fail: what followed is gone --> JB410|the changes of calendar "room:again" up to 6 have been purged
SELECT count(*) AS problems FROM jb_check(); --> 0
-- deleted before anything happened on it, it leaves nothing behind
SELECT name FROM jb_calendar_set('room:unused', '{}'); --> room:unused
SELECT jb_calendar_delete('room:unused'); --> t
SELECT change_seq FROM jb_calendar_set('room:unused', '{}'); --> 0

-- ---- a reader that is ahead ----
-- a restore has taken changes back: the reader would take the next ones for known: must fail
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_changes(%L, after => %s)', 'room:again', :read + 2));
--> JB410|calendar "room:again" has no change 8, its last one is 7|It has been restored as it was before, or the number is none that it gave.|Take the number of the last change, which jb_changes_after() tells, then read the events, and go on from that number.
SELECT state, message FROM test.refusal($$SELECT jb_changes('ceo', after => 1)$$); -- not made yet --> JB410|calendar "ceo" has no change 1, its last one is 0
SELECT count(*) FROM jb_changes('ceo', after => 0); --> 0
-- made and deleted, it goes on from its last change, as any calendar does that is made again
SELECT jb_delete(event_id), jb_calendar_delete('ceo') FROM jb_schedule('First', '1 hour'); --> t|t
RESET SESSION AUTHORIZATION;
SELECT jb_changes_after('ceo', 0) AS after, (jb_calendar('ceo')).change_seq, last FROM jb_last_numbers('{ceo}'); --> 2|2|2
SELECT count(*) FROM jb_changes('ceo', after => 2); --> 0
SELECT state, message FROM test.refusal($$SELECT jb_changes('ceo', after => 0)$$); -- JB410 --> JB410|the changes of calendar "ceo" up to 2 have been purged
SELECT outcome FROM jb_schedule('First again', '1 hour'); --> placed
SELECT seq FROM jb_changes('ceo', after => 2); --> 3

-- Promise (rule 4.29): each change tells the event as the change left it, also long after, as reading the event told it then.
-- Could break: a field that changed is not kept, or is kept as the change made it; a long value is read when it is gone; a
-- change on several calendars, or with nothing to keep, stops the reconstruction, and so does each 32nd version.
\i test/regress/sql/frame/open.psql
-- ---- what every event was at each version, as it was read then ----
RESET SESSION AUTHORIZATION;
CREATE TABLE test.seen (id bigint, version bigint, event jsonb, PRIMARY KEY (id, version));
GRANT ALL ON test.seen TO PUBLIC;
GRANT CREATE ON SCHEMA test TO PUBLIC;
CREATE FUNCTION test.look() RETURNS void LANGUAGE sql AS $$
  INSERT INTO test.seen SELECT v.id, v.version, jb_event_json(v)::jsonb FROM jb_event_view v ON CONFLICT DO NOTHING;
$$;
SELECT count(jb_calendar_set(name, '{"time_zone": "Asia/Tokyo"}')) FROM unnest('{room:b,room:c}'::text[]) AS name; --> 2
SET SESSION AUTHORIZATION regress_manager;

-- ---- a change of each kind ----
SELECT outcome FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}', description => repeat('long ', 1500), metadata => '{"n": 1.50}'); --> placed
SELECT test.look(); --> null
SELECT moves IS NOT NULL AS displaces FROM jb_schedule('Displaces', '1 hour', '2026-11-24', '08:00', calendars => '{room:a,room:b}', attendees => '{ben}'); --> t
SELECT test.look(); --> null
DO $$
DECLARE
  id bigint := 2;
  call text;
BEGIN
  FOREACH call IN ARRAY ARRAY[
    $c$jb_update(1, '{"description": "short", "metadata": {"n": 1.500, "more": [1]}}')$c$,
    $c$jb_update(1, '{"description": null, "event_name": "Named anew", "attendees": ["x", "y"]}')$c$,
    $c$jb_update(2, '{"event_location": "Upstairs", "priority": 70, "duration": 5400}')$c$,
    $c$jb_reschedule(2, calendars => '{room:c,room:b}')$c$,
    $c$jb_attach(2, '{"name": "map", "url": "https://example.org/map"}')$c$,
    $c$jb_attach(2, '{"name": "plan", "url": "https://example.org/plan"}')$c$,
    $c$jb_detach(2, 1)$c$,
    $c$jb_reschedule(2, calendars => '{room:a}', start_timestamp => '2026-11-25 10:00+01')$c$,
    $c$jb_schedule('Held', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}', hold_for => '1 day')$c$,
    $c$jb_schedule('Waits', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}', on_no_slot => 'wait')$c$,
    $c$jb_update(4, '{"priority": 90, "event_name": "Still waits"}')$c$,
    $c$jb_deny(3)$c$,
    $c$jb_schedule('Weekly', '1 hour', start_timestamp => '2026-12-01 09:00+01', calendars => '{room:b}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=4')$c$,
    $c$jb_update(6, '{"event_name": "Other weekly", "scope": "following"}')$c$,
    $c$jb_reschedule(7, start_timestamp => '2026-12-16 11:00+01')$c$,
    $c$jb_update(6, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=3", "scope": "following"}')$c$,
    $c$jb_cancel(2)$c$] LOOP
    EXECUTE 'SELECT ' || call;
    PERFORM test.look();
  END LOOP;
  PERFORM jb_delete(4);
END $$;
-- a long history, of which the steps back are few
DO $$
BEGIN
  FOR i IN 1..80 LOOP
    PERFORM jb_update(8, jsonb_build_object(CASE i % 3 WHEN 0 THEN 'event_name' WHEN 1 THEN 'description' ELSE 'event_location' END, 'Text ' || i));
    PERFORM test.look();
    PERFORM jb_reschedule(8, start_timestamp => timestamptz '2026-12-22 10:00+01' + i * interval '1 minute');
    PERFORM test.look();
  END LOOP;
  PERFORM jb_attach(8, '{"name": "last", "url": "https://example.org/"}');
  PERFORM test.look();
END $$;
SELECT event_id, max(version) > 64 AS is_long, count(DISTINCT kind) AS kinds FROM jb_change GROUP BY 1 ORDER BY 1; --> 1|f|3
--> 2|f|4
--> 3|f|2
--> 4|f|4
--> 5|f|2
--> 6|f|2
--> 7|f|3
--> 8|t|3

-- ---- each change with its event ----
CREATE FUNCTION test.differences() RETURNS TABLE (event_id bigint, version bigint, calendar text, was jsonb, told jsonb) LANGUAGE sql AS $$
  SELECT c.event_id, c.version, c.calendar, s.event, t.event
    FROM jb_change c
    LEFT JOIN test.seen s ON (s.id, s.version) = (c.event_id, c.version) AND c.new_status IS NOT NULL
   CROSS JOIN LATERAL (SELECT jb_change_event(c.calendar, c.seq)::jsonb AS event) t
   WHERE s.event IS DISTINCT FROM t.event;
$$;
SELECT d.event_id, d.version, d.calendar, w.key, w.value AS was, d.told -> w.key AS told
  FROM test.differences() d LEFT JOIN LATERAL jsonb_each(d.was) w ON d.told -> w.key IS DISTINCT FROM w.value ORDER BY 1, 2, 3, 4;
SELECT count(*) > 180 AS many, count(*) FILTER (WHERE new_status IS NULL) AS off_their_calendar FROM jb_change; --> t|4
-- of each change what it replaced is kept, of a wished start all of it, and no more; of a booking, and of an event that
-- was moved aside, nothing
SELECT event_id, version, kind, fields, ARRAY(SELECT jsonb_object_keys(old_values)) AS kept FROM jb_change_log WHERE event_id <= 2 ORDER BY 1, 2, calendar; --> 1|1|placed|{}|{}
--> 1|2|moved|{start_timestamp,end_timestamp}|{}
--> 1|3|updated|{description,metadata}|{metadata,description}
--> 1|4|updated|{event_name,attendees,description}|{attendees,event_name,description}
--> 1|5|moved|{start_timestamp,end_timestamp}|{}
--> 2|1|placed|{}|{}
--> 2|1|placed|{}|{}
--> 2|2|moved|{event_location,duration,priority,end_timestamp}|{duration,priority,event_location}
--> 2|2|moved|{event_location,duration,priority,end_timestamp}|{duration,priority,event_location}
--> 2|3|moved|{calendars,start_timestamp,end_timestamp}|{calendars}
--> 2|3|moved|{calendars,start_timestamp,end_timestamp}|{calendars}
--> 2|3|moved|{calendars,start_timestamp,end_timestamp}|{calendars}
--> 2|4|updated|{attachments}|{attachments}
--> 2|4|updated|{attachments}|{attachments}
--> 2|5|updated|{attachments}|{attachments}
--> 2|5|updated|{attachments}|{attachments}
--> 2|6|updated|{attachments}|{attachments}
--> 2|6|updated|{attachments}|{attachments}
--> 2|7|moved|{calendars,date,start_time,wished_start,start_timestamp,end_timestamp}|{date,calendars,start_time,wished_start}
--> 2|7|moved|{calendars,date,start_time,wished_start,start_timestamp,end_timestamp}|{date,calendars,start_time,wished_start}
--> 2|7|moved|{calendars,date,start_time,wished_start,start_timestamp,end_timestamp}|{date,calendars,start_time,wished_start}
--> 2|8|cancelled|{status}|{}
SELECT version, cardinality(ARRAY(SELECT jsonb_object_keys(old_values))) AS all_is_kept FROM jb_change_log WHERE event_id = 8 AND version % 32 = 0 ORDER BY 1; --> 32|26
--> 64|26
--> 96|26
--> 128|26
--> 160|26
-- beside the change, as GET /changes?expand=event has it
SELECT (j - 'event')::jsonb = jb_change_json(c)::jsonb AS the_change, j -> 'event' ->> 'event_name' AS name
  FROM jb_changes('room:c', 0, 1) AS c, LATERAL (SELECT jb_change_event_json(c)::jsonb AS j) AS e; --> t|Displaces

-- ---- a change that is not kept ----
SELECT jb_change_event('room:a', 0) IS NULL AS no_such_change, jb_change_event(NULL, NULL) IS NULL AS no_calendar; --> t|t
SELECT state, message FROM test.refusal($$SELECT jb_change_event('room:none', 1)$$); -- must fail --> P0002|calendar "room:none" does not exist
SELECT name FROM jb_calendar_set('room:d', '{}'); --> room:d
SELECT event_id AS wanders FROM jb_schedule('Wanders', '1 hour', '2027-01-11', '09:00', calendars => '{room:c}') \gset
SELECT outcome FROM jb_reschedule(:wanders, calendars => '{room:d}'); --> updated
SELECT outcome FROM jb_update(:wanders, '{"event_name": "Only there"}'); --> updated
SELECT outcome FROM jb_reschedule(:wanders, calendars => '{room:b}'); --> updated
SELECT version, calendar, jb_change_event(calendar, seq) ->> 'event_name' AS name FROM jb_history(:wanders); --> 1|room:c|Wanders
--> 2|room:c|null
--> 2|room:d|Wanders
--> 3|room:d|Only there
--> 4|room:b|Only there
--> 4|room:d|null
SELECT jb_calendar_delete('room:d'); --> t
-- the name that it had before is not known any more, and none is told
SELECT version, calendar, jb_change_event(calendar, seq) ->> 'event_name' AS name FROM jb_history(:wanders); --> 1|room:c|null
--> 2|room:c|null
--> 4|room:b|Only there

-- ---- a wish that another zone of the calendar has written otherwise since ----
SELECT name FROM jb_calendar_set('room:zone', '{"time_zone": "UTC"}'); --> room:zone
SELECT event_id AS zoned FROM jb_schedule('Zoned', '1 hour', '2027-01-13', calendars => '{room:zone}') \gset
SELECT outcome FROM jb_reschedule(:zoned, '2027-01-15', '15:00'); --> updated
SELECT outcome FROM jb_reschedule(:zoned, make_automatic => true); --> updated
SELECT outcome FROM jb_update(:zoned, '{"date": "2027-01-18", "start_time": "15:00", "days": 1}'); --> updated
SELECT outcome FROM jb_reschedule(:zoned, '2027-01-19', '15:00'); --> updated
CREATE TEMP VIEW zoned AS
SELECT c.seq, e ->> 'placement' AS placement, e ->> 'date' AS date, e ->> 'start_time' AS start_time,
       (e ->> 'wished_start')::timestamptz AS wished_start, e ->> 'duration' AS duration, e ->> 'days' AS days
  FROM jb_changes('room:zone') AS c, LATERAL (SELECT jb_change_event('room:zone', c.seq) AS e) AS e;
SELECT * FROM zoned ORDER BY seq; --> 1|automatic|2027-01-13|null|null|3600|null
--> 2|fixed|2027-01-15|15:00:00|null|3600|null
--> 3|automatic|2027-01-15|null|null|3600|null
--> 4|fixed|2027-01-18|15:00:00|null|null|1
--> 5|fixed|2027-01-19|15:00:00|null|null|1
SELECT name FROM jb_calendar_set('room:zone', '{"time_zone": "America/New_York"}'); --> room:zone
SELECT * FROM zoned ORDER BY seq; --> 1|automatic|2027-01-13|null|null|3600|null
--> 2|fixed|2027-01-15|15:00:00|null|3600|null
--> 3|automatic|2027-01-15|null|null|3600|null
--> 4|fixed|2027-01-18|15:00:00|null|null|1
--> 5|fixed|null|null|2027-01-19 16:00:00+01|null|1

-- ---- who may read it ----
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing'), jb_grant('room:b', 'role:regress_viewer', 'read'), jb_grant('room:a', 'role:regress_viewer', 'busy');
--> nothing|(role:regress_viewer,{read},,,,,)|(role:regress_viewer,{busy},,,,,)
SET SESSION AUTHORIZATION regress_viewer;
-- as it was on the calendar that may be read, also where it is on others now; nothing of what became of it there
SELECT c.seq, c.version, e ->> 'event_location' AS place, e ->> 'calendars' AS calendars, e ->> 'status' AS status
  FROM jb_changes('room:b') AS c, LATERAL (SELECT jb_change_event('room:b', c.seq) AS e) AS e WHERE c.event_id = 2; --> 1|1||["room:a", "room:b"]|pending
--> 2|2|Upstairs|["room:a", "room:b"]|pending
--> 3|3|Upstairs|["room:c", "room:b"]|pending
--> 4|4|Upstairs|["room:c", "room:b"]|pending
--> 5|5|Upstairs|["room:c", "room:b"]|pending
--> 6|6|Upstairs|["room:c", "room:b"]|pending
--> 7|7|null|null|null
SELECT count(*) > 5 AS changes, count(jb_change_event('room:a', c.seq)) AS told FROM jb_changes('room:a') AS c; --> t|0
SELECT state, message FROM test.refusal($$SELECT jb_change_event('room:c', 1)$$); -- must fail: not there for this reader --> P0002|calendar "room:c" does not exist
RESET SESSION AUTHORIZATION;

-- ---- what is purged ----
SELECT test.clock('2028-01-01 00:00+01'); --> 2028-01-01 00:00:00+01
SELECT changes > 100 AS purged FROM jb_purge('1 day'); --> t
SELECT count(*) AS kept FROM jb_change_log; --> 0
\i test/regress/sql/frame/close.psql
