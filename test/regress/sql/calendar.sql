-- Promise: jb_calendar_set makes a calendar or changes the settings that are named; null restores a default; no placed
-- event moves. jb_calendar_delete removes only a calendar without events.
-- Could break: a key that is left out falls back to its default; settings without sense are stored and fail at a booking.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;

-- ---- a new calendar: defaults, but for the named settings ----
SELECT name, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, max_events_per_day, check_attendees, confirm_within,
       default_duration, strict, change_seq, created_at, updated_at
  FROM jb_calendar_set('room:new', '{"time_zone": "Asia/Kathmandu", "strict": true}');
--> room:new|{"friday": [{"end": "17:00:00", "start": "08:00:00"}], "monday": [{"end": "17:00:00", "start": "08:00:00"}], "sunday": [], "tuesday": [{"end": "17:00:00", "start": "08:00:00"}], "saturday": [], "thursday": [{"end": "17:00:00", "start": "08:00:00"}], "wednesday": [{"end": "17:00:00", "start": "08:00:00"}]}|00:05:00|00:00:00|366 days|00:00:00|00:00:00|00:00:00|null|f|null|00:30:00|t|0|2026-11-23 07:00:00+01|2026-11-23 07:00:00+01
SELECT name, time_zone FROM jb_calendars(); --> room:a|Europe/Berlin
--> room:new|Asia/Kathmandu
SELECT jb_calendar_json(jb_calendar('room:new'));
--> {"name" : "room:new", "time_zone" : "Asia/Kathmandu", "hours" : {"friday": [{"end": "17:00:00", "start": "08:00:00"}], "monday": [{"end": "17:00:00", "start": "08:00:00"}], "sunday": [], "tuesday": [{"end": "17:00:00", "start": "08:00:00"}], "saturday": [], "thursday": [{"end": "17:00:00", "start": "08:00:00"}], "wednesday": [{"end": "17:00:00", "start": "08:00:00"}]}, "slot_increment" : 300, "min_notice" : 0, "horizon" : 31622400, "buffer_before" : 0, "buffer_after" : 0, "settled_within" : 0, "max_events_per_day" : null, "check_attendees" : false, "confirm_within" : null, "default_duration" : 1800, "strict" : true, "public_booking" : false, "max_guest_bookings" : 50, "max_guest_bookings_per_day" : 20, "display_name" : null, "color" : null, "slots_from" : "midnight", "max_source_age" : null}
-- the settings as read are written back: nothing changes but updated_at
SELECT jb_calendar_set('room:new', jb_calendar_json(jb_calendar('room:new'))::jsonb) = jb_calendar('room:new') AS unchanged; --> t
SELECT jb_calendar_set('room:new', NULL) = jb_calendar('room:new') AS unchanged; --> t

-- ---- the named settings change, the others stay ----
SELECT test.clock('2026-11-23 08:00+01'); --> 2026-11-23 08:00:00+01
SELECT time_zone, slot_increment, min_notice, strict, created_at, updated_at FROM jb_calendar_set('room:new', '{"slot_increment": 900, "min_notice": "2 hours"}');
--> Asia/Kathmandu|00:15:00|02:00:00|t|2026-11-23 07:00:00+01|2026-11-23 08:00:00+01
SELECT min_notice, horizon, settled_within, default_duration FROM jb_calendar_set('room:new', '{"min_notice": "PT3H", "horizon": "30 days", "settled_within": 3600, "default_duration": "00:45"}');
--> 03:00:00|720:00:00|01:00:00|00:45:00
SELECT buffer_before, buffer_after, max_events_per_day, check_attendees, confirm_within FROM jb_calendar_set('room:new', '{"buffer_before": 600, "buffer_after": "1 day", "max_events_per_day": 86400, "check_attendees": true, "confirm_within": "PT30M"}');
--> 00:10:00|24:00:00|86400|t|00:30:00
SELECT buffer_before, buffer_after, max_events_per_day, check_attendees, confirm_within FROM jb_calendar_set('room:new', '{"max_events_per_day": 1.0, "buffer_after": 0}');
--> 00:10:00|00:00:00|1|t|00:30:00
SELECT jb_calendar_set('room:new', jb_calendar_json(jb_calendar('room:new'))::jsonb) = jb_calendar('room:new') AS unchanged; --> t
-- null restores the default
SELECT slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, max_events_per_day, check_attendees, confirm_within, default_duration, strict, time_zone
  FROM jb_calendar_set('room:new', '{"slot_increment": null, "min_notice": null, "horizon": null, "buffer_before": null, "buffer_after": null, "settled_within": null, "max_events_per_day": null, "check_attendees": null, "confirm_within": null, "default_duration": null, "strict": null}');
--> 00:05:00|00:00:00|366 days|00:00:00|00:00:00|00:00:00|null|f|null|00:30:00|f|Asia/Kathmandu
-- hours: a day that is left out is closed; spans are sorted and joined; a span may end at 24:00
SELECT hours FROM jb_calendar_set('room:new', '{"hours": {"monday": [{"start": "13:00", "end": "17:00"}, {"start": "09:00", "end": "12:00"}, {"start": "12:00", "end": "13:00"}], "friday": [{"start": "22:00:30", "end": "24:00"}], "sunday": []}}');
--> {"friday": [{"end": "24:00:00", "start": "22:00:30"}], "monday": [{"end": "17:00:00", "start": "09:00:00"}], "sunday": [], "tuesday": [], "saturday": [], "thursday": [], "wednesday": []}
SELECT hours ->> 'tuesday' AS tuesday FROM jb_calendar_set('room:new', '{"hours": null}'); --> [{"end": "17:00:00", "start": "08:00:00"}]
-- a zone is stored as the database spells it
SELECT time_zone FROM jb_calendar_set('room:new', '{"time_zone": "america/PORT-AU-PRINCE"}'); --> America/Port-au-Prince
-- what the machine is set to, and other spellings of the same data, are no names that a browser knows; each must fail
SELECT message FROM unnest('{localtime,posixrules,posix/Europe/Berlin,right/Europe/Berlin}'::text[]) AS zone, test.refusal(format($$SELECT jb_calendar_set('room:new', '{"time_zone": "%s"}')$$, zone));
--> invalid time_zone "localtime": there is no such time zone
--> invalid time_zone "posixrules": there is no such time zone
--> invalid time_zone "posix/Europe/Berlin": there is no such time zone
--> invalid time_zone "right/Europe/Berlin": there is no such time zone
-- no hours at all: closed for automatic events, open for fixed ones
SELECT hours -> 'monday' AS monday FROM jb_calendar_set('room:closed', '{"time_zone": "UTC", "hours": {}}'); --> []
SELECT outcome, reason FROM jb_schedule('Automatic', '1 minute', calendars => '{room:closed}'); --> rejected|outside_hours
SELECT outcome FROM jb_schedule('Fixed', '1 minute', '2026-11-24', '03:00', calendars => '{room:closed}'); --> placed
-- the calendar's own name may stand among the settings
SELECT name FROM jb_calendar_set('room:new', '{"name": "room:new"}'); --> room:new
-- the longest name, and every character that a name may hold
SELECT char_length(name) FROM jb_calendar_set(repeat('n', 200), '{"time_zone": "UTC"}'); --> 200
SELECT name FROM jb_calendar_set('A-Za-z0-9._:@+-', '{"time_zone": "UTC"}'); --> A-Za-z0-9._:@+-
SELECT jb_calendar_delete(repeat('n', 200)), jb_calendar_delete('A-Za-z0-9._:@+-'); --> t|t

