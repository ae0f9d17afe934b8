-- Promise: jb_calendar_set makes a calendar or changes the settings that are named; null restores a default; no placed
-- event moves. jb_calendar_delete removes only a calendar without events.
-- Could break: a key that is left out falls back to its default; settings without sense are stored and fail at a booking.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;

-- ---- a new calendar: defaults, but for the named settings ----
SELECT name, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, max_events_per_day, check_attendees, confirm_within,
       default_duration, strict, change_seq, created_at, updated_at
  FROM jb_calendar_set('room:new', '{"time_zone": "Asia/Kathmandu", "strict": true}');
SELECT name, time_zone FROM jb_calendars();
SELECT jb_calendar_json(jb_calendar('room:new'));
-- the settings as read are written back: nothing changes but updated_at
SELECT jb_calendar_set('room:new', jb_calendar_json(jb_calendar('room:new'))::jsonb) = jb_calendar('room:new') AS unchanged;
SELECT jb_calendar_set('room:new', NULL) = jb_calendar('room:new') AS unchanged;

-- ---- the named settings change, the others stay ----
SELECT test.clock('2026-11-23 08:00+01');
SELECT time_zone, slot_increment, min_notice, strict, created_at, updated_at FROM jb_calendar_set('room:new', '{"slot_increment": 900, "min_notice": "2 hours"}');
SELECT min_notice, horizon, settled_within, default_duration FROM jb_calendar_set('room:new', '{"min_notice": "PT3H", "horizon": "30 days", "settled_within": 3600, "default_duration": "00:45"}');
SELECT buffer_before, buffer_after, max_events_per_day, check_attendees, confirm_within FROM jb_calendar_set('room:new', '{"buffer_before": 600, "buffer_after": "1 day", "max_events_per_day": 86400, "check_attendees": true, "confirm_within": "PT30M"}');
SELECT buffer_before, buffer_after, max_events_per_day, check_attendees, confirm_within FROM jb_calendar_set('room:new', '{"max_events_per_day": 1.0, "buffer_after": 0}');
SELECT jb_calendar_set('room:new', jb_calendar_json(jb_calendar('room:new'))::jsonb) = jb_calendar('room:new') AS unchanged;
-- null restores the default
SELECT slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, max_events_per_day, check_attendees, confirm_within, default_duration, strict, time_zone
  FROM jb_calendar_set('room:new', '{"slot_increment": null, "min_notice": null, "horizon": null, "buffer_before": null, "buffer_after": null, "settled_within": null, "max_events_per_day": null, "check_attendees": null, "confirm_within": null, "default_duration": null, "strict": null}');
-- hours: a day that is left out is closed; spans are sorted and joined; a span may end at 24:00
SELECT hours FROM jb_calendar_set('room:new', '{"hours": {"monday": [{"start": "13:00", "end": "17:00"}, {"start": "09:00", "end": "12:00"}, {"start": "12:00", "end": "13:00"}], "friday": [{"start": "22:00:30", "end": "24:00"}], "sunday": []}}');
SELECT hours ->> 'tuesday' AS tuesday FROM jb_calendar_set('room:new', '{"hours": null}');
-- a zone is stored as the database spells it
SELECT time_zone FROM jb_calendar_set('room:new', '{"time_zone": "america/PORT-AU-PRINCE"}');
-- what the machine is set to, and other spellings of the same data, are no names that a browser knows; each must fail
SELECT message FROM unnest('{localtime,posixrules,posix/Europe/Berlin,right/Europe/Berlin}'::text[]) AS zone, test.refusal(format($$SELECT jb_calendar_set('room:new', '{"time_zone": "%s"}')$$, zone));
-- no hours at all: closed for automatic events, open for fixed ones
SELECT hours -> 'monday' AS monday FROM jb_calendar_set('room:closed', '{"time_zone": "UTC", "hours": {}}');
SELECT outcome, reason FROM jb_schedule('Automatic', '1 minute', calendars => '{room:closed}');
SELECT outcome FROM jb_schedule('Fixed', '1 minute', '2026-11-24', '03:00', calendars => '{room:closed}');
-- the calendar's own name may stand among the settings
SELECT name FROM jb_calendar_set('room:new', '{"name": "room:new"}');
-- the longest name, and every character that a name may hold
SELECT char_length(name) FROM jb_calendar_set(repeat('n', 200), '{"time_zone": "UTC"}');
SELECT name FROM jb_calendar_set('A-Za-z0-9._:@+-', '{"time_zone": "UTC"}');
SELECT jb_calendar_delete(repeat('n', 200)), jb_calendar_delete('A-Za-z0-9._:@+-');

