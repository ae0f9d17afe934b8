-- Promise: an event whose time is left open lies as a whole within the days and hours that it asks for, wherever the scheduler
-- puts it: at first, displaced, waiting, replanned. The same hours bound what is offered.
-- Could break: a read that offers, or a call that moves, does not know them; they follow the wrong clock; midnight or a clock
-- change cuts a stretch; a refusal tells another reason; a waiting event outlives its last start; a change loses them.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set(name, jsonb_build_object('time_zone', zone)) FROM (VALUES ('room:b', 'Europe/Berlin'), ('tokyo', 'Asia/Tokyo')) AS c (name, zone) \g /dev/null
SELECT jb_calendar_set('night', '{"time_zone": "Europe/Berlin", "hours": {"friday": [{"start": "00:00", "end": "24:00"}], "saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- the earliest start within them, on the first calendar's clock ----
SELECT outcome, start_timestamp FROM jb_schedule('ten to four', '45 minutes', calendars => '{room:a}', within => '{"from": "10:00", "to": "16:00"}');
SELECT outcome, start_timestamp FROM jb_schedule('six hours', '6 hours', calendars => '{room:a}', within => '{"from": "10:00", "to": "16:00"}');
SELECT outcome, start_timestamp FROM jb_schedule('on a Thursday', '45 minutes', calendars => '{room:a}', within => '{"days": ["thursday"], "from": "16:00"}');
SELECT outcome, start_timestamp FROM jb_schedule('by Tokyo', '30 minutes', calendars => '{tokyo,room:a}', within => '{"from": "16:20", "to": "17:00"}');
SELECT outcome, start_timestamp FROM jb_schedule('by Berlin', '30 minutes', calendars => '{room:a,tokyo}', within => '{"from": "08:20", "to": "09:00"}');
SELECT within FROM jb_event(1);
SELECT within FROM jb_event(3);
SELECT jb_event_json(e) -> 'within' FROM jb_event(2) AS e;
-- across midnight, and over the night in which the clock goes back: from 22:00 to 03:00 are six hours there
SELECT outcome, start_timestamp, end_timestamp FROM jb_schedule('late', '4 hours', calendars => '{night}', within => '{"days": ["friday"], "from": "22:00", "to": "02:00"}');
SELECT test.clock('2027-10-30 12:00+02') \g /dev/null
SELECT min(lower(slot)), max(lower(slot)), count(*) FROM jb_slots('4 hours', '{night}', to_time => '2027-11-01', max_rows => 1000, within => '{"days": ["saturday"], "from": "22:00", "to": "03:00"}') AS slot;
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- what is offered is what is booked ----
SELECT slot FROM jb_slots('5 hours', '{room:b}', max_rows => 3, within => '{"days": ["tuesday", "monday"], "from": "10:00", "to": "15:05"}') AS slot;
SELECT duration, start_timestamp, lead FROM jb_lead_time('{30 minutes,5 hours}', '{room:b}', within => '{"days": ["wednesday"], "from": "11:30"}');
SELECT candidate, verdict, reason, facts ->> 'limit' FROM jb_explain('why not earlier', '1 hour', calendars => '{room:b}', within => '{"days": ["tuesday"], "from": "15:00", "to": "17:00"}');
SELECT outcome, alternatives FROM jb_schedule('an offer', '2 hours', calendars => '{room:b}', within => '{"days": ["friday"], "from": "13:00", "to": "16:00"}', dry_run => true);
SELECT outcome, start_timestamp, alternatives FROM jb_schedule_all('{"event_name": "Three Fridays", "duration": 7200, "calendars": ["room:b"], "within": {"days": ["friday"], "from": "13:00", "to": "16:00"}, "offer": 3, "apart": 1}');

-- ---- it moves within them, or waits ----
SELECT event_id AS moved FROM jb_schedule('gives way', '1 hour', calendars => '{room:b}', within => '{"days": ["monday"], "from": "10:00", "to": "11:30"}') \gset
SELECT outcome, moves FROM jb_schedule('displaces it', '1 hour', '2026-11-23', '10:00', calendars => '{room:b}');
SELECT outcome, start_timestamp, reason, facts FROM jb_schedule('waits', '1 hour', '2026-11-23', calendars => '{room:b}', within => '{"from": "10:00", "to": "11:55"}', on_no_slot => 'wait');
SELECT event_id AS waiting FROM jb_schedule('waits too', '1 hour', not_after => '2026-11-30 18:00+01', calendars => '{room:b}', within => '{"days": ["monday"], "from": "09:30", "to": "10:45"}', on_no_slot => 'wait', priority => 60) \gset
SELECT event_name, status, start_timestamp FROM jb_event_view WHERE id = :waiting;
SELECT outcome FROM jb_schedule('all of it', '9 hours', '2026-11-27', '08:00', calendars => '{room:a}');
SELECT event_id AS last FROM jb_schedule('passes', '1 hour', '2026-11-27', calendars => '{room:a}', within => '{"to": "12:00"}', on_no_slot => 'wait') \gset
SELECT test.clock('2026-11-27 11:00+01') \g /dev/null
SELECT jb_expire() \g /dev/null
SELECT status FROM jb_event(:last);
SELECT test.clock('2026-11-27 11:00:01+01') \g /dev/null
SELECT jb_expire() \g /dev/null
SELECT status FROM jb_event(:last);
SELECT reason, facts, detail FROM jb_rejections() WHERE event_id = :last ORDER BY id DESC LIMIT 1;
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- why there is no place ----
SELECT outcome, reason, detail, facts FROM jb_schedule('no Saturday', '1 hour', '2026-11-24', calendars => '{room:b}', within => '{"days": ["saturday"]}');
SELECT outcome, reason, detail FROM jb_schedule('not at night', '1 hour', calendars => '{room:b}', within => '{"from": "20:00"}');
SELECT outcome, reason FROM jb_schedule('off', '30 minutes', calendars => '{room:b}', within => '{"from": "10:01", "to": "10:31"}');
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{"horizon": "2 days"}') \g /dev/null
SELECT outcome, reason, detail FROM jb_schedule('far', '1 hour', calendars => '{room:b}', within => '{"days": ["friday"]}', on_no_slot => 'wait');
SELECT jb_calendar_set('room:b', '{"horizon": null, "min_notice": "3 days"}') \g /dev/null
SELECT outcome, reason, detail FROM jb_schedule('soon', '1 hour', not_after => '2026-11-29 00:00+01', calendars => '{room:b}', within => '{"days": ["tuesday"]}');
SELECT outcome, reason FROM jb_schedule('kept', '1 hour', '2026-11-24', calendars => '{room:b}', within => '{"days": ["monday"]}');
SELECT request -> 'within' FROM jb_rejections() ORDER BY id DESC LIMIT 1;
SELECT jb_calendar_set('room:b', '{"min_notice": null}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- changes ----
SELECT outcome, start_timestamp FROM jb_reschedule(1, within => '{"days": ["tuesday"], "from": "14:00", "to": "15:00"}');
SELECT outcome, start_timestamp FROM jb_update(1, '{"within": {"from": "14:10"}}');
SELECT within FROM jb_event(1);
SELECT outcome FROM jb_update(1, '{"within": {"days": ["tuesday"], "from": "14:10", "to": "15:00"}}');
SELECT outcome FROM jb_update(1, (SELECT jb_event_json(e)::jsonb FROM jb_event(1) AS e), replace => true);
SELECT outcome, start_timestamp FROM jb_update(1, '{"within": {"days": null, "from": null}}');
SELECT within FROM jb_event(1);
SELECT outcome, start_timestamp FROM jb_reschedule(1, '2026-11-25', '16:00');
SELECT within FROM jb_event(1);
SELECT outcome, start_timestamp FROM jb_reschedule(1, make_automatic => true);
SELECT outcome, start_timestamp FROM jb_update(1, '{"within": null}');
SELECT kind, fields FROM jb_changes('room:a') WHERE event_id = 1 AND 'within' = ANY (fields);

-- ---- bad input ----
SELECT r.state, r.message, r.detail FROM (VALUES
  ('SELECT jb_schedule(''x'', ''1 hour'', ''2026-11-24'', ''09:00'', calendars => ''{room:a}'', within => ''{"from": "10:00"}'')'),
  ('SELECT jb_schedule(''x'', ''3 hours'', calendars => ''{room:a}'', within => ''{"from": "10:00", "to": "12:59"}'')'),
  ('SELECT jb_schedule(''x'', calendars => ''{room:a}'', within => ''{"from": "10:00", "to": "10:10"}'')'),
  ('SELECT jb_schedule(''x'', ''25 hours'', calendars => ''{room:a}'', within => ''{"days": ["monday", "wednesday"]}'')'),
  ('SELECT jb_schedule(''x'', ''1 hour'', calendars => ''{room:a}'', within => ''[]'')'),
  ('SELECT jb_schedule(''x'', ''1 hour'', calendars => ''{room:a}'', within => ''{"days": [], "from": "24:00", "to": "25:00", "until": 1}'')'),
  ('SELECT jb_schedule(''x'', ''1 hour'', calendars => ''{room:a}'', within => ''{"days": ["Monday", "sunday", "sunday"], "from": "09:00", "to": "09:00"}'')'),
  ('SELECT jb_slots(''3 hours'', ''{room:a}'', within => ''{"from": "10:00", "to": "12:00"}'')'),
  ('SELECT jb_lead_time(''{1 hour,3 hours}'', ''{room:a}'', within => ''{"from": "10:00", "to": "12:00"}'')'),
  ('SELECT jb_update(2, ''{"within": {"to": "15:59"}}'')'),
  ('SELECT jb_schedule_all(''[{"event_name": "x", "calendars": ["room:a"]}, {"event_name": "y", "calendars": ["room:a"], "within": {"from": 9}}]'')')
) AS s (statement), test.refusal(s.statement) AS r;

-- ---- a table's row ----
CREATE TEMP TABLE visit (id int PRIMARY KEY, hours jsonb, begins timestamptz, ends timestamptz, outcome text, reason text, event_id bigint);
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'calendars:=room:a', 'start_timestamp=begins', 'end_timestamp=ends', 'within=hours');
INSERT INTO visit VALUES (1, '{"from": "13:00", "to": "14:00"}');
SELECT begins, ends, outcome FROM visit;
UPDATE visit SET hours = '{"from": "14:00", "to": "15:00"}';
SELECT begins, ends, outcome FROM visit;