-- ---- what people read: a display name and a colour of CSS; rule 2.8.11 ----
SELECT display_name, color FROM jb_calendar_set('room:new', '{"display_name": "Großer Saal, 3. Stock", "color": "SteelBlue"}'); --> Großer Saal, 3. Stock|steelblue
SELECT display_name, color FROM jb_calendar_set('room:new', '{"time_zone": "UTC"}'); --> Großer Saal, 3. Stock|steelblue
SELECT name, display_name, color FROM jb_calendars() WHERE display_name IS NOT NULL; --> room:new|Großer Saal, 3. Stock|steelblue
SELECT char_length(display_name) FROM jb_calendar_set('room:new', jsonb_build_object('display_name', repeat('ß', 200))); --> 200
SELECT display_name, color FROM jb_calendar_set('room:new', '{"display_name": null, "color": null}'); --> null|null
SELECT call, message, hint FROM unnest(ARRAY['{"display_name": ""}', '{"display_name": "   "}', '{"display_name": "\u3000\u3164"}', '{"display_name": 7}', 
    '{"color": "#008080"}', '{"color": "tea"}', '{"color": ""}', '{"color": ["teal"]}']) AS call, test.refusal(format('SELECT jb_calendar_set(%L, %L)', 'room:new', call)); -- must fail
--> {"display_name": ""}|invalid display_name "": it must be 1 to 200 characters long, and not blanks alone|Give a text of 1 to 200 characters, or null: then the calendar is called by its name.
--> {"display_name": "   "}|invalid display_name "   ": it must be 1 to 200 characters long, and not blanks alone|Give a text of 1 to 200 characters, or null: then the calendar is called by its name.
--> {"display_name": "\u3000\u3164"}|invalid display_name "　ㅤ": it must be 1 to 200 characters long, and not blanks alone|Give a text of 1 to 200 characters, or null: then the calendar is called by its name.
--> {"display_name": 7}|invalid display_name "7": it must be a text|Give a text of 1 to 200 characters, or null: then the calendar is called by its name.
--> {"color": "#008080"}|invalid color "#008080": there is no colour of this name|Give the name of a colour in CSS, such as teal or steelblue, or null.
--> {"color": "tea"}|invalid color "tea": there is no colour of this name|Give the name of a colour in CSS, such as teal or steelblue, or null.
--> {"color": ""}|invalid color "": there is no colour of this name|Give the name of a colour in CSS, such as teal or steelblue, or null.
--> {"color": ["teal"]}|invalid color "["teal"]": it must be a text|Give the name of a colour in CSS, such as teal or steelblue, or null.
SELECT message LIKE '%no control characters%' AS refused FROM unnest(ARRAY['\t', '\n', '\u007f', '\u0085', '\u202e']) AS control, test.refusal(format($$SELECT jb_calendar_set('room:new', '{"display_name": "a%sb"}')$$, control)); -- must fail
--> t
--> t
--> t
--> t
--> t
SELECT left(message, 40) AS message FROM test.refusal($$SELECT jb_calendar_set('room:new', jsonb_build_object('display_name', repeat('n', 201)))$$); -- must fail
--> invalid display_name "nnnnnnnnnnnnnnnnnn

-- ---- new settings move no placed event ----
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', calendars => '{room:a}'); --> 2|2026-11-23 08:00:00+01
SELECT event_id, start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}'); --> 3|2026-11-24 12:00:00+01
SELECT strict FROM jb_calendar_set('room:a', '{"strict": true, "hours": {"sunday": [{"start": "00:00", "end": "24:00"}]}, "min_notice": "7 days", "time_zone": "UTC"}'); --> t
SELECT id, start_timestamp, version FROM jb_events('room:a', '2026-11-23'); --> 2|2026-11-23 08:00:00+01|1
--> 3|2026-11-24 12:00:00+01|1
-- they hold for later requests
SELECT outcome, reason FROM jb_schedule('Fixed', '1 hour', '2026-12-02', '12:00', calendars => '{room:a}'); --> rejected|outside_hours
SELECT start_timestamp FROM jb_schedule('Automatic', '1 hour', calendars => '{room:a}'); --> 2026-12-06 01:00:00+01
-- buffers, hours, increment, zone and full days show in what is offered at once, and are gone as soon
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "slot_increment": "30 minutes"}'); --> room:b
\set starts 'SELECT string_agg(to_char(lower(slot), \'HH24:MI\'), \' \' ORDER BY slot) AS starts FROM jb_slots(\'30 minutes\', \'{room:b}\', \'2026-11-24\', \'2026-11-25\', 100) AS slot'
SELECT outcome FROM jb_schedule('At ten', '1 hour', '2026-11-24', '10:00', calendars => '{room:b}'); --> placed
SELECT outcome FROM jb_schedule('At one', '1 hour', '2026-11-24', '13:00', calendars => '{room:b}'); --> placed
:starts; --> 08:00 08:30 09:00 09:30 11:00 11:30 12:00 12:30 14:00 14:30 15:00 15:30 16:00 16:30
SELECT buffer_before, buffer_after FROM jb_calendar_set('room:b', '{"buffer_before": "30 minutes", "buffer_after": "1 hour"}'); --> 00:30:00|01:00:00
:starts; --> 08:00 08:30 11:30 14:30 15:00 15:30 16:00 16:30
SELECT hours -> 'tuesday' AS tuesday FROM jb_calendar_set('room:b', '{"buffer_before": 0, "buffer_after": 0, "slot_increment": "1 hour", "hours": {"tuesday": [{"start": "09:30", "end": "15:30"}]}}');
--> [{"end": "15:30:00", "start": "09:30:00"}]
:starts; --> 11:00 12:00 14:00 15:00
SELECT max_events_per_day FROM jb_calendar_set('room:b', '{"max_events_per_day": 2}'); --> 2
:starts; --> null
SELECT max_events_per_day FROM jb_calendar_set('room:b', '{"max_events_per_day": 3}'); --> 3
:starts; --> 11:00 12:00 14:00 15:00
-- a day that is full in one zone need not be full in another: in Honolulu one of the two events begins the evening before
SELECT max_events_per_day FROM jb_calendar_set('room:b', '{"max_events_per_day": 2, "hours": null, "time_zone": "Pacific/Honolulu"}'); --> 2
:starts; --> 00:00 01:00 02:00 03:00 19:00 20:00 21:00 22:00 23:00
SELECT count(*) AS problems FROM jb_check(); --> 0
-- the history of the calendar tells of events only
SELECT count(*) AS changes FROM jb_changes('room:a'); --> 3

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
  ]) AS call, test.refusal('SELECT ' || call); --> jb_calendar_set(NULL, '{}')|22023|invalid calendar "": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> jb_calendar_set('', '{}')|22023|invalid calendar "": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> jb_calendar_set('room b', '{}')|22023|invalid calendar "room b": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> jb_calendar_set('zürich', '{}')|22023|invalid calendar "zürich": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> jb_calendar_set('a/b', '{}')|22023|invalid calendar "a/b": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> jb_calendar_set(repeat('n', 201), '{}')|22023|invalid calendar "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> jb_calendar_set('room:c', '[]')|22023|invalid settings "[]": it must be a JSON object|t
