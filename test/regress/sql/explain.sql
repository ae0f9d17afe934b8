-- Promise: jb_explain tells what jb_schedule would answer to the same arguments, and why no earlier start was taken; it
-- writes nothing, and a viewer may ask.
-- Could break: the answer comes from other code than the booking; a reason that holds for the first start of a row does
-- not hold for its last start; a full calendar gives rows without end.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('Morning', '1 hour', '2026-11-23', '08:00', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Noon', '90 minutes', '2026-11-23', '11:33', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Automatic', '1 hour', calendars => '{room:a}', priority => 20);
SELECT event_id FROM jb_schedule('Held', '2 hours', '2026-11-24', '08:00', calendars => '{room:a}', hold_for => '1 hour');
SET SESSION AUTHORIZATION regress_viewer;

-- ---- why not Tuesday at ten? ----
SELECT * FROM jb_explain('Long', '4 hours', calendars => '{room:a}');
SELECT verdict, reason, conflicts, detail FROM jb_explain('Long', '8 hours', calendars => '{room:a}') WHERE candidate @> timestamptz '2026-11-24 09:30+01';
SELECT verdict, reason, conflicts, detail FROM jb_explain('Long', '8 hours', calendars => '{room:a}') WHERE candidate @> timestamptz '2026-11-24 10:00+01';
SELECT verdict, reason, conflicts, detail FROM jb_explain('Short', '1 hour', '2026-11-24', '09:30', calendars => '{room:a}');
-- that start is allowed, but there is an earlier start
SELECT candidate, verdict, detail FROM jb_explain('Short', '1 hour', calendars => '{room:a}');
SELECT candidate, verdict, detail FROM jb_explain('Short', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}');

-- ---- an automatic wish ----
-- on a date: the starts before the date were not asked for, and today has a past
SELECT candidate, verdict, reason, detail FROM jb_explain('Long', '4 hours', '2026-11-24', calendars => '{room:a}');
SELECT candidate, verdict, reason, detail FROM jb_explain('Too long', '6 hours', '2026-11-23', calendars => '{room:a}');
SELECT candidate, verdict, reason FROM jb_explain('Waits', '6 hours', '2026-11-23', calendars => '{room:a}', on_no_slot => 'wait');
SELECT candidate, verdict, reason FROM jb_explain('In a window', '1 hour', not_before => '2026-11-23 11:03+01', not_after => '2026-11-23 14:00+01', calendars => '{room:a}');
SELECT candidate, verdict, reason, detail FROM jb_explain('Never', '10 hours', calendars => '{room:a}');
-- an event that would give way is not in the way
SELECT candidate, verdict, reason, conflicts, moves FROM jb_explain('Urgent', '2 hours', not_after => '2026-11-23 11:00+01', calendars => '{room:a}', priority => 90, preempt => true);
SELECT candidate, verdict, reason, conflicts, moves FROM jb_explain('Not so', '2 hours', not_after => '2026-11-23 11:00+01', calendars => '{room:a}', priority => 10, preempt => true);
-- notice, increment, a full day, buffers, several calendars: each says whose rule it is
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "min_notice": "3 hours", "max_events_per_day": 1, "slot_increment": "45 minutes", "buffer_after": "10 minutes"}') \g /dev/null
SELECT event_id FROM jb_schedule('On both', '30 minutes', '2026-11-24', '15:00', calendars => '{room:a,room:b}');
SET SESSION AUTHORIZATION regress_viewer;
SELECT candidate, verdict, reason, calendar, conflicts, detail FROM jb_explain('Both', '3 hours', calendars => '{room:b,room:a}');

-- ---- a fixed wish: the events in its way, and why they stay ----
SELECT candidate, verdict, reason, calendar, conflicts, detail FROM jb_explain('All of it', '26 hours', '2026-11-23', '08:00', calendars => '{room:a}');
SELECT candidate, verdict, moves, detail FROM jb_explain('Instead', '30 minutes', start_timestamp => '2026-11-23 09:15+01', calendars => '{room:a}', hold_for => '1 hour');
SELECT candidate, verdict, reason, detail FROM jb_explain('Yesterday', '1 hour', '2026-11-22', '10:00', calendars => '{room:a}');