-- ---- what people read: a display name and a colour of CSS; rule 2.8.11 ----
SELECT display_name, color FROM jb_calendar_set('room:new', '{"display_name": "Großer Saal, 3. Stock", "color": "SteelBlue"}');
SELECT display_name, color FROM jb_calendar_set('room:new', '{"time_zone": "UTC"}');
SELECT name, display_name, color FROM jb_calendars() WHERE display_name IS NOT NULL;
SELECT char_length(display_name) FROM jb_calendar_set('room:new', jsonb_build_object('display_name', repeat('ß', 200)));
SELECT display_name, color FROM jb_calendar_set('room:new', '{"display_name": null, "color": null}');
SELECT call, message, hint FROM unnest(ARRAY['{"display_name": ""}', '{"display_name": "   "}', '{"display_name": "\u3000\u3164"}', '{"display_name": 7}', 
    '{"color": "#008080"}', '{"color": "tea"}', '{"color": ""}', '{"color": ["teal"]}']) AS call, test.refusal(format('SELECT jb_calendar_set(%L, %L)', 'room:new', call)); -- must fail
SELECT message LIKE '%no control characters%' AS refused FROM unnest(ARRAY['\t', '\n', '\u007f', '\u0085', '\u202e']) AS control, test.refusal(format($$SELECT jb_calendar_set('room:new', '{"display_name": "a%sb"}')$$, control)); -- must fail
SELECT left(message, 40) AS message FROM test.refusal($$SELECT jb_calendar_set('room:new', jsonb_build_object('display_name', repeat('n', 201)))$$); -- must fail

-- ---- new settings move no placed event ----
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', calendars => '{room:a}');
SELECT event_id, start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}');
SELECT strict FROM jb_calendar_set('room:a', '{"strict": true, "hours": {"sunday": [{"start": "00:00", "end": "24:00"}]}, "min_notice": "7 days", "time_zone": "UTC"}');
SELECT id, start_timestamp, version FROM jb_events('room:a', '2026-11-23');
-- they hold for later requests
SELECT outcome, reason FROM jb_schedule('Fixed', '1 hour', '2026-12-02', '12:00', calendars => '{room:a}');
SELECT start_timestamp FROM jb_schedule('Automatic', '1 hour', calendars => '{room:a}');
-- buffers, hours, increment, zone and full days show in what is offered at once, and are gone as soon
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "slot_increment": "30 minutes"}');
\set starts 'SELECT string_agg(to_char(lower(slot), \'HH24:MI\'), \' \' ORDER BY slot) AS starts FROM jb_slots(\'30 minutes\', \'{room:b}\', \'2026-11-24\', \'2026-11-25\', 100) AS slot'
SELECT outcome FROM jb_schedule('At ten', '1 hour', '2026-11-24', '10:00', calendars => '{room:b}');
SELECT outcome FROM jb_schedule('At one', '1 hour', '2026-11-24', '13:00', calendars => '{room:b}');
:starts;
SELECT buffer_before, buffer_after FROM jb_calendar_set('room:b', '{"buffer_before": "30 minutes", "buffer_after": "1 hour"}');
:starts;
SELECT hours -> 'tuesday' AS tuesday FROM jb_calendar_set('room:b', '{"buffer_before": 0, "buffer_after": 0, "slot_increment": "1 hour", "hours": {"tuesday": [{"start": "09:30", "end": "15:30"}]}}');
:starts;
SELECT max_events_per_day FROM jb_calendar_set('room:b', '{"max_events_per_day": 2}');
:starts;
SELECT max_events_per_day FROM jb_calendar_set('room:b', '{"max_events_per_day": 3}');
:starts;
-- a day that is full in one zone need not be full in another: in Honolulu one of the two events begins the evening before
SELECT max_events_per_day FROM jb_calendar_set('room:b', '{"max_events_per_day": 2, "hours": null, "time_zone": "Pacific/Honolulu"}');
:starts;
SELECT count(*) AS problems FROM jb_check();
-- the history of the calendar tells of events only
SELECT count(*) AS changes FROM jb_changes('room:a');