--> jb_calendar_set('room:c', '7')|22023|invalid settings "7": it must be a JSON object|t
--> jb_calendar_set('room:c', '{"nonsense": 1}')|22023|invalid nonsense "1": there is no such setting|t
--> jb_calendar_set('room:c', '{"name": "room:d"}')|22023|invalid name "room:d": a calendar keeps its name|t
--> jb_calendar_set('room:c', '{"time_zone": "Europe/Atlantis"}')|22023|invalid time_zone "Europe/Atlantis": there is no such time zone|t
--> jb_calendar_set('room:c', '{"time_zone": ""}')|22023|invalid time_zone "": there is no such time zone|t
--> jb_calendar_set('room:c', '{"time_zone": "+01:00"}')|22023|invalid time_zone "+01:00": there is no such time zone|t
--> jb_calendar_set('room:c', '{"time_zone": "FOO-3"}')|22023|invalid time_zone "FOO-3": there is no such time zone|t
--> jb_calendar_set('room:c', '{"time_zone": "Nowhere"}')|22023|invalid time_zone "Nowhere": there is no such time zone|t
--> jb_calendar_set('room:c', '{"time_zone": "../../etc/passwd"}')|22023|invalid time_zone "../../etc/passwd": there is no such time zone|t
--> jb_calendar_set('room:c', '{"time_zone": 1}')|22023|invalid time_zone "1": it must be a text|t
--> jb_calendar_set('room:c', '{"time_zone": "right/UTC"}')|22023|invalid time_zone "right/UTC": there is no such time zone|t
--> jb_calendar_set('room:c', '{"slot_increment": 0}')|22023|invalid slot_increment "0": it must be from 1 second to 1 day|t
--> jb_calendar_set('room:c', '{"slot_increment": 86401}')|22023|invalid slot_increment "86401": it must be from 1 second to 1 day|t
--> jb_calendar_set('room:c', '{"slot_increment": "1 month"}')|22023|invalid slot_increment "1 month": months and years have no fixed length|t
--> jb_calendar_set('room:c', '{"slot_increment": 1.5}')|22023|invalid slot_increment "1.5": fractions of a second are not allowed|t
--> jb_calendar_set('room:c', '{"min_notice": -1}')|22023|invalid min_notice "-1": it must be from 0 seconds to 366 days|t
--> jb_calendar_set('room:c', '{"min_notice": 31622401}')|22023|invalid min_notice "31622401": it must be from 0 seconds to 366 days|t
--> jb_calendar_set('room:c', '{"horizon": 0}')|22023|invalid horizon "0": it must be from 1 second to 3660 days|t
--> jb_calendar_set('room:c', '{"horizon": "11 years"}')|22023|invalid horizon "11 years": months and years have no fixed length|t
--> jb_calendar_set('room:c', '{"horizon": "infinity"}')|22023|invalid horizon "infinity": it must be whole seconds as a number, or a length such as 30 minutes|t
--> jb_calendar_set('room:c', '{"buffer_before": -1}')|22023|invalid buffer_before "-1": it must be from 0 seconds to 1 day|t
--> jb_calendar_set('room:c', '{"buffer_after": 86401}')|22023|invalid buffer_after "86401": it must be from 0 seconds to 1 day|t
--> jb_calendar_set('room:c', '{"buffer_after": true}')|22023|invalid buffer_after "true": it must be whole seconds as a number, or a length such as 30 minutes|t
--> jb_calendar_set('room:c', '{"max_events_per_day": 0}')|22023|invalid max_events_per_day "0": it must be from 1 to 86400|t
--> jb_calendar_set('room:c', '{"max_events_per_day": 86401}')|22023|invalid max_events_per_day "86401": it must be from 1 to 86400|t
--> jb_calendar_set('room:c', '{"max_events_per_day": 1.5}')|22023|invalid max_events_per_day "1.5": it must be a whole number|t
--> jb_calendar_set('room:c', '{"max_events_per_day": "2"}')|22023|invalid max_events_per_day "2": it must be a whole number|t
--> jb_calendar_set('room:c', '{"max_events_per_day": 1e300}')|22023|invalid max_events_per_day "1e+300": it must be a whole number|t
--> jb_calendar_set('room:c', '{"check_attendees": 1}')|22023|invalid check_attendees "1": it must be true or false|t
--> jb_calendar_set('room:c', '{"confirm_within": 0}')|22023|invalid confirm_within "0": it must be from 1 second to 366 days|t
--> jb_calendar_set('room:c', '{"confirm_within": "367 days"}')|22023|invalid confirm_within "367 days": it must be from 1 second to 366 days|t
--> jb_calendar_set('room:c', '{"settled_within": -1}')|22023|invalid settled_within "-1": it must be from 0 seconds to 366 days|t
--> jb_calendar_set('room:c', '{"default_duration": 0}')|22023|invalid default_duration "0": it must be from 1 second to 366 days|t
--> jb_calendar_set('room:c', '{"default_duration": "soon"}')|22023|invalid default_duration "soon": it must be whole seconds as a number, or a length such as 30 minutes|t
--> jb_calendar_set('room:c', '{"strict": "yes"}')|22023|invalid strict "yes": it must be true or false|t
--> jb_calendar_set('room:c', '{"hours": []}')|22023|invalid hours "[]": it must be an object of days|t
--> jb_calendar_set('room:c', '{"hours": {"someday": []}}')|22023|invalid hours.someday "[]": there is no such day|t
--> jb_calendar_set('room:c', '{"hours": {"monday": {}}}')|22023|invalid hours.monday "{}": it must be a list of at most 288 spans|t
--> jb_calendar_set('room:c', '{"hours": {"monday": null}}')|22023|invalid hours.monday "null": it must be a list of at most 288 spans|t
--> jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "09:00"}]}}')|22023|invalid hours.monday[0] "{"start":"09:00"}": it must be {"start": "HH:MM", "end": "HH:MM"}|t
--> jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "09:00", "end": "09:00"}]}}')|22023|invalid hours.monday[0] "{"end":"09:00","start":"09:00"}": its end must be after its start|t
--> jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "24:00", "end": "24:00"}]}}')|22023|invalid hours.monday[0].start "24:00": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS|t
--> jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "09:00", "end": "25:00"}]}}')|22023|invalid hours.monday[0].end "25:00": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS|t
--> jb_calendar_set('room:c', '{"hours": {"monday": [{"start": "09:00", "end": "12:00", "open": true}]}}')|22023|invalid hours.monday[0] "{"end":"12:00","open":true,"start":"09:00"}": it must be {"start": "HH:MM", "end": "HH:MM"}|t
--> jb_calendar_set('room:c', jsonb_build_object('hours', jsonb_build_object('monday', (SELECT jsonb_agg('{"start": "09:00", "end": "10:00"}'::jsonb) FROM generate_series(1, 289)))))|22023|invalid hours.monday "[{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":…": it must be a list of at most 288 spans|t
-- several faults are told together
SELECT detail FROM test.refusal($$SELECT jb_calendar_set('room b', '{"time_zone": "Atlantis", "horizon": 0, "nonsense": {}, "hours": {"monday": [{"start": "x", "end": "y"}]}}')$$);
--> [{"field":"calendar","value":"room b","message":"a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics"},{"field":"horizon","value":"0","message":"it must be from 1 second to 3660 days"},{"field":"hours.monday[0].start","value":"x","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"hours.monday[0].end","value":"y","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"nonsense","value":"{}","message":"there is no such setting"},{"field":"time_zone","value":"Atlantis","message":"there is no such time zone"}]
-- a secretary changes no settings: must fail
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal($$SELECT jb_calendar_set('room:c', '{}')$$); --> 42501
SELECT state FROM test.refusal($$SELECT jb_calendar_delete('room:new')$$); --> 42501
SET SESSION AUTHORIZATION regress_manager;
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- delete: only a calendar without events ----
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_calendar_delete('room:closed')$$); -- must fail
--> 55000|calendar "room:closed" holds events and cannot be deleted|Event 1 stands on it.|Delete its events first; cancelled ones count too.
SELECT id FROM jb_events('room:closed', '2026-11-23') \gset
SELECT outcome FROM jb_cancel(:id); --> cancelled
SELECT state FROM test.refusal($$SELECT jb_calendar_delete('room:closed')$$); -- must fail: a cancelled event stands there too --> 55000
SELECT jb_delete(:id); --> t
SELECT jb_calendar_delete('room:closed'); --> t
SELECT state, message FROM test.refusal($$SELECT jb_calendar('room:closed')$$); -- must fail --> P0002|calendar "room:closed" does not exist
SELECT state FROM test.refusal($$SELECT jb_calendar_delete('room:closed')$$); -- must fail --> P0002
SELECT state FROM test.refusal($$SELECT jb_calendar_delete('ceo')$$); -- must fail: it was never booked --> P0002
SELECT state FROM test.refusal($$SELECT jb_calendar_delete(NULL)$$); -- must fail --> P0002
-- its history is gone too
SELECT state FROM test.refusal(format('SELECT jb_history(%s)', :id)); --> P0002
-- made again, it goes on with the next seq
SELECT change_seq FROM jb_calendar_set('room:closed', '{"time_zone": "UTC"}'); --> 3
SELECT outcome FROM jb_schedule('Anew', '1 hour', calendars => '{room:closed}'); --> placed
SELECT seq FROM jb_changes('room:closed'); --> 4
SELECT name FROM jb_calendars(); --> room:a
--> room:b
--> room:closed
--> room:new

