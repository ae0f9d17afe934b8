-- Promise: an invalid value raises an error of its SQLSTATE that names the argument and the value and says what to do, and
-- changes nothing.
-- Could break: a value that slips through is stored, or meets a constraint or a cast far inside and fails without a name.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('There', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Makes ceo', '1 hour', '2026-11-24', '09:00'); --> placed
SELECT test.stored() AS before \gset

-- ---- jb_schedule: each of these must fail ----
SELECT claim, state, message, hint <> '' AS hinted
  FROM (VALUES
    ('no name',                    $$jb_schedule(NULL, '1 hour')$$),
    ('empty name',                 $$jb_schedule('', '1 hour')$$),
    ('blank name',                 $$jb_schedule('   ', '1 hour')$$),
    ('name of 501 characters',     $$jb_schedule(repeat('ä', 501), '1 hour')$$),
    ('zero duration',              $$jb_schedule('x', '0')$$),
    ('negative duration',          $$jb_schedule('x', '-1 hour')$$),
    ('fractional duration',        $$jb_schedule('x', '1.5 seconds')$$),
    ('a tenth of a second',        $$jb_schedule('x', '0.1 seconds')$$),
    ('one second too long',        $$jb_schedule('x', '366 days 1 second')$$),
    ('enormous duration',          $$jb_schedule('x', '2147483647 days')$$),
    ('enormous hours',             $$jb_schedule('x', '2147483647 hours')$$),
    ('months',                     $$jb_schedule('x', '1 month')$$),
    ('years',                      $$jb_schedule('x', '178000000 years')$$),
    ('months that days undo',      $$jb_schedule('x', '1 month -30 days 1 hour')$$),
    ('no duration at all',         $$jb_schedule('x', 'soon')$$),
    ('30 February',                $$jb_schedule('x', '1 hour', '2026-02-30', '09:00')$$),
    ('25:00',                      $$jb_schedule('x', '1 hour', '2026-11-24', '25:00')$$),
    ('24:00 as a start',           $$jb_schedule('x', '1 hour', '2026-11-24', '24:00')$$),
    ('start_time without date',    $$jb_schedule('x', '1 hour', start_time => '09:00')$$),
    ('two starts',                 $$jb_schedule('x', '1 hour', '2026-11-24', '09:00', '2026-11-24 09:00+01')$$),
    ('start_timestamp and date',   $$jb_schedule('x', '1 hour', '2026-11-24', start_timestamp => '2026-11-24 09:00+01')$$),
    ('date of infinity',           $$jb_schedule('x', '1 hour', 'infinity', '09:00')$$),
    ('date of -infinity',          $$jb_schedule('x', '1 hour', '-infinity')$$),
    ('date before Christ',         $$jb_schedule('x', '1 hour', '0044-03-15 BC')$$),
    ('year 10000',                 $$jb_schedule('x', '1 hour', '10000-01-01')$$),
    ('start of infinity',          $$jb_schedule('x', '1 hour', start_timestamp => 'infinity')$$),
    ('start of -infinity',         $$jb_schedule('x', '1 hour', start_timestamp => '-infinity', allow_past => true)$$),
    ('an end in year 10000',       $$jb_schedule('x', '1 day', start_timestamp => '9999-12-31 23:00Z', calendars => '{room:a}')$$),
    ('a start in year 0',          $$jb_schedule('x', '1 hour', '0001-01-01', '00:00', calendars => '{room:a}', allow_past => true)$$),
    ('window from -infinity',      $$jb_schedule('x', '1 hour', not_before => '-infinity')$$),
    ('window to infinity',         $$jb_schedule('x', '1 hour', not_after => 'infinity')$$),
    ('empty window',               $$jb_schedule('x', '1 hour', not_before => '2026-11-24 09:00+01', not_after => '2026-11-24 09:00+01')$$),
    ('window of a fixed event',    $$jb_schedule('x', '1 hour', '2026-11-24', '09:00', not_before => '2026-11-24 08:00+01')$$),
    ('priority below 0',           $$jb_schedule('x', '1 hour', priority => -1)$$),
    ('priority above 100',         $$jb_schedule('x', '1 hour', priority => 101)$$),
    ('unknown calendar',           $$jb_schedule('x', '1 hour', calendars => '{room:nowhere}')$$),
    ('no calendar',                $$jb_schedule('x', '1 hour', calendars => '{}')$$),
    ('a calendar twice',           $$jb_schedule('x', '1 hour', calendars => '{room:a,room:a}')$$),
    ('null for a calendar',        $$jb_schedule('x', '1 hour', calendars => '{NULL}')$$),
    ('empty calendar',             $$jb_schedule('x', '1 hour', calendars => '{""}')$$),
    ('calendar with a blank',      $$jb_schedule('x', '1 hour', calendars => '{room a}')$$),
    ('calendar of 201 characters', $$jb_schedule('x', '1 hour', calendars => ARRAY[repeat('c', 201)])$$),
    ('null for an attendee',       $$jb_schedule('x', '1 hour', attendees => '{Jeff,NULL}')$$),
    ('empty attendee',             $$jb_schedule('x', '1 hour', attendees => '{Jeff,""}')$$),
    ('attendee not seen',          $$jb_schedule('x', '1 hour', attendees => ARRAY['Jeff', chr(12288)])$$),
    ('name not seen',              $$jb_schedule(chr(160) || chr(8203), '1 hour')$$),
    ('attendee of 201 characters', $$jb_schedule('x', '1 hour', attendees => ARRAY[repeat('ä', 201)])$$),
    ('1001 attendees',             $$jb_schedule('x', '1 hour', attendees => array_fill('a'::text, ARRAY[1001]))$$),
    ('location of 1001 characters',$$jb_schedule('x', '1 hour', event_location => repeat('ä', 1001))$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call); --> no name|22023|invalid event_name "": it must not be empty|t
--> empty name|22023|invalid event_name "": it must not be empty|t
--> blank name|22023|invalid event_name "   ": it must have a character that is seen|t
--> name of 501 characters|22023|invalid event_name "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…": it must be at most 500 characters long|t
--> zero duration|22023|invalid duration "00:00:00": it must be from 1 second to 366 days|t
--> negative duration|22023|invalid duration "-01:00:00": it must be from 1 second to 366 days|t
--> fractional duration|22023|invalid duration "00:00:01.5": fractions of a second are not allowed|t
--> a tenth of a second|22023|invalid duration "00:00:00.1": fractions of a second are not allowed|t
--> one second too long|22023|invalid duration "366 days 00:00:01": it must be from 1 second to 366 days|t
--> enormous duration|22023|invalid duration "2147483647 days": it must be from 1 second to 366 days|t
--> enormous hours|22023|invalid duration "2147483647:00:00": it must be from 1 second to 366 days|t
--> months|22023|invalid duration "1 mon": months and years have no fixed length|t
--> years|22023|invalid duration "178000000 years": months and years have no fixed length|t
--> months that days undo|22023|invalid duration "1 mon -30 days +01:00:00": months and years have no fixed length|t
--> no duration at all|22007|invalid input syntax for type interval: "soon"|f
--> 30 February|22008|date/time field value out of range: "2026-02-30"|f
--> 25:00|22008|date/time field value out of range: "25:00"|f
--> 24:00 as a start|22023|invalid start_time "24:00:00": it must be from 00:00:00 to 23:59:59|t
--> start_time without date|22023|invalid start_time "09:00:00": it needs event_date beside it|t
--> two starts|22023|invalid start_timestamp "2026-11-24T08:00:00+00:00": it contradicts event_date and start_time|t
--> start_timestamp and date|22023|invalid start_timestamp "2026-11-24T08:00:00+00:00": it contradicts event_date and start_time|t
--> date of infinity|22023|invalid event_date "after year 9999": it must lie in the years 0001 to 9999|t
--> date of -infinity|22023|invalid event_date "before year 0001": it must lie in the years 0001 to 9999|t
--> date before Christ|22023|invalid event_date "before year 0001": it must lie in the years 0001 to 9999|t
--> year 10000|22023|invalid event_date "after year 9999": it must lie in the years 0001 to 9999|t
--> start of infinity|22023|invalid start_timestamp "after year 9999": it must lie in the years 0001 to 9999|t
--> start of -infinity|22023|invalid start_timestamp "before year 0001": it must lie in the years 0001 to 9999|t
--> an end in year 10000|22023|invalid start_timestamp "9999-12-31T23:00:00+00:00": the event must begin and end in the years 0001 to 9999|t
--> a start in year 0|22023|invalid date "0001-01-01": the event must begin and end in the years 0001 to 9999|t
--> window from -infinity|22023|invalid not_before "before year 0001": it must lie in the years 0001 to 9999|t
--> window to infinity|22023|invalid not_after "after year 9999": it must lie in the years 0001 to 9999|t
--> empty window|22023|invalid not_after "2026-11-24T08:00:00+00:00": it must be after not_before|t
--> window of a fixed event|22023|invalid not_before "2026-11-24T07:00:00+00:00": a window narrows automatic events only|t
--> priority below 0|22023|invalid priority "-1": it must be from 0 to 100|t
--> priority above 100|22023|invalid priority "101": it must be from 0 to 100|t
--> unknown calendar|22023|invalid calendars "room:nowhere": there is no such calendar|t
--> no calendar|22023|invalid calendars "0": there must be 1 to 100|t
--> a calendar twice|22023|invalid calendars "room:a": it is named twice|t
--> null for a calendar|22023|invalid calendars[0] "NULL": it must not be null|t
--> empty calendar|22023|invalid calendars "": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> calendar with a blank|22023|invalid calendars "room a": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> calendar of 201 characters|22023|invalid calendars "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc…": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics|t
--> null for an attendee|22023|invalid attendees[1] "NULL": it must not be null|t
--> empty attendee|22023|invalid attendees[1] "": it must be 1 to 200 characters long|t
--> attendee not seen|22023|invalid attendees[1] "　": it must have a character that is seen|t
--> name not seen|22023|invalid event_name " ​": it must have a character that is seen|t
--> attendee of 201 characters|22023|invalid attendees[0] "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…": it must be 1 to 200 characters long|t
--> 1001 attendees|22023|invalid attendees "1001": there must be at most 1000|t
--> location of 1001 characters|22023|invalid event_location "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…": it must be at most 1000 characters long|t
-- several values are wrong: all of them are told, the first in the message
SELECT state, message, detail FROM test.refusal($$SELECT jb_schedule('', '0', start_time => '09:00',
  attendees => '{"",NULL}', calendars => '{a b}', priority => 500)$$);
--> 22023|invalid duration "00:00:00": it must be from 1 second to 366 days|[{"field":"duration","value":"00:00:00","message":"it must be from 1 second to 366 days"},{"field":"attendees[1]","value":"NULL","message":"it must not be null"},{"field":"event_name","value":"","message":"it must not be empty"},{"field":"attendees[0]","value":"","message":"it must be 1 to 200 characters long"},{"field":"calendars","value":"a b","message":"a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics"},{"field":"priority","value":"500","message":"it must be from 0 to 100"},{"field":"start_time","value":"09:00:00","message":"it needs event_date beside it"}]
-- infinity is an interval since PostgreSQL 17, and refused under the argument's name; before, it is no interval
SELECT call, state ~ '^22' AND (message LIKE format('invalid %s "%%infinity":%%', field) OR current_setting('server_version_num')::int < 170000) AS refused
  FROM (VALUES ('duration', $$jb_schedule('x', 'infinity')$$), ('duration', $$jb_schedule('x', '-infinity')$$), ('hold_for', $$jb_schedule('x', '1 hour', hold_for => 'infinity')$$),
    ('duration', $$jb_slots('infinity', '{room:a}')$$), ('durations[0]', $$jb_lead_time('{infinity}', '{room:a}')$$), ('duration', $$jb_reschedule(1, duration => 'infinity')$$),
    ('duration', $$jb_poll_create('x', '2026-12-01', '2026-12-02', 'infinity')$$)) AS wrong (field, call), test.refusal('SELECT ' || call); --> jb_schedule('x', 'infinity')|t
--> jb_schedule('x', '-infinity')|t
--> jb_schedule('x', '1 hour', hold_for => 'infinity')|t
--> jb_slots('infinity', '{room:a}')|t
--> jb_lead_time('{infinity}', '{room:a}')|t
--> jb_reschedule(1, duration => 'infinity')|t
--> jb_poll_create('x', '2026-12-01', '2026-12-02', 'infinity')|t
-- nothing of the request was stored
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- the limits themselves are allowed ----
SELECT outcome FROM jb_schedule(repeat('ä', 500), '366 days', '2030-01-01', '00:00', calendars => '{room:a}', priority => 0,
  attendees => array_fill(repeat('ä', 200), ARRAY[1000]), event_location => repeat('ä', 1000)); --> placed
SELECT outcome FROM jb_schedule('x', '1 second', '2029-12-31', '23:59:59', calendars => '{room:a}', priority => 100); --> placed
SELECT char_length(event_name), char_length(event_location), cardinality(attendees) FROM jb_event(3); --> 500|1000|1000
SELECT test.stored() AS before \gset

-- ---- ids that no event has: each of these must fail ----
SELECT call, state, message
  FROM unnest('{-1,0,9223372036854775807,NULL}'::text[]) WITH ORDINALITY AS ids (id, place),
       unnest('{jb_event,jb_status,jb_history,jb_reschedule,jb_cancel}'::text[]) AS functions (name),
       format('%s(%s)', name, coalesce(id, 'NULL')) AS call,
       test.refusal('SELECT ' || call) ORDER BY name, place; --> jb_cancel(-1)|P0002|event -1 does not exist
--> jb_cancel(0)|P0002|event 0 does not exist
--> jb_cancel(9223372036854775807)|P0002|event 9223372036854775807 does not exist
--> jb_cancel(NULL)|P0002|event NULL does not exist
--> jb_event(-1)|P0002|event -1 does not exist
--> jb_event(0)|P0002|event 0 does not exist
--> jb_event(9223372036854775807)|P0002|event 9223372036854775807 does not exist
--> jb_event(NULL)|P0002|event NULL does not exist
--> jb_history(-1)|P0002|event -1 does not exist
--> jb_history(0)|P0002|event 0 does not exist
--> jb_history(9223372036854775807)|P0002|event 9223372036854775807 does not exist
--> jb_history(NULL)|P0002|event NULL does not exist
--> jb_reschedule(-1)|P0002|event -1 does not exist
--> jb_reschedule(0)|P0002|event 0 does not exist
--> jb_reschedule(9223372036854775807)|P0002|event 9223372036854775807 does not exist
--> jb_reschedule(NULL)|P0002|event NULL does not exist
--> jb_status(-1)|P0002|event -1 does not exist
--> jb_status(0)|P0002|event 0 does not exist
--> jb_status(9223372036854775807)|P0002|event 9223372036854775807 does not exist
--> jb_status(NULL)|P0002|event NULL does not exist
-- and a number that is no id at all
SELECT call, state FROM unnest('{jb_event(9223372036854775808),"jb_cancel(''one'')","jb_cancel(''1.5'')"}'::text[]) AS call,
       test.refusal('SELECT ' || call); --> jb_event(9223372036854775808)|42883
--> jb_cancel('one')|22P02
--> jb_cancel('1.5')|22P02
SELECT state, message FROM test.refusal($$SELECT jb_update(-1, '{}')$$); --> P0002|event -1 does not exist
SELECT state, message FROM test.refusal($$SELECT jb_update(NULL, '{}')$$); --> P0002|event NULL does not exist

-- ---- reading: each of these must fail ----
SELECT claim, state, message
  FROM (VALUES
    ('unknown calendar',          $$jb_events('room:nowhere')$$),
    ('null for a calendar',       $$jb_events(NULL)$$),
    ('range turned round',        $$jb_events('room:a', '2026-12-01', '2026-11-01')$$),
    ('no rows',                   $$jb_events('room:a', max_rows => 0)$$),
    ('fewer than none',           $$jb_events('room:a', max_rows => -1)$$),
    ('more than 1000 rows',       $$jb_events('room:a', max_rows => 1001)$$),
    ('unknown status',            $$jb_events('room:a', status => '{pending,canceled}')$$),
    ('null for a status',         $$jb_events('room:a', status => '{NULL}')$$),
    ('cursor without comma',      $$jb_events('room:a', after => '17')$$),
    ('cursor without id',         $$jb_events('room:a', after => '17,')$$),
    ('cursor of words',           $$jb_events('room:a', after => 'a,b')$$),
    ('cursor with more after it', $$jb_events('room:a', after => '17,1 ')$$),
    ('cursor beyond all time',    $$jb_events('room:a', after => '9223372036854775807,1')$$),
    ('empty cursor',              $$jb_events('room:a', after => '')$$),
    ('slots of no duration',      $$jb_slots(NULL, '{room:a}')$$),
    ('slots of zero',             $$jb_slots('0', '{room:a}')$$),
    ('slots of a month',          $$jb_slots('1 month', '{room:a}')$$),
    ('slots on no calendar',      $$jb_slots('1 hour', '{}')$$),
    ('slots on 101 calendars',    $$jb_slots('1 hour', array_fill('ceo'::text, '{101}'))$$),
    ('slots on one twice',        $$jb_slots('1 hour', '{room:a,ceo,room:a}')$$),
    ('slots on two unknown ones', $$jb_slots('1 hour', '{room:b,room:a,room:c}')$$),
    ('slots on null',             $$jb_slots('1 hour', '{NULL}')$$),
    ('slots somewhere unknown',   $$jb_slots('1 hour', '{room:nowhere}')$$),
    ('slots in a turned range',   $$jb_slots('1 hour', '{room:a}', '2026-12-01', '2026-11-01')$$),
    ('1001 slots',                $$jb_slots('1 hour', '{room:a}', max_rows => 1001)$$),
    ('changes somewhere unknown', $$jb_changes('room:nowhere')$$),
    ('changes of null',           $$jb_changes(NULL)$$),
    ('no changes',                $$jb_changes('room:a', max_rows => 0)$$),
    ('settings of nothing known', $$jb_calendar('room:nowhere')$$),
    ('settings of null',          $$jb_calendar(NULL)$$),
    ('no rejections',             $$jb_rejections(max_rows => 0)$$),
    ('unknown zone',              $$jb_timestamp_text('2026-11-24 09:00+01', 'Europe/Atlantis')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call); --> unknown calendar|22023|invalid calendar "room:nowhere": there is no such calendar
--> null for a calendar|22023|invalid calendar "": there is no such calendar
--> range turned round|22023|invalid to_time "2026-10-31T23:00:00+00:00": it must not be before the begin of the range
--> no rows|22023|invalid max_rows "0": it must be from 1 to 1000
--> fewer than none|22023|invalid max_rows "-1": it must be from 1 to 1000
--> more than 1000 rows|22023|invalid max_rows "1001": it must be from 1 to 1000
--> unknown status|22023|invalid status "canceled": there is no such status
--> null for a status|22023|invalid status[0] "NULL": it must not be null
--> cursor without comma|22023|invalid after "17": it must be the cursor of a row seen
--> cursor without id|22023|invalid after "17,": it must be the cursor of a row seen
--> cursor of words|22023|invalid after "a,b": it must be the cursor of a row seen
--> cursor with more after it|22023|invalid after "17,1 ": it must be the cursor of a row seen
--> cursor beyond all time|22023|invalid after "9223372036854775807,1": it must be the cursor of a row seen
--> empty cursor|22023|invalid after "": it must be the cursor of a row seen
--> slots of no duration|22023|invalid duration "NULL": it is required
--> slots of zero|22023|invalid duration "00:00:00": it must be from 1 second to 366 days
--> slots of a month|22023|invalid duration "1 mon": months and years have no fixed length
--> slots on no calendar|22023|invalid calendars "0": there must be 1 to 100
--> slots on 101 calendars|22023|invalid calendars "101": there must be 1 to 100
--> slots on one twice|22023|invalid calendars "room:a": it is named twice
--> slots on two unknown ones|22023|invalid calendars "room:b": there is no such calendar
--> slots on null|22023|invalid calendars[0] "NULL": it must not be null
--> slots somewhere unknown|22023|invalid calendars "room:nowhere": there is no such calendar
--> slots in a turned range|22023|invalid to_time "2026-10-31T23:00:00+00:00": it must not be before the begin of the range
--> 1001 slots|22023|invalid max_rows "1001": it must be from 1 to 1000
--> changes somewhere unknown|P0002|calendar "room:nowhere" does not exist
--> changes of null|P0002|calendar "" does not exist
--> no changes|22023|invalid max_rows "0": it must be from 1 to 1000
--> settings of nothing known|P0002|calendar "room:nowhere" does not exist
--> settings of null|P0002|calendar "" does not exist
--> no rejections|22023|invalid max_rows "0": it must be from 1 to 1000
--> unknown zone|22023|invalid time_zone "Europe/Atlantis": there is no such time zone

-- ---- text that PostgreSQL itself refuses: each of these must fail ----
SELECT claim, state
  FROM (VALUES
    ('a NUL in JSON',            $$jb_update(1, '{"event_name": "a\u0000b"}')$$),
    ('half a surrogate in JSON', $$jb_update(1, '{"event_name": "\ud800"}')$$),
    ('truncated JSON',           $$jb_update(1, '{"event_name": "a')$$),
    ('nothing for JSON',         $$jb_schedule_all('')$$),
    ('invalid UTF-8',            $$jb_schedule(E'\xff', '1 hour')$$),
    ('a NUL in text',            $$jb_schedule(E'a\000b', '1 hour')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call); --> a NUL in JSON|22P05
--> half a surrogate in JSON|22P02
--> truncated JSON|22P02
--> nothing for JSON|22P02
--> invalid UTF-8|22021
--> a NUL in text|22021

-- ---- an unknown calendar is told with all else: each of these must fail ----
SELECT detail
  FROM (VALUES
    ($$jb_schedule('', '1 hour', calendars => '{room:a,room:nowhere,room:gone}')$$),
    ($$jb_schedule_all('[{"event_name": "", "duration": 60, "calendars": ["room:a"]}, {"event_name": "x", "duration": 60, "calendars": ["room:nowhere"]}]')$$),
    ($$jb_explain_request('{"event_name": "", "calendars": ["room:nowhere"]}')$$),
    ($$jb_update(1, '{"priority": 101, "calendars": ["room:nowhere"]}')$$),
    ($$jb_reschedule(1, calendars => '{room:nowhere}', duration => '0')$$),
    ($$jb_update_all('[{"id": 1, "priority": 101}, {"id": 2, "calendars": ["room:nowhere"]}]')$$),
    ($$jb_schedule('', '1 hour')$$)
  ) AS wrong (call), test.refusal('SELECT ' || call);
--> [{"field":"event_name","value":"","message":"it must not be empty"},{"field":"calendars","value":"room:nowhere","message":"there is no such calendar"},{"field":"calendars","value":"room:gone","message":"there is no such calendar"}]
--> [{"index":0,"field":"event_name","value":"","message":"it must not be empty"},{"index":1,"field":"calendars","value":"room:nowhere","message":"there is no such calendar"}]
--> [{"field":"event_name","value":"","message":"it must not be empty"},{"field":"calendars","value":"room:nowhere","message":"there is no such calendar"}]
--> [{"field":"priority","value":"101","message":"it must be from 0 to 100"},{"field":"calendars","value":"room:nowhere","message":"there is no such calendar"}]
--> [{"field":"duration","value":"00:00:00","message":"it must be from 1 second to 366 days"},{"field":"calendars","value":"room:nowhere","message":"there is no such calendar"}]
--> [{"index":0,"field":"priority","value":"101","message":"it must be from 0 to 100"},{"index":1,"field":"calendars","value":"room:nowhere","message":"there is no such calendar"}]
--> [{"field":"event_name","value":"","message":"it must not be empty"}]

-- ---- locks: each of these must fail ----
SELECT claim, state, message
  FROM (VALUES
    ('unknown calendar among known', $$jb_lock('{room:a,room:nowhere}')$$),
    ('null for a calendar',          $$jb_lock('{room:a,NULL}')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call); --> unknown calendar among known|22023|invalid calendars "room:nowhere": there is no such calendar
--> null for a calendar|22023|invalid calendars[1] "NULL": it must not be null
SELECT test.stored() = :'before' AS nothing_changed; --> t
-- a place may have lines, and no other control
SELECT r.state, r.message FROM unnest(ARRAY['Hall' || chr(8238) || '1', E'Hall\x1b1', E'Hall\n1']) place, test.refusal(format('SELECT jb_schedule(''x'', ''1 hour'', event_location => %L, dry_run => true)', place)) r;
--> 22023|invalid event_location "Hall‮1": it must have no control characters but line breaks and tabs, and none that turn the direction of writing
--> 22023|invalid event_location "Hall1": it must have no control characters but line breaks and tabs, and none that turn the direction of writing
--> none|null

-- Promise: whatever is wrong with an argument, each function names the argument and the fault, with a hint, and changes
-- nothing.
-- Could break: a null, an empty text, an infinity, a number at the border comes to a function that only met good values.
-- The bad values that a topic's own file tries are not repeated here.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('There', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> 1
SELECT event_id FROM jb_schedule('Held', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', hold_for => '1 hour'); --> 2
SELECT event_id FROM jb_schedule('Gone', '1 hour', '2026-11-24', '13:00', calendars => '{room:a}'); --> 3
SELECT outcome FROM jb_cancel(3); --> cancelled
RESET SESSION AUTHORIZATION;
CREATE TABLE test.call (n int GENERATED ALWAYS AS IDENTITY, text text);
INSERT INTO test.call (text) VALUES
  -- reading
  ($$jb_event(NULL)$$), ($$jb_event(0)$$), ($$jb_event(-1)$$), ($$jb_event(9223372036854775807)$$),
  ($$jb_status(NULL)$$), ($$jb_status(99)$$),
  ($$jb_history(NULL)$$), ($$jb_history(99)$$),
  ($$jb_events(NULL)$$), ($$jb_events('room:x')$$), ($$jb_events('')$$), ($$jb_events('room:a', '2026-11-24', '2026-11-23')$$), ($$jb_events('room:a', status => '{lost}')$$),
  ($$jb_events('room:a', status => '{scheduled,NULL}')$$), ($$jb_events('room:a', after => 'seven')$$), ($$jb_events('room:a', after => ',')$$), ($$jb_events('room:a', after => '1,2,3')$$),
  ($$jb_events('room:a', max_rows => 0)$$), ($$jb_events('room:a', max_rows => 1001)$$),
  ($$jb_calendar(NULL)$$), ($$jb_calendar('')$$), ($$jb_calendar('room a')$$),
  ($$jb_availability(NULL)$$), ($$jb_availability('room:x')$$), ($$jb_availability('room:a', '2026-11-24', '2026-11-23')$$), ($$jb_availability('room:a', '0001-01-01', '9999-12-31')$$),
  ($$jb_availability('room:a', '-infinity')$$),
  ($$jb_slots(NULL)$$), ($$jb_slots('0')$$), ($$jb_slots('1 month')$$), ($$jb_slots('1 hour', '{}')$$), ($$jb_slots('1 hour', '{NULL}')$$), ($$jb_slots('1 hour', '{room:a,room:a}')$$),
  ($$jb_slots('1 hour', '{room:a}', '2026-11-24', '2026-11-23')$$), ($$jb_events('room:a', '2026-11-24 10:00:00.5+01', '2026-11-24 10:00+01')$$), ($$jb_slots('1 hour', '{room:a}', to_time => '2026-11-01')$$), ($$jb_slots('1 hour', '{room:a}', max_rows => -1)$$),
  ($$jb_lead_time(NULL)$$), ($$jb_lead_time('{}')$$), ($$jb_lead_time('{NULL}')$$), ($$jb_lead_time('{1 hour,0.5 seconds}', '{room:a}')$$), ($$jb_lead_time('{1 hour}', '{room:x}')$$),
  ($$jb_busy(NULL, '2026-11-23', '2026-11-24')$$), ($$jb_busy('room:a', NULL, '2026-11-24')$$), ($$jb_busy('room:a', '2026-11-24', '2026-11-23')$$), ($$jb_busy('room:a', '-infinity', 'infinity')$$),
  ($$jb_changes(NULL)$$), ($$jb_changes('room:x')$$), ($$jb_changes('room:a', after => -1)$$), ($$jb_changes('room:a', max_rows => 0)$$),
  ($$jb_events_at('room:a', -1)$$), ($$jb_events_at('room:a', 99)$$), ($$jb_events_at('room:a', NULL)$$), ($$jb_events_at('room:x', 1)$$),
  ($$jb_rejections(after => -1)$$), ($$jb_rejections(max_rows => 1001)$$),
  ($$jb_attachment(NULL, 1)$$), ($$jb_attachment(1, NULL)$$), ($$jb_attachment(1, 1)$$), ($$jb_attachment(99, 1)$$),
  ($$jb_explain(NULL)$$), ($$jb_explain('')$$), ($$jb_explain('x', calendars => NULL, max_rows => 1001)$$), ($$jb_explain('x', '1 hour', calendars => '{}')$$),
  -- placing and moving
  ($$jb_schedule(NULL)$$), ($$jb_schedule('x', '1 hour', 'infinity', calendars => '{room:a}')$$), ($$jb_schedule('x', '1 hour', start_timestamp => 'infinity', calendars => '{room:a}')$$),
  ($$jb_schedule('x', '1 hour', not_before => '-infinity', calendars => '{room:a}')$$), ($$jb_schedule('x', '-1 hour', calendars => '{room:a}')$$), ($$jb_schedule('x', '1 hour', calendars => NULL, priority => 101)$$),
  ($$jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{NULL}')$$), ($$jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{""}')$$), ($$jb_schedule('x', '1 hour', calendars => '{room:a}', on_no_slot => '')$$),
  ($$jb_schedule('x', '1 hour', calendars => '{room:a}', hold_for => '0')$$), ($$jb_schedule('x', '1 hour', calendars => '{room:a}', idempotency_key => '')$$), ($$jb_schedule('x', '1 hour', calendars => '{room:a}', attachments => '{NULL}')$$),
  ($$jb_schedule_all('{}')$$), ($$jb_schedule_all('[1]')$$), ($$jb_schedule_all('null')$$), ($$jb_schedule_all('[{"event_name": "x", "duration": true}]')$$), ($$jb_schedule_all('[{"event_name": "x", "calendars": []}]')$$),
  ($$jb_reschedule(NULL)$$), ($$jb_reschedule(99, '2026-11-25')$$), ($$jb_reschedule(1, '2026-11-25', start_timestamp => '2026-11-25 10:00+01')$$), ($$jb_reschedule(1, 'infinity')$$), ($$jb_reschedule(1, duration => '1 month')$$),
  ($$jb_reschedule(1, calendars => '{}')$$), ($$jb_reschedule(1, calendars => '{room:x}')$$), ($$jb_reschedule(1, make_automatic => true, start_time => '10:00')$$), ($$jb_reschedule(1, '2026-11-25', expected_version => 0)$$), ($$jb_reschedule(3, '2026-11-25')$$),
  ($$jb_update(NULL, '{}')$$), ($$jb_update(99, '{}')$$), ($$jb_update(1, NULL)$$), ($$jb_update(1, '[]')$$), ($$jb_update(1, '{"id": 2}')$$), ($$jb_update(1, '{"event_name": null}')$$), ($$jb_update(1, '{"status": "lost"}')$$), ($$jb_update(1, '{"calendars": null}')$$),
  ($$jb_update(1, '{"nonsense": 1, "duration": "soon"}')$$), ($$jb_update(1, '{"status": "completed"}')$$), ($$jb_update(1, '{}', 99)$$),
  ($$jb_cancel(NULL)$$), ($$jb_cancel(99)$$), ($$jb_cancel(1, expected_version => 7)$$), ($$jb_cancel(1, idempotency_key => repeat('k', 256))$$),
  ($$jb_confirm(NULL)$$), ($$jb_confirm(99)$$), ($$jb_confirm(1)$$), ($$jb_confirm(3)$$), ($$jb_confirm(2, expected_version => 7)$$),
  ($$jb_deny(NULL)$$), ($$jb_deny(99)$$), ($$jb_deny(1)$$), ($$jb_deny(3)$$), ($$jb_deny(2, expected_version => 7)$$),
  ($$jb_delete(NULL)$$), ($$jb_delete(99)$$), ($$jb_delete(1, 7)$$),
  ($$jb_attach(NULL, '{"name": "a", "url": "https://example.org"}')$$), ($$jb_attach(99, '{"name": "a", "url": "https://example.org"}')$$), ($$jb_attach(1, NULL)$$), ($$jb_attach(1, '[]')$$), ($$jb_attach(1, '{"name": "a/b", "url": "ftp://example.org"}')$$),
  ($$jb_detach(NULL, 1)$$), ($$jb_detach(1, NULL)$$), ($$jb_detach(1, 1)$$), ($$jb_detach(1, 1, 7)$$),
  ($$jb_replan(NULL)$$), ($$jb_replan('')$$), ($$jb_rezone(NULL)$$), ($$jb_rezone('room:x')$$), ($$jb_rebuild(NULL)$$), ($$jb_rebuild('room:x')$$),
  ($$jb_lock('{room:x}')$$), ($$jb_lock('{room:a,NULL}')$$),
  -- settings
  ($$jb_calendar_set(NULL, '{}')$$), ($$jb_calendar_set('', '{}')$$), ($$jb_calendar_set('room a', '{}')$$), ($$jb_calendar_set(repeat('r', 201), '{}')$$), ($$jb_calendar_set('room:a', NULL)$$), ($$jb_calendar_set('room:a', '[]')$$),
  ($$jb_calendar_set('room:a', '{"time_zone": "CEST", "slot_increment": 0, "min_notice": -1, "horizon": "11 years", "max_events_per_day": 0, "strict": 1, "hours": {"monday": [{"start": "12:00", "end": "08:00"}]}, "colour": "red"}')$$),
  ($$jb_calendar_set('room:a', '{"hours": {"monday": "all day", "someday": []}, "confirm_within": 0, "default_duration": "1 month", "buffer_after": "2 days", "check_attendees": null, "settled_within": "never"}')$$),
  ($$jb_calendar_delete(NULL)$$), ($$jb_calendar_delete('room:x')$$), ($$jb_calendar_delete('room:a')$$),
  ($$jb_availability_set(NULL, '2026-11-24', '[]')$$), ($$jb_availability_set('room:x', '2026-11-24', '[]')$$), ($$jb_availability_set('room:a', NULL, '[]')$$), ($$jb_availability_set('room:a', 'infinity', '[]')$$), ($$jb_availability_set('room:a', '2026-11-24', '{}')$$),
  ($$jb_availability_set('room:a', '2026-11-24', '[{"start": "10:00"}, {"start": "12:00", "end": "11:00"}, 7]')$$),
  ($$jb_purge(NULL)$$), ($$jb_purge('-1 day')$$),
  ($$jb_principal_set(NULL, 'CN=a', 'a', 'viewer')$$), ($$jb_principal_set('CN=ca', '', 'a', 'viewer')$$), ($$jb_principal_set('CN=ca', 'CN=a', '', 'viewer')$$), ($$jb_principal_set('CN=ca', 'CN=a', 'a', 'owner')$$),
  ($$jb_timestamp_text('2026-11-24 09:00+01', 'Mars/Olympus')$$), ($$jb_timestamp_text('infinity', 'UTC')$$);
SELECT test.stored() AS before \gset
CREATE TABLE test.answer AS SELECT n, text, r.* FROM test.call, test.refusal('SELECT * FROM ' || text) r;
SELECT text AS call, state, message FROM test.answer ORDER BY n; --> jb_event(NULL)|P0002|event NULL does not exist
--> jb_event(0)|P0002|event 0 does not exist
--> jb_event(-1)|P0002|event -1 does not exist
--> jb_event(9223372036854775807)|P0002|event 9223372036854775807 does not exist
--> jb_status(NULL)|P0002|event NULL does not exist
--> jb_status(99)|P0002|event 99 does not exist
--> jb_history(NULL)|P0002|event NULL does not exist
--> jb_history(99)|P0002|event 99 does not exist
--> jb_events(NULL)|22023|invalid calendar "": there is no such calendar
--> jb_events('room:x')|22023|invalid calendar "room:x": there is no such calendar
--> jb_events('')|22023|invalid calendar "": there is no such calendar
--> jb_events('room:a', '2026-11-24', '2026-11-23')|22023|invalid to_time "2026-11-22T23:00:00+00:00": it must not be before the begin of the range
--> jb_events('room:a', status => '{lost}')|22023|invalid status "lost": there is no such status
--> jb_events('room:a', status => '{scheduled,NULL}')|22023|invalid status[1] "NULL": it must not be null
--> jb_events('room:a', after => 'seven')|22023|invalid after "seven": it must be the cursor of a row seen
--> jb_events('room:a', after => ',')|22023|invalid after ",": it must be the cursor of a row seen
--> jb_events('room:a', after => '1,2,3')|22023|invalid after "1,2,3": it must be the cursor of a row seen
--> jb_events('room:a', max_rows => 0)|22023|invalid max_rows "0": it must be from 1 to 1000
--> jb_events('room:a', max_rows => 1001)|22023|invalid max_rows "1001": it must be from 1 to 1000
--> jb_calendar(NULL)|P0002|calendar "" does not exist
--> jb_calendar('')|P0002|calendar "" does not exist
--> jb_calendar('room a')|P0002|calendar "room a" does not exist
--> jb_availability(NULL)|P0002|calendar "" does not exist
--> jb_availability('room:x')|P0002|calendar "room:x" does not exist
--> jb_availability('room:a', '2026-11-24', '2026-11-23')|22023|invalid to_date "2026-11-23": it must not be before the begin of the range, 2026-11-24
--> jb_availability('room:a', '0001-01-01', '9999-12-31')|22023|invalid to_date "9999-12-31": it must be less than 3660 days after the begin of the range
--> jb_availability('room:a', '-infinity')|22023|invalid from_date "before year 0001": it must lie in the years 0001 to 9999
--> jb_slots(NULL)|22023|invalid duration "NULL": it is required
--> jb_slots('0')|22023|invalid duration "00:00:00": it must be from 1 second to 366 days
--> jb_slots('1 month')|22023|invalid duration "1 mon": months and years have no fixed length
--> jb_slots('1 hour', '{}')|22023|invalid calendars "0": there must be 1 to 100
--> jb_slots('1 hour', '{NULL}')|22023|invalid calendars[0] "NULL": it must not be null
--> jb_slots('1 hour', '{room:a,room:a}')|22023|invalid calendars "room:a": it is named twice
--> jb_slots('1 hour', '{room:a}', '2026-11-24', '2026-11-23')|22023|invalid to_time "2026-11-22T23:00:00+00:00": it must not be before the begin of the range
--> jb_events('room:a', '2026-11-24 10:00:00.5+01', '2026-11-24 10:00+01')|22023|invalid to_time "2026-11-24T09:00:00+00:00": it must not be before the begin of the range
--> jb_slots('1 hour', '{room:a}', to_time => '2026-11-01')|22023|invalid to_time "2026-10-31T23:00:00+00:00": it must not be before the begin of the range
--> jb_slots('1 hour', '{room:a}', max_rows => -1)|22023|invalid max_rows "-1": it must be from 1 to 1000
--> jb_lead_time(NULL)|22023|invalid durations "NULL": there must be 1 to 100
--> jb_lead_time('{}')|22023|invalid durations "0": there must be 1 to 100
--> jb_lead_time('{NULL}')|22023|invalid durations[0] "NULL": it must not be null
--> jb_lead_time('{1 hour,0.5 seconds}', '{room:a}')|22023|invalid durations[1] "00:00:00.5": fractions of a second are not allowed
--> jb_lead_time('{1 hour}', '{room:x}')|22023|invalid calendars "room:x": there is no such calendar
--> jb_busy(NULL, '2026-11-23', '2026-11-24')|P0002|calendar "" does not exist
--> jb_busy('room:a', NULL, '2026-11-24')|22023|invalid from_time "NULL": it is required
--> jb_busy('room:a', '2026-11-24', '2026-11-23')|22023|invalid to_time "2026-11-22T23:00:00+00:00": it must not be before the begin of the range
--> jb_busy('room:a', '-infinity', 'infinity')|22023|invalid from_time "before year 0001": it must lie in the years 0001 to 9999
--> jb_changes(NULL)|P0002|calendar "" does not exist
--> jb_changes('room:x')|P0002|calendar "room:x" does not exist
--> jb_changes('room:a', after => -1)|none|null
--> jb_changes('room:a', max_rows => 0)|22023|invalid max_rows "0": it must be from 1 to 1000
--> jb_events_at('room:a', -1)|22023|invalid seq "-1": it must be from 0 to 4
--> jb_events_at('room:a', 99)|22023|invalid seq "99": it must be from 0 to 4
--> jb_events_at('room:a', NULL)|22023|invalid seq "NULL": it must be from 0 to 4
--> jb_events_at('room:x', 1)|P0002|calendar "room:x" does not exist
--> jb_rejections(after => -1)|none|null
--> jb_rejections(max_rows => 1001)|22023|invalid max_rows "1001": it must be from 1 to 1000
--> jb_attachment(NULL, 1)|P0002|event NULL does not exist
--> jb_attachment(1, NULL)|P0002|event 1 has no attachment NULL
--> jb_attachment(1, 1)|P0002|event 1 has no attachment 1
--> jb_attachment(99, 1)|P0002|event 99 does not exist
--> jb_explain(NULL)|22023|invalid event_name "": it must not be empty
--> jb_explain('')|22023|invalid event_name "": it must not be empty
--> jb_explain('x', calendars => NULL, max_rows => 1001)|22023|invalid max_rows "1001": it must be from 1 to 1000
--> jb_explain('x', '1 hour', calendars => '{}')|22023|invalid calendars "0": there must be 1 to 100
--> jb_schedule(NULL)|22023|invalid event_name "": it must not be empty
--> jb_schedule('x', '1 hour', 'infinity', calendars => '{room:a}')|22023|invalid event_date "after year 9999": it must lie in the years 0001 to 9999
--> jb_schedule('x', '1 hour', start_timestamp => 'infinity', calendars => '{room:a}')|22023|invalid start_timestamp "after year 9999": it must lie in the years 0001 to 9999
--> jb_schedule('x', '1 hour', not_before => '-infinity', calendars => '{room:a}')|22023|invalid not_before "before year 0001": it must lie in the years 0001 to 9999
--> jb_schedule('x', '-1 hour', calendars => '{room:a}')|22023|invalid duration "-01:00:00": it must be from 1 second to 366 days
--> jb_schedule('x', '1 hour', calendars => NULL, priority => 101)|22023|invalid priority "101": it must be from 0 to 100
--> jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{NULL}')|22023|invalid attendees[0] "NULL": it must not be null
--> jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{""}')|22023|invalid attendees[0] "": it must be 1 to 200 characters long
--> jb_schedule('x', '1 hour', calendars => '{room:a}', on_no_slot => '')|22023|invalid on_no_slot "": it must be reject, wait or skip
--> jb_schedule('x', '1 hour', calendars => '{room:a}', hold_for => '0')|22023|invalid hold_for "00:00:00": it must be from 1 second to 366 days
--> jb_schedule('x', '1 hour', calendars => '{room:a}', idempotency_key => '')|22023|invalid idempotency_key "": it must be 1 to 255 printable characters of ASCII, not all blank
--> jb_schedule('x', '1 hour', calendars => '{room:a}', attachments => '{NULL}')|22023|invalid attachments[0] "null": it must be a JSON object
--> jb_schedule_all('{}')|22023|invalid event_name "": it is required
--> jb_schedule_all('[1]')|22023|request 0: invalid request "1": it must be a JSON object
--> jb_schedule_all('null')|22023|invalid request "null": it must be a JSON object
--> jb_schedule_all('[{"event_name": "x", "duration": true}]')|22023|request 0: invalid duration "true": it must be whole seconds as a number, or a length such as 30 minutes
--> jb_schedule_all('[{"event_name": "x", "calendars": []}]')|22023|request 0: invalid calendars "0": there must be 1 to 100
--> jb_reschedule(NULL)|P0002|event NULL does not exist
--> jb_reschedule(99, '2026-11-25')|P0002|event 99 does not exist
--> jb_reschedule(1, '2026-11-25', start_timestamp => '2026-11-25 10:00+01')|22023|invalid start_timestamp "2026-11-25T09:00:00+00:00": it contradicts event_date and start_time
--> jb_reschedule(1, 'infinity')|22023|invalid event_date "after year 9999": it must lie in the years 0001 to 9999
--> jb_reschedule(1, duration => '1 month')|22023|invalid duration "1 mon": months and years have no fixed length
--> jb_reschedule(1, calendars => '{}')|22023|invalid calendars "0": there must be 1 to 100
--> jb_reschedule(1, calendars => '{room:x}')|22023|invalid calendars "room:x": there is no such calendar
--> jb_reschedule(1, make_automatic => true, start_time => '10:00')|22023|invalid make_automatic "true": it contradicts a start
--> jb_reschedule(1, '2026-11-25', expected_version => 0)|JB412|event 1 has version 1, not 0
--> jb_reschedule(3, '2026-11-25')|55000|event 3 is cancelled and cannot be moved
--> jb_update(NULL, '{}')|P0002|event NULL does not exist
--> jb_update(99, '{}')|P0002|event 99 does not exist
--> jb_update(1, NULL)|none|null
--> jb_update(1, '[]')|22023|invalid request "[]": it must be a JSON object
--> jb_update(1, '{"id": 2}')|22023|invalid id "2": it is a result and cannot be changed
--> jb_update(1, '{"event_name": null}')|22023|invalid event_name "": it must not be empty
--> jb_update(1, '{"status": "lost"}')|22023|invalid status "lost": there is no such status
--> jb_update(1, '{"calendars": null}')|22023|invalid calendars "0": there must be 1 to 100
--> jb_update(1, '{"nonsense": 1, "duration": "soon"}')|22023|invalid duration "soon": it must be whole seconds as a number, or a length such as 30 minutes
--> jb_update(1, '{"status": "completed"}')|55000|event 1 is pending and cannot become completed
--> jb_update(1, '{}', 99)|JB412|event 1 has version 1, not 99
--> jb_cancel(NULL)|P0002|event NULL does not exist
--> jb_cancel(99)|P0002|event 99 does not exist
--> jb_cancel(1, expected_version => 7)|JB412|event 1 has version 1, not 7
--> jb_cancel(1, idempotency_key => repeat('k', 256))|22023|invalid idempotency_key "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…": it must be 1 to 255 printable characters of ASCII, not all blank
--> jb_confirm(NULL)|P0002|event NULL does not exist
--> jb_confirm(99)|P0002|event 99 does not exist
--> jb_confirm(1)|none|null
--> jb_confirm(3)|55000|event 3 is cancelled and cannot be confirmed
--> jb_confirm(2, expected_version => 7)|JB412|event 2 has version 1, not 7
--> jb_deny(NULL)|P0002|event NULL does not exist
--> jb_deny(99)|P0002|event 99 does not exist
--> jb_deny(1)|55000|event 1 is pending and cannot become denied
--> jb_deny(3)|55000|event 3 is cancelled and cannot become denied
--> jb_deny(2, expected_version => 7)|JB412|event 2 has version 1, not 7
--> jb_delete(NULL)|P0002|event NULL does not exist
--> jb_delete(99)|P0002|event 99 does not exist
--> jb_delete(1, 7)|JB412|event 1 has version 1, not 7
--> jb_attach(NULL, '{"name": "a", "url": "https://example.org"}')|P0002|event NULL does not exist
--> jb_attach(99, '{"name": "a", "url": "https://example.org"}')|P0002|event 99 does not exist
--> jb_attach(1, NULL)|22023|invalid name "": it must be 1 to 255 characters long
--> jb_attach(1, '[]')|22023|invalid attachment "[]": it must be a JSON object
--> jb_attach(1, '{"name": "a/b", "url": "ftp://example.org"}')|22023|invalid name "a/b": it must be the name of a file, without slashes and controls
--> jb_detach(NULL, 1)|P0002|event NULL does not exist
--> jb_detach(1, NULL)|P0002|event 1 has no attachment NULL
--> jb_detach(1, 1)|P0002|event 1 has no attachment 1
--> jb_detach(1, 1, 7)|JB412|event 1 has version 1, not 7
--> jb_replan(NULL)|P0002|calendar "" does not exist
--> jb_replan('')|P0002|calendar "" does not exist
--> jb_rezone(NULL)|P0002|calendar "" does not exist
--> jb_rezone('room:x')|P0002|calendar "room:x" does not exist
--> jb_rebuild(NULL)|P0002|calendar "" does not exist
--> jb_rebuild('room:x')|P0002|calendar "room:x" does not exist
--> jb_lock('{room:x}')|22023|invalid calendars "room:x": there is no such calendar
--> jb_lock('{room:a,NULL}')|22023|invalid calendars[1] "NULL": it must not be null
--> jb_calendar_set(NULL, '{}')|22023|invalid calendar "": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics
--> jb_calendar_set('', '{}')|22023|invalid calendar "": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics
--> jb_calendar_set('room a', '{}')|22023|invalid calendar "room a": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics
--> jb_calendar_set(repeat('r', 201), '{}')|22023|invalid calendar "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr…": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics
--> jb_calendar_set('room:a', NULL)|none|null
--> jb_calendar_set('room:a', '[]')|22023|invalid settings "[]": it must be a JSON object
--> jb_calendar_set('room:a', '{"time_zone": "CEST", "slot_increment": 0, "min_notice": -1, "horizon": "11 years", "max_events_per_day": 0, "strict": 1, "hours": {"monday": [{"start": "12:00", "end": "08:00"}]}, "colour": "red"}')|22023|invalid colour "red": there is no such setting
--> jb_calendar_set('room:a', '{"hours": {"monday": "all day", "someday": []}, "confirm_within": 0, "default_duration": "1 month", "buffer_after": "2 days", "check_attendees": null, "settled_within": "never"}')|22023|invalid buffer_after "2 days": it must be from 0 seconds to 1 day
--> jb_calendar_delete(NULL)|P0002|calendar "" does not exist
--> jb_calendar_delete('room:x')|P0002|calendar "room:x" does not exist
--> jb_calendar_delete('room:a')|55000|calendar "room:a" holds events and cannot be deleted
--> jb_availability_set(NULL, '2026-11-24', '[]')|P0002|calendar "" does not exist
--> jb_availability_set('room:x', '2026-11-24', '[]')|P0002|calendar "room:x" does not exist
--> jb_availability_set('room:a', NULL, '[]')|22023|invalid on_date "NULL": it is required
--> jb_availability_set('room:a', 'infinity', '[]')|22023|invalid on_date "after year 9999": it must lie in the years 0001 to 9999
--> jb_availability_set('room:a', '2026-11-24', '{}')|22023|invalid spans "{}": it must be a list of at most 288 spans
--> jb_availability_set('room:a', '2026-11-24', '[{"start": "10:00"}, {"start": "12:00", "end": "11:00"}, 7]')|22023|invalid spans[0] "{"start":"10:00"}": it must be {"start": "HH:MM", "end": "HH:MM"}
--> jb_purge(NULL)|22023|invalid older_than "NULL": it is required
--> jb_purge('-1 day')|22023|invalid older_than "-1 days": it must not be negative
--> jb_principal_set(NULL, 'CN=a', 'a', 'viewer')|22023|invalid issuer "": it must not be empty
--> jb_principal_set('CN=ca', '', 'a', 'viewer')|22023|invalid subject "": it must not be empty
--> jb_principal_set('CN=ca', 'CN=a', '', 'viewer')|22023|invalid principal "": it must be 1 to 200 characters long
--> jb_principal_set('CN=ca', 'CN=a', 'a', 'owner')|22023|invalid role "owner": it must be manager, secretary or viewer
--> jb_timestamp_text('2026-11-24 09:00+01', 'Mars/Olympus')|22023|invalid time_zone "Mars/Olympus": there is no such time zone
--> jb_timestamp_text('infinity', 'UTC')|none|null
SELECT test.stored() = :'before' AS as_before; --> t
-- every error that a caller can cause has a hint, a message of one line that names the value, and shows nothing internal
SELECT text, state, message, hint FROM test.answer WHERE state NOT IN ('none', '22023', 'P0002', '55000', 'JB412', '22P02') OR (state <> 'none' AND hint !~ '^([A-Z]|jb_).*\.$') OR message ~ '\n|\.$';
\i test/regress/sql/frame/close.psql
