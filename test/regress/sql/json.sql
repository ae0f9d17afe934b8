-- Promise: the JSON functions show every field under its name, times as RFC 3339 with the calendar's offset, durations in
-- seconds, null where there is no value.
-- Could break: a field is added to a view and forgotten here, or depends on the session's zone or style.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('Fixed "quoted" \ ünïcode ☕', '1 hour', '2026-11-24', '09:00', attendees => '{Ann,"B, C"}', event_location => 'Room 1', calendars => '{room:a}', priority => 70);
SELECT event_id FROM jb_schedule('By instant', '90 minutes 1 second', start_timestamp => '2026-07-01 09:00+02', calendars => '{room:a}', allow_past => true);
SELECT event_id FROM jb_schedule('Automatic', '366 days', not_before => '2026-11-24 08:00+01', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Waiting', '1 hour', not_before => '2026-11-25 10:00+01', not_after => '2026-11-25 11:00+01', calendars => '{room:a}');
-- whatever the session's zone and styles
SET timezone = 'Asia/Tokyo';
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'postgres_verbose';

-- ---- an event ----
SELECT jb_event_json(e) FROM jb_event(1) e;
SELECT jb_event_json(e) FROM jb_event(2) e;

-- ---- outcomes ----
SELECT jb_outcome_json(s) FROM jb_schedule('Fixed', '1 hour', '2026-11-25', '10:00', calendars => '{room:a}') s;
SELECT jb_event_json(e) FROM jb_event(3) e;
SELECT jb_outcome_json(s) FROM jb_schedule('In the way', '1 hour', '2026-11-25', '10:30', calendars => '{room:a}') s;
SELECT jb_outcome_json(s) FROM jb_schedule('Dry', '1 hour', '2026-11-25', '12:00', calendars => '{room:a}', dry_run => true) s;

-- ---- the other JSON functions ----
SELECT jb_change_json(c) FROM jb_history(1) c;
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(1);
SELECT jb_change_json(c) -> 'image' AS image FROM jb_history(1) c;
SELECT jb_rejection_json(r) FROM jb_rejections() r;
SELECT jb_range_json('[2026-03-29 00:00Z,2026-03-29 01:00Z)', 'Europe/Berlin'), jb_range_json(NULL, 'Europe/Berlin');
SELECT jb_calendar_json(jb_calendar('room:a')) ->> 'slot_increment' AS seconds;

-- ---- each field of a view is a member of the record, so that none is forgotten: must be no row ----
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_event_view'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_event_json(jb_event(2)));
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_calendar_view'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_calendar_json(jb_calendar('room:a'))) EXCEPT VALUES ('change_seq'::name), ('created_at'), ('updated_at');
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_change'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_change_json(c)) FROM jb_history(2) c EXCEPT VALUES ('time_zone'::name);
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_rejection'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_rejection_json(r)) FROM jb_rejections() r EXCEPT VALUES ('principal_seq'::name);
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_outcome'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_outcome_json(o)) FROM jb_schedule('Dry', '1 hour', '2026-11-25', '12:00', calendars => '{room:a}', dry_run => true) o EXCEPT VALUES ('time_zone'::name);
\i test/regress/sql/frame/close.psql