-- ---- ceo can be given settings before its first booking ----
SELECT name, time_zone FROM jb_calendar_set('ceo', '{"time_zone": "Asia/Tokyo"}'); --> ceo|Asia/Tokyo
SELECT time_zone FROM jb_schedule('Jeff', '1 hour'); --> Asia/Tokyo
-- must fail: /calendars/NAME.ics is the feed of NAME
SELECT state, message FROM test.refusal($$SELECT jb_calendar_set('room:a.Ics', '{}')$$);
--> 22023|invalid calendar "room:a.Ics": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics

-- Promise: jb_availability_set gives one date hours of its own, or none; jb_availability tells the hours of each date;
-- automatic events follow at once, in both directions, and no placed event moves.
-- Could break: a backend goes on with the hours that it knew, a rollback leaves them changed, a day is opened beside the
-- claims on it, the spans of a date are read in another zone or lost with a clock change.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
\set starts 'SELECT string_agg(to_char(lower(slot), \'Dy HH24:MI\'), \', \') AS starts FROM jb_slots(\'3 hours\', \'{room:a}\', \'2026-11-23\', \'2026-11-30\', 1000) AS slot'
SELECT slot_increment FROM jb_calendar_set('room:a', '{"slot_increment": "3 hours", "hours": {"monday": [{"start": "09:00", "end": "12:00"}], "tuesday": [{"start": "09:00", "end": "18:00"}]}}');
--> 03:00:00

-- ---- the hours of each date ----
SELECT * FROM jb_availability('room:a', '2026-11-22', '2026-11-24'); --> 2026-11-22|[]|f|{}|Europe/Berlin
--> 2026-11-23|[{"end": "12:00:00", "start": "09:00:00"}]|f|{["2026-11-23 09:00:00+01","2026-11-23 12:00:00+01")}|Europe/Berlin
--> 2026-11-24|[{"end": "18:00:00", "start": "09:00:00"}]|f|{["2026-11-24 09:00:00+01","2026-11-24 18:00:00+01")}|Europe/Berlin
-- a week from today unless said otherwise
SELECT min(date), max(date) FROM jb_availability('room:a'); --> 2026-11-23|2026-11-29
SELECT min(date), max(date) FROM jb_availability('room:a', '2026-12-01'); --> 2026-12-01|2026-12-07
SELECT min(date), max(date) FROM jb_availability('room:a', to_date => '2026-11-25'); --> 2026-11-23|2026-11-25
:starts; --> Mon 09:00, Tue 09:00, Tue 12:00, Tue 15:00

-- ---- hours of a date: opened, changed, closed, removed ----
SELECT * FROM jb_availability_set('room:a', '2026-11-25', '[{"start": "13:30", "end": "18:00"}]');
--> 2026-11-25|[{"end": "18:00:00", "start": "13:30:00"}]|t|{["2026-11-25 13:30:00+01","2026-11-25 18:00:00+01")}|Europe/Berlin
SELECT date, spans, overridden FROM jb_availability('room:a', '2026-11-24', '2026-11-26'); --> 2026-11-24|[{"end": "18:00:00", "start": "09:00:00"}]|f
--> 2026-11-25|[{"end": "18:00:00", "start": "13:30:00"}]|t
--> 2026-11-26|[]|f
:starts; --> Mon 09:00, Tue 09:00, Tue 12:00, Tue 15:00, Wed 15:00
-- sorted, joined where they overlap or touch; a span may end at 24:00
SELECT spans FROM jb_availability_set('room:a', '2026-11-25', '[{"start": "18:00", "end": "24:00"}, {"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "12:30"}, {"start": "15:00", "end": "18:00"}]');
--> [{"end": "12:30:00", "start": "09:00:00"}, {"end": "24:00:00", "start": "15:00:00"}]
:starts; --> Mon 09:00, Tue 09:00, Tue 12:00, Tue 15:00, Wed 09:00, Wed 15:00, Wed 18:00, Wed 21:00
-- a closed day, and a day that is open across midnight into its neighbour
SELECT spans, overridden, open FROM jb_availability_set('room:a', '2026-11-24', '[]'); --> []|t|{}
SELECT spans FROM jb_availability_set('room:a', '2026-11-26', '[{"start": "00:00", "end": "02:00"}]'); --> [{"end": "02:00:00", "start": "00:00:00"}]
SELECT lower(slot) FROM jb_slots('8 hours', '{room:a}', to_time => '2026-12-01') AS slot; --> 2026-11-25 15:00:00+01
--> 2026-11-25 18:00:00+01
:starts; --> Mon 09:00, Wed 09:00, Wed 15:00, Wed 18:00, Wed 21:00
SELECT a.date, a.overridden FROM generate_series(timestamp '2026-11-24', '2026-11-26', '1 day') AS d, jb_availability_set('room:a', d::date, NULL) AS a; --> 2026-11-24|f
--> 2026-11-25|f
--> 2026-11-26|f
:starts; --> Mon 09:00, Tue 09:00, Tue 12:00, Tue 15:00
-- a second removal changes nothing
SELECT * FROM jb_availability_set('room:a', '2026-11-24', NULL); --> 2026-11-24|[{"end": "18:00:00", "start": "09:00:00"}]|f|{["2026-11-24 09:00:00+01","2026-11-24 18:00:00+01")}|Europe/Berlin

-- ---- events: placed events stay, later requests follow ----
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-25', '13:00', calendars => '{room:a}'); --> placed
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '3 hours', '2026-11-24', calendars => '{room:a}'); --> 2|2026-11-24 09:00:00+01
SELECT spans FROM jb_availability_set('room:a', '2026-11-24', '[]'); --> []
SELECT spans FROM jb_availability_set('room:a', '2026-11-25', '[{"start": "09:00", "end": "18:00"}]'); --> [{"end": "18:00:00", "start": "09:00:00"}]
SELECT event_name, start_timestamp FROM jb_events('room:a'); --> Automatic|2026-11-24 09:00:00+01
--> Fixed|2026-11-25 13:00:00+01
:starts; --> Mon 09:00, Wed 09:00, Wed 15:00
SELECT outcome, reason FROM jb_schedule('Closed', '1 hour', '2026-11-24', calendars => '{room:a}'); --> rejected|outside_hours
SELECT start_timestamp FROM jb_schedule('Around', '3 hours', '2026-11-25', calendars => '{room:a}'); --> 2026-11-25 09:00:00+01
:starts; --> Mon 09:00, Wed 15:00
-- strict: a fixed event keeps to the date's hours as well
SELECT strict FROM jb_calendar_set('room:a', '{"strict": true}'); --> t
SELECT outcome, reason FROM jb_schedule('Before', '3 hours', '2026-11-25', '06:00', calendars => '{room:a}'); --> rejected|outside_hours
SELECT outcome, reason FROM jb_schedule('Tuesday', '3 hours', '2026-11-24', '15:00', calendars => '{room:a}'); --> rejected|outside_hours
SELECT outcome, reason FROM jb_schedule('Wednesday', '3 hours', '2026-11-25', '15:00', calendars => '{room:a}'); --> placed|null

-- ---- a waiting event takes the time that a date opens ----
SELECT spans FROM jb_availability_set('room:a', '2026-12-03', '[{"start": "09:00", "end": "12:00"}]'); --> [{"end": "12:00:00", "start": "09:00:00"}]
SELECT event_id, start_timestamp FROM jb_schedule('First', '3 hours', '2026-12-03', calendars => '{room:a}'); --> 5|2026-12-03 09:00:00+01
SELECT event_id, outcome FROM jb_schedule('Second', '3 hours', '2026-12-03', calendars => '{room:a}', on_no_slot => 'wait'); --> 6|waiting
SELECT spans FROM jb_availability_set('room:a', '2026-12-03', '[{"start": "06:00", "end": "15:00"}]'); --> [{"end": "15:00:00", "start": "06:00:00"}]
SELECT event_name, start_timestamp, status FROM jb_events('room:a', '2026-12-03', '2026-12-04'); --> Second|2026-12-03 06:00:00+01|pending
--> First|2026-12-03 09:00:00+01|pending

