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
SELECT outcome, start_timestamp FROM jb_schedule('ten to four', '45 minutes', calendars => '{room:a}', within => '{"from": "10:00", "to": "16:00"}'); --> placed|2026-11-23 10:00:00+01
SELECT outcome, start_timestamp FROM jb_schedule('six hours', '6 hours', calendars => '{room:a}', within => '{"from": "10:00", "to": "16:00"}'); --> placed|2026-11-24 10:00:00+01
SELECT outcome, start_timestamp FROM jb_schedule('on a Thursday', '45 minutes', calendars => '{room:a}', within => '{"days": ["thursday"], "from": "16:00"}'); --> placed|2026-11-26 16:00:00+01
SELECT outcome, start_timestamp FROM jb_schedule('by Tokyo', '30 minutes', calendars => '{tokyo,room:a}', within => '{"from": "16:20", "to": "17:00"}'); --> placed|2026-11-23 08:20:00+01
SELECT outcome, start_timestamp FROM jb_schedule('by Berlin', '30 minutes', calendars => '{room:a,tokyo}', within => '{"from": "08:20", "to": "09:00"}'); --> placed|2026-11-24 08:20:00+01
SELECT within FROM jb_event(1); --> {"to": "16:00:00", "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], "from": "10:00:00"}
SELECT within FROM jb_event(3); --> {"to": "24:00:00", "days": ["thursday"], "from": "16:00:00"}
SELECT jb_event_json(e) -> 'within' FROM jb_event(2) AS e; --> {"days" : ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"], "from" : "10:00:00", "to" : "16:00:00"}
-- across midnight, and over the night in which the clock goes back: from 22:00 to 03:00 are six hours there
SELECT outcome, start_timestamp, end_timestamp FROM jb_schedule('late', '4 hours', calendars => '{night}', within => '{"days": ["friday"], "from": "22:00", "to": "02:00"}');
--> placed|2026-11-27 22:00:00+01|2026-11-28 02:00:00+01
SELECT test.clock('2027-10-30 12:00+02') \g /dev/null
SELECT min(lower(slot)), max(lower(slot)), count(*) FROM jb_slots('4 hours', '{night}', to_time => '2027-11-01', max_rows => 1000, within => '{"days": ["saturday"], "from": "22:00", "to": "03:00"}') AS slot;
--> 2027-10-30 22:00:00+02|2027-10-31 00:00:00+02|25
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- what is offered is what is booked ----
SELECT slot FROM jb_slots('5 hours', '{room:b}', max_rows => 3, within => '{"days": ["tuesday", "monday"], "from": "10:00", "to": "15:05"}') AS slot;
--> ["2026-11-23 10:00:00+01","2026-11-23 15:00:00+01")
--> ["2026-11-23 10:05:00+01","2026-11-23 15:05:00+01")
--> ["2026-11-24 10:00:00+01","2026-11-24 15:00:00+01")
SELECT duration, start_timestamp, lead FROM jb_lead_time('{30 minutes,5 hours}', '{room:b}', within => '{"days": ["wednesday"], "from": "11:30"}'); --> 00:30:00|2026-11-25 11:30:00+01|52:30:00
--> 05:00:00|2026-11-25 11:30:00+01|52:30:00
SELECT candidate, verdict, reason, facts ->> 'limit' FROM jb_explain('why not earlier', '1 hour', calendars => '{room:b}', within => '{"days": ["tuesday"], "from": "15:00", "to": "17:00"}');
--> ["2026-11-23 07:00:00+01","2026-11-24 15:00:00+01")|passed_over|outside_window|2026-11-24T15:00:00+01:00
--> ["2026-11-24 15:00:01+01","2027-11-24 06:00:01+01")|later|null|null
--> ["2026-11-24 15:00:00+01","2026-11-24 16:00:00+01")|placed|null|null
SELECT outcome, alternatives FROM jb_schedule('an offer', '2 hours', calendars => '{room:b}', within => '{"days": ["friday"], "from": "13:00", "to": "16:00"}', dry_run => true); --> placed|{}
SELECT outcome, start_timestamp, alternatives FROM jb_schedule_all('{"event_name": "Three Fridays", "duration": 7200, "calendars": ["room:b"], "within": {"days": ["friday"], "from": "13:00", "to": "16:00"}, "offer": 3, "apart": 1}');
--> held|2026-11-27 13:00:00+01|{"[\"2026-12-04 13:00:00+01\",\"2026-12-04 15:00:00+01\")","[\"2026-12-11 13:00:00+01\",\"2026-12-11 15:00:00+01\")"}

-- ---- it moves within them, or waits ----
SELECT event_id AS moved FROM jb_schedule('gives way', '1 hour', calendars => '{room:b}', within => '{"days": ["monday"], "from": "10:00", "to": "11:30"}') \gset
SELECT outcome, moves FROM jb_schedule('displaces it', '1 hour', '2026-11-23', '10:00', calendars => '{room:b}');
--> placed|{"(10,\"2026-11-23 10:00:00+01\",\"2026-11-23 11:00:00+01\",\"2026-11-30 10:00:00+01\",\"2026-11-30 11:00:00+01\",,)"}
SELECT outcome, start_timestamp, reason, facts FROM jb_schedule('waits', '1 hour', '2026-11-23', calendars => '{room:b}', within => '{"from": "10:00", "to": "11:55"}', on_no_slot => 'wait');
--> waiting|null|no_open_slot|{"duration": 3600, "end_timestamp": "2026-11-24T00:00:00+01:00", "start_timestamp": "2026-11-23T07:00:00+01:00"}
SELECT event_id AS waiting FROM jb_schedule('waits too', '1 hour', not_after => '2026-11-30 18:00+01', calendars => '{room:b}', within => '{"days": ["monday"], "from": "09:30", "to": "10:45"}', on_no_slot => 'wait', priority => 60) \gset
SELECT event_name, status, start_timestamp FROM jb_event_view WHERE id = :waiting; --> waits too|waiting|null
SELECT outcome FROM jb_schedule('all of it', '9 hours', '2026-11-27', '08:00', calendars => '{room:a}'); --> placed
SELECT event_id AS last FROM jb_schedule('passes', '1 hour', '2026-11-27', calendars => '{room:a}', within => '{"to": "12:00"}', on_no_slot => 'wait') \gset
SELECT test.clock('2026-11-27 11:00+01') \g /dev/null
SELECT jb_expire() \g /dev/null
SELECT status FROM jb_event(:last); --> waiting
SELECT test.clock('2026-11-27 11:00:01+01') \g /dev/null
SELECT jb_expire() \g /dev/null
SELECT status FROM jb_event(:last); --> expired
SELECT reason, facts, detail FROM jb_rejections() WHERE event_id = :last ORDER BY id DESC LIMIT 1;
--> window_passed|{"limit": "2026-11-27T11:00:00+01:00"}|It waited for a slot until the time asked for had passed.
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- why there is no place ----
SELECT outcome, reason, detail, facts FROM jb_schedule('no Saturday', '1 hour', '2026-11-24', calendars => '{room:b}', within => '{"days": ["saturday"]}');
--> rejected|outside_window|The hours asked for hold no 01:00:00 from 2026-11-24T00:00:00+01:00 to 2026-11-25T00:00:00+01:00.|{"duration": 3600, "end_timestamp": "2026-11-25T00:00:00+01:00", "start_timestamp": "2026-11-24T00:00:00+01:00"}
SELECT outcome, reason, detail FROM jb_schedule('not at night', '1 hour', calendars => '{room:b}', within => '{"from": "20:00"}');
--> rejected|outside_hours|The calendar's hours hold no stretch of 01:00:00 from 2026-11-23T07:00:00+01:00 to 2027-11-24T07:00:00+01:00.
SELECT outcome, reason FROM jb_schedule('off', '30 minutes', calendars => '{room:b}', within => '{"from": "10:01", "to": "10:31"}'); --> rejected|off_increment
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{"horizon": "2 days"}') \g /dev/null
SELECT outcome, reason, detail FROM jb_schedule('far', '1 hour', calendars => '{room:b}', within => '{"days": ["friday"]}', on_no_slot => 'wait');
--> rejected|beyond_horizon|It could end no earlier than 2026-11-27T01:00:00+01:00; the horizon is 2026-11-25T07:00:00+01:00.
SELECT jb_calendar_set('room:b', '{"horizon": null, "min_notice": "3 days"}') \g /dev/null
SELECT outcome, reason, detail FROM jb_schedule('soon', '1 hour', not_after => '2026-11-29 00:00+01', calendars => '{room:b}', within => '{"days": ["tuesday"]}');
--> rejected|too_soon|The notice asked for ends at 2026-11-26T07:00:00+01:00.
SELECT outcome, reason FROM jb_schedule('kept', '1 hour', '2026-11-24', calendars => '{room:b}', within => '{"days": ["monday"]}'); --> rejected|outside_window
SELECT request -> 'within' FROM jb_rejections() ORDER BY id DESC LIMIT 1; --> {"to": "24:00:00", "days": ["monday"], "from": "00:00:00"}
SELECT jb_calendar_set('room:b', '{"min_notice": null}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- changes ----
SELECT outcome, start_timestamp FROM jb_reschedule(1, within => '{"days": ["tuesday"], "from": "14:00", "to": "15:00"}'); --> updated|2026-12-01 14:00:00+01
SELECT outcome, start_timestamp FROM jb_update(1, '{"within": {"from": "14:10"}}'); --> updated|2026-12-01 14:10:00+01
SELECT within FROM jb_event(1); --> {"to": "15:00:00", "days": ["tuesday"], "from": "14:10:00"}
SELECT outcome FROM jb_update(1, '{"within": {"days": ["tuesday"], "from": "14:10", "to": "15:00"}}'); --> unchanged
SELECT outcome FROM jb_update(1, (SELECT jb_event_json(e)::jsonb FROM jb_event(1) AS e), replace => true); --> unchanged
SELECT outcome, start_timestamp FROM jb_update(1, '{"within": {"days": null, "from": null}}'); --> updated|2026-11-23 08:50:00+01
SELECT within FROM jb_event(1); --> {"to": "15:00:00", "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], "from": "00:00:00"}
SELECT outcome, start_timestamp FROM jb_reschedule(1, '2026-11-25', '16:00'); --> updated|2026-11-25 16:00:00+01
SELECT within FROM jb_event(1); --> {"to": "15:00:00", "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], "from": "00:00:00"}
SELECT outcome, start_timestamp FROM jb_reschedule(1, make_automatic => true); --> updated|2026-11-25 08:00:00+01
SELECT outcome, start_timestamp FROM jb_update(1, '{"within": null}'); --> updated|2026-11-25 08:00:00+01
SELECT kind, fields FROM jb_changes('room:a') WHERE event_id = 1 AND 'within' = ANY (fields); --> moved|{within,start_timestamp,end_timestamp}
--> moved|{within,start_timestamp,end_timestamp}
--> moved|{within,start_timestamp,end_timestamp}
--> updated|{within}

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
--> 22023|invalid within "{"days" : ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"], "from" : "10:00:00", "to" : "24:00:00"}": a window narrows automatic events only|[{"field":"within","value":"{\"days\" : [\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\",\"saturday\",\"sunday\"], \"from\" : \"10:00:00\", \"to\" : \"24:00:00\"}","message":"a window narrows automatic events only"}]
--> 22023|invalid within "{"days" : ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"], "from" : "10:00:00", "to" : "12:59:00"}": the event lasts longer, 03:00:00|[{"field":"within","value":"{\"days\" : [\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\",\"saturday\",\"sunday\"], \"from\" : \"10:00:00\", \"to\" : \"12:59:00\"}","message":"the event lasts longer, 03:00:00"}]
--> 22023|invalid within "{"days" : ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"], "from" : "10:00:00", "to" : "10:10:00"}": the event lasts longer, 00:30:00|[{"field":"within","value":"{\"days\" : [\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\",\"saturday\",\"sunday\"], \"from\" : \"10:00:00\", \"to\" : \"10:10:00\"}","message":"the event lasts longer, 00:30:00"}]
--> 22023|invalid within "{"days" : ["monday","wednesday"], "from" : "00:00:00", "to" : "24:00:00"}": the event lasts longer, 1 day 01:00:00|[{"field":"within","value":"{\"days\" : [\"monday\",\"wednesday\"], \"from\" : \"00:00:00\", \"to\" : \"24:00:00\"}","message":"the event lasts longer, 1 day 01:00:00"}]
--> 22023|invalid within "[]": it must be {"days": ["monday", …], "from": "HH:MM", "to": "HH:MM"}|[{"field":"within","value":"[]","message":"it must be {\"days\": [\"monday\", …], \"from\": \"HH:MM\", \"to\": \"HH:MM\"}"}]
--> 22023|invalid within.days "[]": it must be a list of days, monday to sunday|[{"field":"within.days","value":"[]","message":"it must be a list of days, monday to sunday"},{"field":"within.from","value":"24:00","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"within.to","value":"25:00","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"within.until","value":"1","message":"there is no such member"}]
--> 22023|invalid within.days[0] "Monday": there is no such day|[{"field":"within.days[0]","value":"Monday","message":"there is no such day"},{"field":"within.days[2]","value":"sunday","message":"it is named twice"},{"field":"within.to","value":"09:00:00","message":"it must not be the same time as from"}]
--> 22023|invalid within "{"days" : ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"], "from" : "10:00:00", "to" : "12:00:00"}": the event lasts longer, 03:00:00|[{"field":"within","value":"{\"days\" : [\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\",\"saturday\",\"sunday\"], \"from\" : \"10:00:00\", \"to\" : \"12:00:00\"}","message":"the event lasts longer, 03:00:00"}]
--> 22023|invalid within "{"days" : ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"], "from" : "10:00:00", "to" : "12:00:00"}": the event lasts longer, 03:00:00|[{"field":"within","value":"{\"days\" : [\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\",\"saturday\",\"sunday\"], \"from\" : \"10:00:00\", \"to\" : \"12:00:00\"}","message":"the event lasts longer, 03:00:00"}]
--> 22023|invalid within "{"days" : ["monday","tuesday","wednesday","thursday","friday","saturday","sunday"], "from" : "10:00:00", "to" : "15:59:00"}": the event lasts longer, 06:00:00|[{"field":"within","value":"{\"days\" : [\"monday\",\"tuesday\",\"wednesday\",\"thursday\",\"friday\",\"saturday\",\"sunday\"], \"from\" : \"10:00:00\", \"to\" : \"15:59:00\"}","message":"the event lasts longer, 06:00:00"}]
--> 22023|request 1: invalid within.from "9": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS|[{"index":1,"field":"within.from","value":"9","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"}]

-- ---- a table's row ----
CREATE TEMP TABLE visit (id int PRIMARY KEY, hours jsonb, begins timestamptz, ends timestamptz, outcome text, reason text, event_id bigint);
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'calendars:=room:a', 'start_timestamp=begins', 'end_timestamp=ends', 'within=hours');
INSERT INTO visit VALUES (1, '{"from": "13:00", "to": "14:00"}');
SELECT begins, ends, outcome FROM visit; --> 2026-11-23 13:00:00+01|2026-11-23 14:00:00+01|placed
UPDATE visit SET hours = '{"from": "14:00", "to": "15:00"}';
SELECT begins, ends, outcome FROM visit; --> 2026-11-23 14:00:00+01|2026-11-23 15:00:00+01|placed