-- ---- it writes nothing, and reads where nothing can be written ----
SELECT test.stored() AS before \gset
BEGIN READ ONLY;
SELECT candidate, verdict FROM jb_explain('Here', '1 hour', calendars => '{room:a}') WHERE verdict = 'placed';
COMMIT;
-- a calendar that its first booking will make; a hold past its deadline, whose end no call has written yet
SELECT verdict, reason FROM jb_explain('First', '1 hour');
SELECT test.clock('2026-11-23 08:30+01') \g /dev/null
SELECT candidate, verdict, conflicts FROM jb_explain('After the hold', '1 hour', '2026-11-24', calendars => '{room:a}');
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null
SELECT test.stored() = :'before' AS nothing_written;
SET SESSION AUTHORIZATION regress_nobody;
SELECT * FROM jb_explain('Not mine', '1 hour');

-- ---- as many rows as asked for ----
SET SESSION AUTHORIZATION regress_viewer;
SELECT candidate, verdict, reason, detail FROM jb_explain('Few', '4 hours', calendars => '{room:a}', max_rows => 3);
SELECT candidate, verdict FROM jb_explain('One', '4 hours', calendars => '{room:a}', max_rows => 1);
SELECT candidate, verdict FROM jb_explain('Whole', '26 hours', '2026-11-23', '08:00', calendars => '{room:a}', max_rows => 2);
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain('None', '1 hour', max_rows => 0)$$);

-- ---- what jb_schedule refuses is refused ----
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain(NULL, '1 month', calendars => '{room:a,room:a}', on_no_slot => 'perhaps')$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain('Nowhere', '1 hour', calendars => '{room:x}')$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain('Alone', '1 hour', start_time => '10:00', calendars => '{room:a}')$$);
-- the same refusals as JSON, as the gateway asks
SELECT jb_verdict_json(e) FROM jb_explain_request('{"event_name": "Long", "duration": 14400, "calendars": ["room:a"]}', max_rows => 3) AS e;
SELECT count(*) FROM jb_explain_request(NULL);
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('{"event_name": 7, "calendars": ["room:x"], "until": "ten"}')$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('{"event_name": "x", "duration": 60, "calendars": ["room:x"]}')$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('[{"event_name": "a"}, {"event_name": "b"}]')$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('[]')$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('"x"')$$);