-- ---- undone with the transaction ----
BEGIN;
SELECT spans FROM jb_availability_set('room:a', '2026-11-24', '[{"start": "00:00", "end": "24:00"}]'); --> [{"end": "24:00:00", "start": "00:00:00"}]
SELECT count(*) FROM jb_slots('3 hours', '{room:a}', '2026-11-24', '2026-11-25'); --> 7
SAVEPOINT sp;
SELECT spans FROM jb_availability_set('room:a', '2026-11-24', '[{"start": "03:00", "end": "06:00"}]'); --> [{"end": "06:00:00", "start": "03:00:00"}]
SELECT count(*) FROM jb_slots('3 hours', '{room:a}', '2026-11-24', '2026-11-25'); --> 1
ROLLBACK TO sp;
SELECT count(*) FROM jb_slots('3 hours', '{room:a}', '2026-11-24', '2026-11-25'); --> 7
ROLLBACK;
SELECT count(*) FROM jb_slots('3 hours', '{room:a}', '2026-11-24', '2026-11-25'); --> 0
SELECT count(*) AS problems FROM jb_check(); --> 0

-- ---- beside the other settings ----
-- buffers keep apart, a full day stays closed though its hours open, and the weekly pattern changes the other days only
SELECT buffer_after FROM jb_calendar_set('room:a', '{"buffer_after": "3 hours", "slot_increment": "1 hour"}'); --> 03:00:00
SELECT max_events_per_day FROM jb_calendar_set('room:a', '{"max_events_per_day": 1, "hours": {"tuesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "10:00", "end": "14:00"}]}}');
--> 1
SELECT spans FROM jb_availability_set('room:a', '2026-11-24', '[{"start": "00:00", "end": "24:00"}]'); --> [{"end": "24:00:00", "start": "00:00:00"}]
:starts; --> Thu 10:00, Thu 11:00
SELECT max_events_per_day FROM jb_calendar_set('room:a', '{"max_events_per_day": null, "buffer_after": null}'); --> null
:starts;
--> Tue 00:00, Tue 01:00, Tue 02:00, Tue 03:00, Tue 04:00, Tue 05:00, Tue 06:00, Tue 12:00, Tue 13:00, Tue 14:00, Tue 15:00, Tue 16:00, Tue 17:00, Tue 18:00, Tue 19:00, Tue 20:00, Tue 21:00, Thu 10:00, Thu 11:00
SELECT count(*) AS problems FROM jb_check(); --> 0
-- the dates are those of the calendar's zone
SELECT time_zone FROM jb_calendar_set('room:a', '{"time_zone": "Pacific/Kiritimati"}'); --> Pacific/Kiritimati
SELECT * FROM jb_availability('room:a', '2026-11-24', '2026-11-25');
--> 2026-11-24|[{"end": "24:00:00", "start": "00:00:00"}]|t|{["2026-11-23 11:00:00+01","2026-11-24 11:00:00+01")}|Pacific/Kiritimati
--> 2026-11-25|[{"end": "18:00:00", "start": "09:00:00"}]|t|{["2026-11-24 20:00:00+01","2026-11-25 05:00:00+01")}|Pacific/Kiritimati
SELECT count(*) AS problems FROM jb_check(); --> 0

-- ---- clock changes ----
SELECT time_zone FROM jb_calendar_set('room:dst', '{"time_zone": "Europe/Berlin", "hours": {}, "horizon": "3660 days"}'); --> Europe/Berlin
SELECT spans, open FROM jb_availability_set('room:dst', '2027-03-28', '[{"start": "02:00", "end": "03:00"}, {"start": "03:30", "end": "24:00"}]');
--> [{"end": "03:00:00", "start": "02:00:00"}, {"end": "24:00:00", "start": "03:30:00"}]|{["2027-03-28 03:30:00+02","2027-03-29 00:00:00+02")}
SELECT spans, open FROM jb_availability_set('room:dst', '2027-10-31', '[{"start": "01:00", "end": "03:00"}]');
--> [{"end": "03:00:00", "start": "01:00:00"}]|{["2027-10-31 01:00:00+02","2027-10-31 03:00:00+01")}
SELECT slot FROM jb_slots('3 hours', '{room:dst}', '2027-10-31', '2027-11-01') AS slot; --> ["2027-10-31 01:00:00+02","2027-10-31 03:00:00+01")
-- the first and the last possible date
SELECT date, spans, overridden, open FROM jb_availability_set('room:dst', '0001-01-01', '[{"start": "00:00", "end": "24:00"}]');
--> 0001-01-01|[{"end": "24:00:00", "start": "00:00:00"}]|t|{["0001-01-01 00:00:00+00:53:28","0001-01-02 00:00:00+00:53:28")}
SELECT date, spans, overridden, open FROM jb_availability_set('room:dst', '9999-12-31', '[{"start": "00:00", "end": "24:00"}]');
--> 9999-12-31|[{"end": "24:00:00", "start": "00:00:00"}]|t|{["9999-12-31 00:00:00+01","10000-01-01 00:00:00+01")}
SELECT date, overridden FROM jb_availability('room:dst', '9999-12-30'); --> 9999-12-30|f
--> 9999-12-31|t
SELECT count(*) FROM jb_availability('room:dst', '2027-01-01', '2037-01-07'); --> 3660
-- a date that the zone never had
SELECT time_zone FROM jb_calendar_set('room:dst', '{"time_zone": "Pacific/Apia"}'); --> Pacific/Apia
SELECT spans, open FROM jb_availability_set('room:dst', '2011-12-30', '[{"start": "09:00", "end": "17:00"}]'); --> [{"end": "17:00:00", "start": "09:00:00"}]|{}
SELECT count(*) AS problems FROM jb_check(); --> 0

-- ---- ceo ----
SELECT date, spans, overridden FROM jb_availability('ceo', '2026-11-23', '2026-11-23'); --> 2026-11-23|[{"end": "17:00:00", "start": "08:00:00"}]|f
SELECT count(*) FROM jb_calendars() AS c WHERE c.name = 'ceo'; --> 0
SELECT date, spans, overridden FROM jb_availability_set('ceo', '2026-11-23', '[]'); --> 2026-11-23|[]|t
SELECT start_timestamp FROM jb_schedule('Jeff', '1 hour'); --> 2026-11-24 17:00:00+01