-- ---- invalid: each of these must fail ----
SELECT test.stored() AS before \gset
SELECT call, state, message, hint <> '' AS hinted
  FROM unnest(ARRAY[
    $$jb_calendar_set(NULL, '{}')$$, $$jb_calendar_set('', '{}')$$, $$jb_calendar_set('room b', '{}')$$, $$jb_calendar_set('zürich', '{}')$$, $$jb_calendar_set('a/b', '{}')$$, $$jb_calendar_set(repeat('n', 201), '{}')$$,
    $$jb_calendar_set('room:c', '[]')$$, $$jb_calendar_set('room:c', '7')$$, $$jb_calendar_set('room:c', '{"nonsense": 1}')$$, $$jb_calendar_set('room:c', '{"name": "room:d"}')$$,
    $$jb_calendar_set('room:c', '{"time_zone": "Europe/Atlantis"}')$$, $$jb_calendar_set('room:c', '{"time_zone": ""}')$$, $$jb_calendar_set('room:c', '{"time_zone": "+01:00"}')$$, $$jb_calendar_set('room:c', '{"time_zone": "FOO-3"}')$$,
    $$jb_calendar_set('room:c', '{"time_zone": "Nowhere"}')$$, $$jb_calendar_set('room:c', '{"time_zone": "../../etc/passwd"}')$$, $$jb_calendar_set('room:c', '{"time_zone": 1}')$$, $$jb_calendar_set('room:c', '{"time_zone": "right/UTC"}')$$,
    $$jb_calendar_set('room:c', '{"slot_increment": 0}')$$, $$jb_calendar_set('room:c', '{"slot_increment": 86401}')$$, $$jb_calendar_set('room:c', '{"slot_increment": "1 month"}')$$, $$jb_calendar_set('room:c', '{"slot_increment": 1.5}')$$,
    $$jb_calendar_set('room:c', '{"min_notice": -1}')$$, $$jb_calendar_set('room:c', '{"min_notice": 31622401}')$$, $$jb_calendar_set('room:c', '{"horizon": 0}')$$, $$jb_calendar_set('room:c', '{"horizon": "11 years"}')$$, $$jb_calendar_set('room:c', '{"horizon": "infinity"}')$$,
    $$jb_calendar_set('room:c', '{"buffer_before": -1}')$$, $$jb_calendar_set('room:c', '{"buffer_after": 86401}')$$, $$jb_calendar_set('room:c', '{"buffer_after": true}')$$, $$jb_calendar_set('room:c', '{"max_events_per_day": 0}')$$,
    $$jb_calendar_set('room:c', '{"max_events_per_day": 86401}')$$, $$jb_calendar_set('room:c', '{"max_events_per_day": 1.5}')$$, $$jb_calendar_set('room:c', '{"max_events_per_day": "2"}')$$, $$jb_calendar_set('room:c', '{"max_events_per_day": 1e300}')$$, $$jb_calendar_set('room:c', '{"check_attendees": 1}')$$,
    $$jb_calendar_set('room:c', '{"confirm_within": 0}')$$, $$jb_calendar_set('room:c', '{"confirm_within": "367 days"}')$$,
    $$jb_calendar_set('room:c', '{"settled_within": -1}')$$, $$jb_calendar_set('room:c', '{"default_duration": 0}')$$, $$jb_calendar_set('room:c', '{"default_duration": "soon"}')$$, $$jb_calendar_set('room:c', '{"strict": "yes"}')$$,
    $$jb_calendar_set('room:c', '{"hours": []}')$$, $$jb_calendar_set('room:c', '{"hours": {"someday": []}}')$$, $$jb_calendar_set('room:c', '{"hours": {"monday": {}}}')$$, $$jb_calendar_set('room:c', '{"hours": {"monday": null}}')$$, $$jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "09:00"}]}}')$$,
    $$jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "09:00", "end": "09:00"}]}}')$$, $$jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "24:00", "end": "24:00"}]}}')$$, $$jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "09:00", "end": "25:00"}]}}')$$,
    $$jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "09:00", "end": "12:00", "open": true}]}}')$$,
    $$jb_calendar_set('room:c', jsonb_build_object('hours', jsonb_build_object('monday', (SELECT jsonb_agg('{"start": "09:00", "end": "10:00"}'::jsonb) FROM generate_series(1, 289)))))$$
  ]) AS call, test.refusal('SELECT ' || call);
-- several faults are told together
SELECT detail FROM test.refusal($$SELECT jb_calendar_set('room b', '{"time_zone": "Atlantis", "horizon": 0, "nonsense": {}, "hours": {"monday": [{"start": "x", "end": "y"}]}}')$$);
-- a secretary changes no settings: must fail
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal($$SELECT jb_calendar_set('room:c', '{}')$$);
SELECT state FROM test.refusal($$SELECT jb_calendar_delete('room:new')$$);
SET SESSION AUTHORIZATION regress_manager;
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- delete: only a calendar without events ----
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_calendar_delete('room:closed')$$); -- must fail
SELECT id FROM jb_events('room:closed', '2026-11-23') \gset
SELECT outcome FROM jb_cancel(:id);
SELECT state FROM test.refusal($$SELECT jb_calendar_delete('room:closed')$$); -- must fail: a cancelled event stands there too
SELECT jb_delete(:id);
SELECT jb_calendar_delete('room:closed');
SELECT state, message FROM test.refusal($$SELECT jb_calendar('room:closed')$$); -- must fail
SELECT state FROM test.refusal($$SELECT jb_calendar_delete('room:closed')$$); -- must fail
SELECT state FROM test.refusal($$SELECT jb_calendar_delete('ceo')$$); -- must fail: it was never booked
SELECT state FROM test.refusal($$SELECT jb_calendar_delete(NULL)$$); -- must fail
-- its history is gone too
SELECT state FROM test.refusal(format('SELECT jb_history(%s)', :id));
-- made again, it goes on with the next seq
SELECT change_seq FROM jb_calendar_set('room:closed', '{"time_zone": "UTC"}');
SELECT outcome FROM jb_schedule('Anew', '1 hour', calendars => '{room:closed}');
SELECT seq FROM jb_changes('room:closed');
SELECT name FROM jb_calendars();

-- ---- ceo can be given settings before its first booking ----
SELECT name, time_zone FROM jb_calendar_set('ceo', '{"time_zone": "Asia/Tokyo"}');
SELECT time_zone FROM jb_schedule('Jeff', '1 hour');
-- must fail: /calendars/NAME.ics is the feed of NAME
SELECT state, message FROM test.refusal($$SELECT jb_calendar_set('room:a.Ics', '{}')$$);
\i test/regress/sql/frame/close.psql
