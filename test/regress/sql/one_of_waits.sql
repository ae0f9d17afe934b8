-- Promise: an event that waits for candidates of lists gets its place as soon as enough of them have one, and gives up no earlier,
-- the settings of the others: each candidate is looked at for itself.
-- Could break: a wait was measured by one horizon, but each candidate has its own.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_calendar_set(name, settings)) FROM (VALUES ('near', '{"time_zone": "Europe/Berlin", "horizon": "5 days"}'::jsonb), ('far', '{"time_zone": "Europe/Berlin", "horizon": "30 days"}'),
  ('near:strict', '{"time_zone": "Europe/Berlin", "horizon": "10 days", "strict": true}'), ('far:strict', '{"time_zone": "Europe/Berlin", "horizon": "30 days", "strict": true}'),
  ('always:strict', '{"time_zone": "Europe/Berlin", "strict": true}')) AS c (name, settings); --> 5
SET SESSION AUTHORIZATION regress_secretary;

-- ---- fewer of the same calendars are needed ----
SELECT outcome FROM jb_schedule('taken', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> placed
SELECT outcome, event_id FROM jb_schedule('two', '1 hour', '2026-11-24', '09:00', one_of => '[{"calendars": ["room:a", "always:strict"], "count": 2}]', on_no_slot => 'wait') \gset two_
SELECT :'two_outcome' AS outcome; --> waiting
SELECT outcome, event ->> 'status' AS status, event ->> 'calendars' AS calendars FROM jb_update(:two_event_id, '{"one_of": [{"calendars": ["room:a", "always:strict"], "count": 1}]}');
--> placed|pending|["always:strict"]

-- ---- a place comes within the horizon of one candidate, beyond that of another ----
SELECT outcome FROM unnest('{near,far}'::text[], '{60 days,30 days}'::interval[]) AS c (name, length), jb_schedule('full', length, '2026-11-23', '08:00', calendars => ARRAY[name]); --> placed
--> placed
SELECT outcome, event_id FROM jb_schedule('automatic', '9 hours', not_after => '2027-03-01', one_of => '[{"calendars": ["near", "far"]}]', on_no_slot => 'wait') \gset automatic_
SELECT :'automatic_outcome' AS outcome; --> waiting
-- one without a window waits as long as the farthest candidate can be booked
SELECT outcome, event_id FROM jb_schedule('without window', '9 hours', one_of => '[{"calendars": ["near", "far"]}]', on_no_slot => 'wait') \gset without_
SELECT :'without_outcome' AS outcome; --> waiting
SELECT test.clock('2026-11-29 07:00+01') \g /dev/null
SELECT jb_expire('{near,far}') \g /dev/null
SELECT event_name, status, start_timestamp, calendars FROM jb_event_view WHERE id IN (:automatic_event_id, :without_event_id) ORDER BY id; --> automatic|pending|2026-12-23 08:00:00+01|{far}
--> without window|pending|2026-12-24 08:00:00+01|{far}

-- ---- a fixed time comes within the horizon of one strict candidate after the other ----
SELECT outcome FROM jb_schedule('taken', '1 hour', '2027-02-01', '08:00', calendars => '{always:strict}'); --> placed
SELECT outcome, event_id FROM jb_schedule('fixed', '1 hour', '2027-02-01', '08:00', one_of => '[{"calendars": ["near:strict", "far:strict", "always:strict"]}]', on_no_slot => 'wait') \gset fixed_
SELECT :'fixed_outcome' AS outcome; --> waiting
SELECT jb_expire('{near:strict,far:strict,always:strict}') \g /dev/null
SELECT status FROM jb_event(:fixed_event_id); --> waiting
SELECT test.clock('2027-01-03 07:00+01') \g /dev/null
SELECT jb_expire('{near:strict,far:strict,always:strict}') \g /dev/null
SELECT status, calendars FROM jb_event(:fixed_event_id); --> pending|{far:strict}
\i test/regress/sql/frame/close.psql