-- ---- invalid: each of these must fail ----
SELECT test.stored() AS before \gset
SELECT call, state, message, hint <> '' AS hinted
  FROM unnest(ARRAY[
    $$jb_availability('room:nowhere', '2026-11-23', '2026-11-23')$$, $$jb_availability(NULL, '2026-11-23', '2026-11-23')$$, $$jb_availability('room:a', '2026-11-23', '2026-11-22')$$, $$jb_availability('room:a', '2027-01-01', '2037-01-08')$$,
    $$jb_availability('room:a', 'infinity')$$, $$jb_availability('room:a', to_date => '-infinity')$$, $$jb_availability('room:a', '0001-12-31 BC', '0001-01-01')$$, $$jb_availability('room:a', '9999-12-31', '10000-01-01')$$,
    $$jb_availability_set('room:nowhere', '2026-11-23', '[]')$$, $$jb_availability_set('room:nowhere', '2026-11-23', NULL)$$, $$jb_availability_set(NULL, '2026-11-23', '[]')$$, $$jb_availability_set('room:a', NULL, '[]')$$,
    $$jb_availability_set('room:a', 'infinity', '[]')$$, $$jb_availability_set('room:a', '0001-12-31 BC', '[]')$$, $$jb_availability_set('room:a', '10000-01-01', '[]')$$,
    $$jb_availability_set('room:a', '2026-11-23', 'null')$$, $$jb_availability_set('room:a', '2026-11-23', '{}')$$, $$jb_availability_set('room:a', '2026-11-23', '"09:00"')$$, $$jb_availability_set('room:a', '2026-11-23', '[7]')$$,
    $$jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00"}]')$$, $$jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "10:00", "open": true}]')$$, $$jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "10:00"}, {"start": "12:00", "end": "11:00"}]')$$,
    $$jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "09:00"}]')$$, $$jb_availability_set('room:a', '2026-11-23', '[{"start": "24:00", "end": "24:00"}]')$$, $$jb_availability_set('room:a', '2026-11-23', '[{"start": "9", "end": "24:01"}]')$$,
    $$jb_availability_set('room:a', '2026-11-23', (SELECT jsonb_agg('{"start": "09:00", "end": "10:00"}'::jsonb) FROM generate_series(1, 289)))$$
  ]) AS call, test.refusal('SELECT ' || call); --> jb_availability('room:nowhere', '2026-11-23', '2026-11-23')|P0002|calendar "room:nowhere" does not exist|t