RESET SESSION AUTHORIZATION;
-- ---- a series ----
SELECT jb_schedule('In the way', '1 hour', '2026-12-22', '10:00', calendars => '{room:a}') \g /dev/null
SELECT candidate, verdict, reason, cardinality(conflicts), regexp_replace(detail, 'vent \d+', 'vent N') FROM jb_explain('Course', '1 hour', '2026-12-21', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
SELECT candidate, verdict, reason, detail FROM jb_explain('Course', '1 hour', '2026-12-21', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip');
SELECT candidate, verdict, reason FROM jb_explain('Years', '1 hour', '2026-12-21', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=YEARLY;COUNT=2');
-- ---- two events that share two calendars and meet on one ----
SELECT jb_calendar_set('room:buffer', '{"time_zone": "Europe/Berlin", "buffer_after": "10 minutes"}') \g /dev/null
SELECT jb_schedule('On both', '1 hour', '2026-12-23', '10:00', calendars => '{room:a,room:buffer}') \g /dev/null
SELECT verdict, calendar FROM jb_explain('Next', '1 hour', '2026-12-23', '11:00', calendars => '{room:a,room:buffer}');
-- ---- two calendars that count their increments from other midnights ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:far', '{"time_zone": "Asia/Kathmandu", "slot_increment": "30 minutes"}') \g /dev/null
SELECT name FROM jb_calendar_set('room:near', '{"time_zone": "Europe/Berlin", "slot_increment": "30 minutes"}') \g /dev/null
SELECT candidate, verdict, reason, calendar, detail FROM jb_explain('Never', '1 hour', '2027-01-12', calendars => '{room:near,room:far}');
-- ---- why does an event stand where it stands? The event is set aside ----
SELECT name FROM jb_calendar_set('room:why', '{"time_zone": "Europe/Berlin", "max_events_per_day": 2}') \g /dev/null
SELECT event_id AS early FROM jb_schedule('Early', '2 hours', '2026-11-23', '08:00', calendars => '{room:why}') \gset
SELECT event_id AS own FROM jb_schedule('Own', '1 hour', calendars => '{room:why}') \gset
-- without aside the event is in its own way; on a day that it fills itself the answer is another day
SELECT candidate, verdict, reason FROM jb_explain('Own', '1 hour', calendars => '{room:why}', max_rows => 1);
SELECT candidate, verdict, reason, conflicts = ARRAY[:early::bigint] AS early, facts FROM jb_explain('Own', '1 hour', calendars => '{room:why}', aside => :own) WHERE verdict <> 'later';
SELECT jb_cancel(:early) \g /dev/null
SELECT candidate, verdict, reason FROM jb_explain('Own', '1 hour', calendars => '{room:why}', aside => :own) WHERE verdict <> 'later';
SELECT candidate, verdict FROM jb_explain_request('{"event_name": "Own", "duration": 3600, "calendars": ["room:why"]}', aside => :own) WHERE verdict <> 'later';
-- a fixed wish in the place of the event that is set aside; an event that holds no time, and an event that does not exist
SELECT verdict, moves FROM jb_explain('Over it', '1 hour', '2026-11-23', '10:00', calendars => '{room:why}', aside => :own);
SELECT verdict FROM jb_explain('Over it', '1 hour', '2026-11-23', '10:00', calendars => '{room:why}', aside => :early) WHERE verdict = 'placed';
-- must fail
SELECT state, message FROM test.refusal('SELECT jb_explain(''Own'', ''1 hour'', aside => 99999)');
-- the same of the event itself, whose wish nobody repeats: the start that has opened since
SELECT candidate, verdict, reason FROM jb_explain_event(:own) WHERE verdict <> 'later';
SELECT candidate, verdict, reason FROM jb_explain_event(:own, max_rows => 1);
-- a series asks for this occurrence only; a hold is held again; what was confirmed is no hold
SELECT event_id AS first, events[2] AS second FROM jb_schedule('Course', '1 hour', '2026-12-01', '10:00', calendars => '{room:why}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
SELECT candidate, verdict, detail FROM jb_explain_event(:second);
SELECT event_id AS held FROM jb_schedule('Held', '1 hour', '2026-12-10', '10:00', calendars => '{room:why}', hold_for => '1 hour') \gset
SELECT candidate, verdict FROM jb_explain_event(:held);
SELECT jb_confirm(:held) \g /dev/null
SELECT candidate, verdict FROM jb_explain_event(:held);
-- what waits for a fixed time, and for any time of a day
SELECT event_id AS waits FROM jb_schedule('Waits', '1 hour', '2026-12-10', '10:30', calendars => '{room:why}', on_no_slot => 'wait') \gset
SELECT verdict, reason, conflicts = ARRAY[:held::bigint] AS held FROM jb_explain_event(:waits);
SELECT event_id AS waits FROM jb_schedule('Long', '7 hours', '2026-12-10', calendars => '{room:why}', on_no_slot => 'wait') \gset
SELECT candidate, verdict, reason FROM jb_explain_event(:waits) WHERE verdict = 'rejected';
-- a calendar that came later is not one of the event's, though it has the name of an attendee
SELECT event_id AS guest FROM jb_schedule('Guest', '1 hour', '2026-12-11', calendars => '{room:why}', attendees => '{room:later}', check_attendees => true) \gset
SELECT name FROM jb_calendar_set('room:later', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT jb_schedule('Another', '1 hour', '2026-12-11', calendars => '{room:later}') \g /dev/null
SELECT candidate, verdict FROM jb_explain_event(:guest) WHERE verdict = 'placed';
-- cancelled: what would become of its wish now, which its old time does not hinder
SELECT jb_cancel(:guest) \g /dev/null
SELECT candidate, verdict FROM jb_explain_event(:guest) WHERE verdict = 'placed';
-- begun, and over: automatic as it was, its start has passed
SELECT test.clock('2026-11-23 10:30+01') \g /dev/null
SELECT candidate, verdict, reason, facts FROM jb_explain_event(:own);
SELECT test.clock('2026-11-23 12:00+01') \g /dev/null
SELECT candidate, verdict, reason FROM jb_explain_event(:own);
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null
-- it reads where nothing can be written, and only for who may see events
SET SESSION AUTHORIZATION regress_viewer;
BEGIN READ ONLY;
SELECT candidate, verdict FROM jb_explain_event(:held);
COMMIT;
-- must fail
SELECT state, message FROM test.refusal('SELECT jb_explain_event(99999)');
SELECT state, message FROM test.refusal('SELECT jb_explain_event(NULL)');
SELECT state, message FROM test.refusal(format('SELECT jb_explain_event(%s, 0)', :own));
SET SESSION AUTHORIZATION regress_nobody;
SELECT count(*) FROM jb_explain_event(:own);
\i test/regress/sql/frame/close.psql