--> jb_availability(NULL, '2026-11-23', '2026-11-23')|P0002|calendar "" does not exist|t
--> jb_availability('room:a', '2026-11-23', '2026-11-22')|22023|invalid to_date "2026-11-22": it must not be before the begin of the range, 2026-11-23|t
--> jb_availability('room:a', '2027-01-01', '2037-01-08')|22023|invalid to_date "2037-01-08": it must be less than 3660 days after the begin of the range|t
--> jb_availability('room:a', 'infinity')|22023|invalid from_date "after year 9999": it must lie in the years 0001 to 9999|t
--> jb_availability('room:a', to_date => '-infinity')|22023|invalid to_date "before year 0001": it must lie in the years 0001 to 9999|t
--> jb_availability('room:a', '0001-12-31 BC', '0001-01-01')|22023|invalid from_date "before year 0001": it must lie in the years 0001 to 9999|t
--> jb_availability('room:a', '9999-12-31', '10000-01-01')|22023|invalid to_date "after year 9999": it must lie in the years 0001 to 9999|t
--> jb_availability_set('room:nowhere', '2026-11-23', '[]')|P0002|calendar "room:nowhere" does not exist|t
--> jb_availability_set('room:nowhere', '2026-11-23', NULL)|P0002|calendar "room:nowhere" does not exist|t
--> jb_availability_set(NULL, '2026-11-23', '[]')|P0002|calendar "" does not exist|t
--> jb_availability_set('room:a', NULL, '[]')|22023|invalid on_date "NULL": it is required|t
--> jb_availability_set('room:a', 'infinity', '[]')|22023|invalid on_date "after year 9999": it must lie in the years 0001 to 9999|t
--> jb_availability_set('room:a', '0001-12-31 BC', '[]')|22023|invalid on_date "before year 0001": it must lie in the years 0001 to 9999|t
--> jb_availability_set('room:a', '10000-01-01', '[]')|22023|invalid on_date "after year 9999": it must lie in the years 0001 to 9999|t
--> jb_availability_set('room:a', '2026-11-23', 'null')|22023|invalid spans "null": it must be a list of at most 288 spans|t
--> jb_availability_set('room:a', '2026-11-23', '{}')|22023|invalid spans "{}": it must be a list of at most 288 spans|t
--> jb_availability_set('room:a', '2026-11-23', '"09:00"')|22023|invalid spans "09:00": it must be a list of at most 288 spans|t
--> jb_availability_set('room:a', '2026-11-23', '[7]')|22023|invalid spans[0] "7": it must be {"start": "HH:MM", "end": "HH:MM"}|t
--> jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00"}]')|22023|invalid spans[0] "{"start":"09:00"}": it must be {"start": "HH:MM", "end": "HH:MM"}|t
--> jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "10:00", "open": true}]')|22023|invalid spans[0] "{"end":"10:00","open":true,"start":"09:00"}": it must be {"start": "HH:MM", "end": "HH:MM"}|t
--> jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "10:00"}, {"start": "12:00", "end": "11:00"}]')|22023|invalid spans[1] "{"end":"11:00","start":"12:00"}": its end must be after its start|t
--> jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "09:00"}]')|22023|invalid spans[0] "{"end":"09:00","start":"09:00"}": its end must be after its start|t
--> jb_availability_set('room:a', '2026-11-23', '[{"start": "24:00", "end": "24:00"}]')|22023|invalid spans[0].start "24:00": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS|t
--> jb_availability_set('room:a', '2026-11-23', '[{"start": "9", "end": "24:01"}]')|22023|invalid spans[0].start "9": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS|t
--> jb_availability_set('room:a', '2026-11-23', (SELECT jsonb_agg('{"start": "09:00", "end": "10:00"}'::jsonb) FROM generate_series(1, 289)))|22023|invalid spans "[{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":"10:00","start":"09:00"},{"end":…": it must be a list of at most 288 spans|t
-- all faults are told at once
SELECT detail FROM test.refusal($$SELECT jb_availability_set('room:a', NULL, '[{"start": "x", "end": "25:00"}, 7]')$$); -- must fail
--> [{"field":"on_date","value":"NULL","message":"it is required"},{"field":"spans[0].start","value":"x","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"spans[0].end","value":"25:00","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"spans[1]","value":"7","message":"it must be {\"start\": \"HH:MM\", \"end\": \"HH:MM\"}"}]
-- the most spans there may be
SELECT jsonb_array_length(spans) FROM jb_availability_set('room:a', '2026-11-27', (SELECT jsonb_agg(jsonb_build_object('start', t::time, 'end', (t + '4 min')::time)) FROM generate_series(timestamp '2026-01-01', '2026-01-01 23:55', '5 min') AS t));
--> 288
SELECT overridden FROM jb_availability_set('room:a', '2026-11-27', NULL); --> f
-- and the most that all dates of a calendar may have, set by hand, since so many calls take long
RESET SESSION AUTHORIZATION;
SELECT time_zone FROM jb_calendar_set('room:full', '{"time_zone": "UTC"}'); --> UTC
CREATE TEMP TABLE most AS SELECT jsonb_agg(jsonb_build_object('start', t::time, 'end', (t + '4 min')::time)) AS spans FROM generate_series(timestamp '2026-01-01', '2026-01-01 23:55', '5 min') AS t;
INSERT INTO jb_override SELECT c.id, date '2027-01-01' + n, m.spans FROM jb_calendar c, most m, generate_series(1, 346) AS n WHERE c.name = 'room:full';
UPDATE jb_calendar SET overrides_version = 'full' WHERE name = 'room:full';
SELECT jsonb_array_length(a.spans) FROM most m, jb_availability_set('room:full', '2028-06-01', m.spans) a; --> 288
SELECT state, message FROM test.refusal($$SELECT jb_availability_set('room:full', '2028-06-02', (SELECT spans FROM most))$$); -- must fail
--> 22023|invalid spans "100224": those of all dates of a calendar may be at most 100000
SELECT jsonb_array_length(spans) FROM jb_availability_set('room:full', '2028-06-02', '[]'); --> 0
SELECT overridden FROM jb_availability_set('room:full', '2028-06-01', NULL); --> f
-- a session that reads more, from before there was a limit, ends within a second of its timeout
INSERT INTO jb_override SELECT c.id, date '2030-01-01' + n, m.spans FROM jb_calendar c, most m, generate_series(1, 10000) AS n WHERE c.name = 'room:full';
UPDATE jb_calendar SET overrides_version = 'over' WHERE name = 'room:full';
SET statement_timeout = '500ms';
DO $$DECLARE began timestamptz := clock_timestamp(); BEGIN PERFORM jb_availability('room:full', '2028-06-01', '2028-06-01'); RAISE WARNING 'it was read'; EXCEPTION WHEN query_canceled THEN IF clock_timestamp() - began > '1500 ms' THEN RAISE WARNING 'it ended late'; END IF; END$$;
RESET statement_timeout;
DELETE FROM jb_override o USING jb_calendar c WHERE c.id = o.calendar AND c.name = 'room:full' AND o.date > '2030-01-01';
INSERT INTO jb_override SELECT c.id, date '2030-01-01' + n, '[]' FROM jb_calendar c, generate_series(1, 9700) AS n WHERE c.name = 'room:full';
UPDATE jb_calendar SET overrides_version = 'many' WHERE name = 'room:full';
SELECT state, message FROM test.refusal($$SELECT jb_availability_set('room:full', '2029-06-02', '[]')$$); -- must fail
--> 22023|invalid on_date "10048": a calendar has hours of their own for at most 10000 dates
SELECT jb_calendar_delete('room:full'); --> t
-- a secretary reads hours and changes none: must fail
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal($$SELECT jb_availability_set('room:a', '2026-11-23', '[]')$$); --> 42501
SET SESSION AUTHORIZATION regress_viewer;
SELECT state FROM test.refusal($$SELECT jb_availability_set('room:a', '2026-11-23', NULL)$$); --> 42501
SELECT overridden FROM jb_availability('room:a', '2026-11-24', '2026-11-24'); --> t
SET SESSION AUTHORIZATION regress_nobody;
SELECT state FROM test.refusal($$SELECT jb_availability('room:a', '2026-11-23', '2026-11-23')$$); --> 42501
SET SESSION AUTHORIZATION regress_manager;

-- ---- hours of dates go with their calendar ----
SELECT jb_calendar_delete('room:dst'); --> t
SELECT time_zone FROM jb_calendar_set('room:dst', '{"time_zone": "Europe/Berlin", "hours": {}}'); --> Europe/Berlin
SELECT bool_or(overridden) FROM jb_availability('room:dst', '2027-03-28', '2027-03-28'); --> f

-- Promise: a calendar is the same calendar in any case of its name's letters, wherever it is named; what is stored and
-- answered has the calendar's own spelling. Principals stay exact, and what people typed is kept as typed (rule 1.6).
-- Could break: each function finds the calendar in a way of its own, and each cache of a backend has a key; an attendee
-- whose address is spelled otherwise is booked twice.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
CREATE TEMP VIEW stored AS SELECT id, calendars, attendees, attendee_calendars FROM jb_event_view ORDER BY id;

-- ---- one calendar, in its first spelling ----
SELECT name FROM jb_calendar_set('Anna@Example.org', '{"time_zone": "Europe/Berlin"}'); --> Anna@Example.org
SELECT name, display_name FROM jb_calendar_set('anna@EXAMPLE.org', '{"display_name": "Anna", "name": "ANNA@example.org"}'); --> Anna@Example.org|Anna
SELECT message FROM test.refusal($$SELECT jb_calendar_set('anna@example.org', '{"name": "anna@example.com"}')$$); -- must fail --> invalid name "anna@example.com": a calendar keeps its name
SELECT name FROM jb_calendar_set('Field:Room', '{"time_zone": "Europe/Berlin", "check_attendees": true}'); --> Field:Room
SELECT name FROM jb_calendars(); --> Anna@Example.org
--> Field:Room
--> room:a
SELECT name FROM jb_calendar('ANNA@EXAMPLE.ORG'); --> Anna@Example.org
-- the words of the scheduler are small, whatever was typed
SELECT outcome FROM jb_schedule('First', '1 hour', '2026-11-24', '09:00', calendars => '{CEO}'); --> placed
SELECT outcome FROM jb_schedule('Second', '1 hour', '2026-11-24', '09:00', calendars => '{Ceo}'); --> rejected
SELECT name FROM jb_calendar_set('Coach:Cora', '{"time_zone": "Europe/Berlin"}'); --> coach:Cora
SELECT client_hash_id FROM jb_client_create('Karl'); --> Karl
SELECT call, message FROM unnest('{"jb_coach_create(''cora'')","jb_client_create(''KARL'')"}'::text[]) AS call, test.refusal('SELECT ' || call); -- must fail
--> jb_coach_create('cora')|invalid coach_hash_id "cora": has already been taken
--> jb_client_create('KARL')|invalid client_hash_id "KARL": has already been taken
SELECT name FROM jb_calendars() ORDER BY name COLLATE "C"; --> Anna@Example.org
--> Field:Room
--> ceo
--> client:Karl
--> coach:Cora
--> room:a

-- ---- an event has the calendars' own names, and its attendees as they were typed ----
SELECT outcome FROM jb_schedule('Dentist', '1 hour', '2026-11-24', '10:00', calendars => '{anna@example.org}'); --> placed
SELECT outcome, reason FROM jb_schedule('Meeting', '1 hour', '2026-11-24', '10:00', calendars => '{field:room}', attendees => '{ANNA@Example.Org}'); --> rejected|conflict
SELECT outcome FROM jb_schedule('Meeting', '1 hour', '2026-11-24', '11:00', calendars => '{FIELD:room}', attendees => '{anna@Example.Org,ANNA@example.org,field:ROOM}'); --> placed
SELECT outcome FROM jb_schedule_all('[{"event_name": "Batch", "duration": 3600, "date": "2026-11-24", "start_time": "12:00", "calendars": ["FIELD:ROOM"]}, {"event_name": "Batch", "duration": 3600, "date": "2026-11-24", "start_time": "13:00", "calendars": ["field:room", "anna@example.org"]}]');
--> placed
--> placed
SELECT * FROM stored WHERE id > 2; --> 3|{Field:Room}|{anna@Example.Org,ANNA@example.org,field:ROOM}|{Anna@Example.org}
--> 4|{Field:Room}|{}|{}
--> 5|{Field:Room,Anna@Example.org}|{}|{}
SELECT calendars FROM jb_rejections(); --> {ceo}
--> {Field:Room}
SELECT message, detail FROM test.refusal($$SELECT jb_schedule('Twice', '1 hour', '2026-11-25', '10:00', calendars => '{field:room,Field:Room}')$$); -- must fail
--> invalid calendars "Field:Room": it is named twice|[{"field":"calendars","value":"Field:Room","message":"it is named twice"}]
SELECT message FROM test.refusal($$SELECT jb_schedule('None', '1 hour', '2026-11-25', '10:00', calendars => '{fields:room}')$$); -- must fail
--> invalid calendars "fields:room": there is no such calendar
-- what is changed finds them, too: the same calendar is no change
SELECT outcome FROM jb_update((SELECT max(id) FROM stored), '{"calendars": ["FIELD:Room", "Anna@example.ORG"]}'); --> unchanged
SELECT outcome FROM jb_update((SELECT max(id) FROM stored), '{"calendars": ["field:room"], "attendees": ["anna@EXAMPLE.org"]}'); --> updated
SELECT * FROM stored ORDER BY id DESC LIMIT 1; --> 5|{Field:Room}|{anna@EXAMPLE.org}|{Anna@Example.org}
SELECT outcome FROM jb_schedule('Dry', '1 hour', '2026-11-24', '10:00', calendars => '{ANNA@example.org}', dry_run => true); --> rejected
SELECT jb_lock('{field:ROOM,ANNA@example.org}'); -->

-- ---- every call that names a calendar ----
SELECT count(*) FROM jb_events('ANNA@example.org', '2026-11-24'); --> 3
SELECT count(*) FROM jb_events(calendars => '{ANNA@example.org,field:room}', from_time => '2026-11-24'); --> 4
SELECT count(*) FROM jb_events_json('field:room', '2026-11-24'); --> 3
SELECT jb_busy('ANNA@example.org', '2026-11-24 00:00+01', '2026-11-25 00:00+01'); --> {["2026-11-24 10:00:00+01","2026-11-24 12:00:00+01"),["2026-11-24 13:00:00+01","2026-11-24 14:00:00+01")}
SELECT * FROM jb_slots('1 hour', '{ANNA@example.org}', '2026-11-24 09:00+01', '2026-11-24 12:00+01', max_rows => 1); --> ["2026-11-24 09:00:00+01","2026-11-24 10:00:00+01")
SELECT start_timestamp FROM jb_lead_time('{1 hour}', '{ANNA@example.org}'); --> 2026-11-23 08:00:00+01
SELECT verdict FROM jb_explain('Why', '1 hour', '2026-11-24', '10:00', calendars => '{ANNA@example.org}'); --> in_the_way
--> rejected
SELECT calendar, seq FROM jb_changes('ANNA@example.org', 1, max_rows => 1); --> Anna@Example.org|2
SELECT jb_changes_after('ANNA@example.org', 0) = (SELECT change_seq FROM jb_calendar('Anna@Example.org')) AS the_last; --> t
SELECT count(*) FROM jb_events_at('ANNA@example.org', 1); --> 1
SELECT jb_change_event('ANNA@example.org', 1) -> 'calendars' AS calendars; --> ["Anna@Example.org"]
SELECT count(*) FROM jb_rejections(calendar => 'FIELD:room'); --> 1
SELECT jb_rejections_after(0, 'FIELD:room') > 0 AS some; --> t
SELECT jb_icalendar('ANNA@example.org') = jb_icalendar('Anna@Example.org') AS the_same, jb_icalendar_tag('ANNA@example.org') = jb_icalendar_tag('Anna@Example.org') AS the_same; --> t|t
SELECT jb_time_zone('ANNA@example.org'), jb_day_start('ANNA@example.org', '2026-11-24'); --> Europe/Berlin|2026-11-24 00:00:00+01
SELECT date, time_zone FROM jb_availability('ANNA@example.org', '2026-11-25', '2026-11-25'); --> 2026-11-25|Europe/Berlin
SELECT spans FROM jb_availability_set('ANNA@example.org', '2026-11-25', '[]'); --> []
SELECT count(*) FROM jb_replan('ANNA@example.org'); --> 0
BEGIN;
SELECT time_zone FROM jb_calendar_set('ANNA@example.org', '{"time_zone": "Europe/Kyiv"}'); --> Europe/Kyiv
SELECT event_id, new_start_timestamp FROM jb_rezone('ANNA@example.org', dry_run => true); --> 2|2026-11-24 09:00:00+01
SELECT event_id, new_start_timestamp FROM jb_rezone('ANNA@example.org'); --> 2|2026-11-24 09:00:00+01
SELECT count(*) FROM jb_rezone('Anna@Example.org'); --> 0
ROLLBACK;
SELECT jb_rebuild('ANNA@example.org'); --> t
SELECT jb_rights('ANNA@example.org'); --> {busy,read,propose,book,manage}
SELECT outcome FROM jb_import('FIELD:room', E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261126T090000Z\r\nDTEND:20261126T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'); --> placed
SELECT outcome FROM jb_import('Field:ROOM', E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261126T090000Z\r\nDTEND:20261126T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n', sync => true);
--> unchanged
SELECT length(jb_feed_create('ANNA@example.org')) > 20 AS made; --> t
SELECT calendar FROM jb_feed_view; --> Anna@Example.org
SELECT jb_feed_revoke('anna@example.ORG'); --> t
SELECT poll_id FROM jb_poll_create('When', '2026-12-01', '2026-12-02', '1 hour', calendars => '{FIELD:room,anna@example.ORG}'); --> 1
SELECT calendars FROM jb_poll(1); --> {Field:Room,Anna@Example.org}

-- ---- sessions and appointments ----
SELECT outcome FROM jb_session_create('CORA', 'karl', '2026-11-26 10:00+01', 30); --> placed
SELECT coach_hash_id, client_hash_id FROM jb_sessions(coach_hash_id => 'cora', client_hash_id => 'KARL'); --> Cora|Karl
SELECT name FROM jb_calendar_set('Provider:Paul', '{"time_zone": "Europe/Berlin"}'); --> provider:Paul
SELECT provider_id FROM jb_provider_availability_add('paul', '2026-11-30', '{"09:00": "10:00"}'); --> Paul
SELECT provider_id FROM jb_provider_availability_add('PAUL', '2026-11-30', '{"10:00": "11:00"}'); --> Paul
SELECT outcome FROM jb_appointment_reserve('paul', 'Eve', '2026-11-30', '09:00'); --> placed
SELECT count(*) FROM jb_provider_slots('pAUL', '2026-11-30', '30 minutes'); --> 92
SELECT provider_id, client FROM jb_appointments(provider_id => 'paUL'); --> Paul|Eve
SELECT public_booking FROM jb_calendar_set('PROVIDER:paul', '{"public_booking": true}'); --> t
RESET SESSION AUTHORIZATION;
SELECT calendar, last FROM jb_last_numbers('{ANNA@example.org,CEO}'); --> ANNA@example.org|4
--> CEO|1
SELECT jb_booking_page('PAUL') ->> 'provider_id' AS provider_id; --> Paul
SELECT outcome, reason, booking ->> 'client' AS client FROM jb_booking_make('PAUL', '{"client": "CEO", "contact": "a@example.org", "start_timestamp": "2026-11-30T10:00:00+01:00"}');
--> placed|null|CEO

-- ---- rights: of calendars in any case, of principals and roles exactly ----
SET SESSION AUTHORIZATION regress_manager;
SELECT * FROM jb_grant('ANNA@example.org', 'principal:regress_secretary', 'book'); --> principal:regress_secretary|{book}|null|null|null|null|null
SELECT * FROM jb_grant('anna@example.org', 'principal:Regress_Manager', 'manage'); --> principal:Regress_Manager|{manage}|null|null|null|null|null
SELECT * FROM jb_grants('anna@EXAMPLE.org'); --> principal:Regress_Manager|{manage}|null|null|null|null|null
--> principal:regress_secretary|{book}|null|null|null|null|null
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_rights('ANNA@example.org'), jb_rights('anna@example.org'), jb_may('aNNa@example.org', 'read'); --> {busy,book}|{busy,book}|f
SELECT outcome FROM jb_schedule('May', '1 hour', '2026-11-27', '10:00', calendars => '{ANNA@example.org}'); --> placed
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('ANNA@example.org', 'principal:regress_secretary'), jb_revoke('ANNA@example.org', 'principal:regress_manager'); --> t|f

-- ---- deleted and made again in another spelling: the history goes on (rule 4.8) ----
SELECT name FROM jb_calendar_set('Gone', '{}'); --> Gone
SELECT jb_delete((jb_schedule('Event', '1 hour', '2026-11-24', '10:00', calendars => '{gone}')).event_id); --> t
SELECT jb_calendar_delete('GONE'); --> t
SELECT name, change_seq FROM jb_calendar_set('GONE', '{}'); --> GONE|2
SELECT name, change_seq FROM jb_calendar('gone'); --> GONE|2
SELECT jb_delete((jb_schedule('Event', '1 hour', '2026-11-24', '10:00', calendars => '{gone}')).event_id), jb_calendar_delete('gone'); --> t|t
SELECT name, change_seq FROM jb_calendar_past; --> GONE|4
SELECT outcome FROM jb_schedule('Event', '1 hour', '2026-11-24', '14:00', calendars => '{field:room}', attendees => '{gone}'); --> placed
-- by hand neither is stored twice
SELECT state FROM test.refusal($$INSERT INTO jb_calendar_past (name, change_seq) VALUES ('Gone', 1)$$); -- must fail --> 23505
SELECT state FROM unnest('{"ANNA@example.org","Coach:dora","CEO"}'::text[]) AS other, test.refusal(format($$INSERT INTO jb_calendar SELECT (jsonb_populate_record(c, jsonb_build_object('id', 999, 'name', %L))).* FROM jb_calendar c WHERE name = 'ceo'$$, other)); -- must fail
--> 23505
--> 23514
--> 23514

\i test/regress/sql/frame/close.psql
