-- Promise: a calendar can be read as iCalendar, with what a reader needs to keep a copy: a UID that stays, a sequence that
-- grows, the cancelled events. A public token shows only as much as its feed shows, and a revoked token nothing. The tag
-- changes whenever the text does.
-- Could break: a waiting event has no time to show; the time of a hold past its deadline is free before any call has
-- written that; a tag that stays the same keeps a phone on an old copy.
\i test/regress/sql/frame/open.psql

SELECT event_id AS placed FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', attendees => '{anna@example.com,Ben}', event_location => 'Room 1, left') \gset
SELECT event_id AS held FROM jb_schedule('Offer', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', hold_for => '10 minutes') \gset
SELECT outcome, cardinality(events) FROM jb_schedule('Weekly', '1 hour', '2026-11-25', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2'); --> placed|2
SELECT outcome FROM jb_schedule('Late', '1 hour', '2026-11-24', '09:30', calendars => '{room:a}', on_no_slot => 'wait'); --> waiting
SELECT jb_icalendar('room:a'); --> BEGIN:VCALENDAR
--> VERSION:2.0
--> PRODID:-//jb_scheduler//jb_scheduler//EN
--> CALSCALE:GREGORIAN
--> NAME:room:a
--> X-WR-CALNAME:room:a
--> X-WR-TIMEZONE:Europe/Berlin
--> REFRESH-INTERVAL;VALUE=DURATION:PT15M
--> X-PUBLISHED-TTL:PT15M
--> BEGIN:VEVENT
--> UID:jb-1-20261123T060000Z
--> DTSTAMP:20261123T060000Z
--> CREATED:20261123T060000Z
--> LAST-MODIFIED:20261123T060000Z
--> SEQUENCE:217576800
--> DTSTART:20261124T080000Z
--> DTEND:20261124T090000Z
--> SUMMARY:Board
--> LOCATION:Room 1\, left
--> ORGANIZER;CN="room:a":urn:x-jb-attendee:room%3Aa
--> ATTENDEE:mailto:anna@example.com
--> ATTENDEE;CN=Ben:urn:x-jb-attendee:Ben
--> STATUS:CONFIRMED
--> TRANSP:OPAQUE
--> END:VEVENT
--> BEGIN:VEVENT
--> UID:jb-2-20261123T060000Z
--> DTSTAMP:20261123T060000Z
--> CREATED:20261123T060000Z
--> LAST-MODIFIED:20261123T060000Z
--> SEQUENCE:217576800
--> DTSTART:20261124T100000Z
--> DTEND:20261124T110000Z
--> SUMMARY:Offer
--> STATUS:TENTATIVE
--> TRANSP:OPAQUE
--> END:VEVENT
--> BEGIN:VEVENT
--> UID:jb-3-20261123T060000Z
--> DTSTAMP:20261123T060000Z
--> CREATED:20261123T060000Z
--> LAST-MODIFIED:20261123T060000Z
--> SEQUENCE:217576800
--> DTSTART:20261125T090000Z
--> DTEND:20261125T100000Z
--> RECURRENCE-ID:20261125T090000Z
--> SUMMARY:Weekly
--> STATUS:CONFIRMED
--> TRANSP:OPAQUE
--> END:VEVENT
--> BEGIN:VEVENT
--> UID:jb-3-20261123T060000Z
--> DTSTAMP:20261123T060000Z
--> CREATED:20261123T060000Z
--> LAST-MODIFIED:20261123T060000Z
--> SEQUENCE:217576800
--> DTSTART:20261202T090000Z
--> DTEND:20261202T100000Z
--> RECURRENCE-ID:20261202T090000Z
--> SUMMARY:Weekly
--> STATUS:CONFIRMED
--> TRANSP:OPAQUE
--> END:VEVENT
--> END:VCALENDAR
-->
SELECT jb_icalendar('room:a', free_busy => true); --> BEGIN:VCALENDAR
--> VERSION:2.0
--> PRODID:-//jb_scheduler//jb_scheduler//EN
--> CALSCALE:GREGORIAN
--> NAME:room:a
--> X-WR-CALNAME:room:a
--> X-WR-TIMEZONE:Europe/Berlin
--> REFRESH-INTERVAL;VALUE=DURATION:PT15M
--> X-PUBLISHED-TTL:PT15M
--> BEGIN:VFREEBUSY
--> UID:jb-busy-room:a
--> DTSTAMP:20261123T060000Z
--> DTSTART:20261122T230000Z
--> DTEND:20271123T230000Z
--> FREEBUSY;FBTYPE=BUSY:20261124T080000Z/20261124T090000Z
--> FREEBUSY;FBTYPE=BUSY:20261125T090000Z/20261125T100000Z
--> FREEBUSY;FBTYPE=BUSY:20261202T090000Z/20261202T100000Z
--> FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261124T100000Z/20261124T110000Z
--> END:VFREEBUSY
--> END:VCALENDAR
-->
-- ranges are half-open, and begin in the past unless they say otherwise
SELECT line FROM regexp_split_to_table(jb_icalendar('room:a', '2026-11-24 10:00+01', '2026-11-25 10:00+01'), E'\r\n') AS line WHERE line LIKE 'SUMMARY%'; --> SUMMARY:Offer
SELECT line FROM regexp_split_to_table(jb_icalendar('room:a', '2026-11-24 11:30+01', '2026-11-25 10:15+01', true), E'\r\n') AS line WHERE line ~ '^(DT|FREE)'; --> DTSTAMP:20261123T060000Z
--> DTSTART:20261124T103000Z
--> DTEND:20261125T091500Z
--> FREEBUSY;FBTYPE=BUSY:20261125T090000Z/20261125T091500Z
--> FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261124T103000Z/20261124T110000Z
-- a calendar that is not made yet is empty
SELECT line FROM regexp_split_to_table(jb_icalendar('ceo'), E'\r\n') AS line WHERE line ~ 'CALNAME|VEVENT'; --> X-WR-CALNAME:ceo
-- what people call it, its escapes, and its colour (RFC 7986, 5.1 and 5.9), in both texts; the tag tells of a change
SELECT jb_icalendar_tag('room:a') AS plain \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT display_name FROM jb_calendar_set('room:a', '{"display_name": "Room A; 3, \\ left", "color": "teal"}'); --> Room A; 3, \ left
SELECT line FROM regexp_split_to_table(jb_icalendar('room:a') || jb_icalendar('room:a', free_busy => true), E'\r\n') AS line WHERE line ~ '^(NAME|COLOR|X-WR-CALNAME)'; --> NAME:Room A\; 3\, \\ left
--> X-WR-CALNAME:Room A; 3, \\ left
--> COLOR:teal
--> NAME:Room A\; 3\, \\ left
--> X-WR-CALNAME:Room A; 3, \\ left
--> COLOR:teal
SELECT jb_icalendar_tag('room:a') = :'plain' AS stays; --> f
SELECT display_name FROM jb_calendar_set('room:a', '{"display_name": null, "color": null}'); --> null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- the tag ----
SELECT jb_icalendar_tag('room:a') AS tag \gset
SELECT jb_icalendar_tag('room:a') = :'tag' AS stays; --> t
SELECT test.clock('2026-11-23 07:10+01') \g /dev/null
SELECT jb_icalendar_tag('room:a') <> :'tag' AS tells_of_the_deadline, jb_icalendar('room:a') ~ 'SUMMARY:Offer\r\nSTATUS:CANCELLED' AS is_cancelled; --> t|t
SELECT jb_icalendar_tag('room:a') AS tag \gset
SELECT outcome FROM jb_cancel(:placed); --> cancelled
SELECT jb_icalendar_tag('room:a') <> :'tag' AS tells_of_the_change; --> t
SELECT line FROM regexp_split_to_table(jb_icalendar('room:a', to_time => '2026-11-24 11:00+01'), E'\r\n') AS line WHERE line ~ '^(UID|SEQUENCE|SUMMARY|STATUS|TRANSP)'; --> UID:jb-1-20261123T060000Z
--> SEQUENCE:217577400
--> SUMMARY:Board
--> STATUS:CANCELLED
--> TRANSP:TRANSPARENT
--> UID:jb-5-20261123T060000Z
--> SEQUENCE:217577400
--> SUMMARY:Late
--> STATUS:CONFIRMED
--> TRANSP:OPAQUE
SELECT jb_icalendar_tag('room:a') AS tag \gset
SELECT test.clock('2026-11-24 00:00+01') \g /dev/null
SELECT jb_icalendar_tag('room:a') <> :'tag' AS tells_of_the_day; --> t
SELECT test.clock('2026-11-23 07:10+01') \g /dev/null
SELECT jb_icalendar_tag('room:a') AS tag \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:a', '{"time_zone": "Europe/Paris"}'); --> room:a
SELECT jb_icalendar_tag('room:a') <> :'tag' AS tells_of_the_zone; --> t
-- also where events change once more within the same second
SELECT jb_icalendar_tag('room:a') AS tag \gset
SELECT name FROM jb_calendar_set('room:a', '{"time_zone": "Europe/Berlin"}'); --> room:a
SELECT jb_icalendar_tag('room:a') <> :'tag' AS tells_of_the_zone; --> t
SELECT jb_icalendar_tag('room:a') AS tag \gset
SELECT name FROM jb_calendar_set('room:a', '{"horizon": 864000}'); --> room:a
SELECT jb_icalendar_tag('room:a') <> :'tag' AS tells_of_the_horizon; --> t
SELECT name FROM jb_calendar_set('room:a', '{"horizon": null, "time_zone": "Europe/Paris"}'); --> room:a

-- ---- public feeds ----
SELECT jb_feed_create('room:a') AS token \gset
SELECT :'token' ~ '^jbf_[0-9a-f]{48}$' AS is_token; --> t
SELECT calendar, shows, created_by FROM jb_feed_view; --> room:a|events|regress_manager
SET SESSION AUTHORIZATION regress_viewer;
SELECT line FROM regexp_split_to_table(jb_feed_read(:'token'), E'\r\n') AS line WHERE line ~ '^(SUMMARY|LOCATION|ATTENDEE)'; --> SUMMARY:Board
--> LOCATION:Room 1\, left
--> SUMMARY:Late
--> SUMMARY:Offer
--> SUMMARY:Weekly
--> SUMMARY:Weekly
SELECT jb_feed_read(:'token', free_busy => true) = jb_icalendar('room:a', free_busy => true) AS same_times; --> t
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_feed_create('room:a', 'busy') AS other \gset
SELECT state, message, hint FROM test.refusal(format('SELECT jb_feed_read(%L)', :'token')); -- must fail: another feed was made
--> P0002|no feed has this token|Ask for the address once more: a new token ends an old one.
SELECT line FROM regexp_split_to_table(jb_feed_read(:'other'), E'\r\n') AS line WHERE line ~ '^(SUMMARY|LOCATION|ATTENDEE)'; --> SUMMARY:Busy
--> SUMMARY:Busy
--> SUMMARY:Busy
SELECT jb_feed_revoke('room:a'); --> t
SELECT state, message FROM test.refusal(format('SELECT jb_feed_read(%L)', :'other')); -- must fail: revoked --> P0002|no feed has this token
SELECT state, message, hint FROM test.refusal($$SELECT jb_feed_revoke('room:a')$$); -- must fail: there is no feed --> P0002|calendar "room:a" has no public feed|jb_feed_create() makes one.
-- a feed goes with its calendar, and opens no other one of that name
SELECT name FROM jb_calendar_set('room:b', '{}'); --> room:b
SELECT jb_feed_create('room:b') AS token \gset
SELECT jb_calendar_delete('room:b'); --> t
SELECT name FROM jb_calendar_set('room:b', '{}'); --> room:b
SELECT state FROM test.refusal(format('SELECT jb_feed_read(%L)', :'token')); -- must fail --> P0002

-- ---- there is room for ten thousand ----
-- ended events are left out first, then past events, the oldest first; only a range that a caller named is refused
SELECT name FROM jb_calendar_set('room:full', '{"time_zone": "Europe/Berlin"}'); --> room:full
SELECT jb_feed_create('room:full', 'busy') AS busy \gset
RESET SESSION AUTHORIZATION;
BEGIN;
INSERT INTO jb_event (event_name, attendees, event_location, start_timestamp, end_timestamp, calendars, duration, priority, status, created_at, updated_at)
SELECT kind, '{}', '', at, at + interval '1 minute', '{room:full}', '1 minute', 50, status, '2026-11-01', '2026-11-01'
  FROM (VALUES ('cancelled', 'cancelled', 3), ('denied', 'denied', 2), ('past', 'scheduled', 4), ('ahead', 'scheduled', 9997)) AS v (kind, status, count),
       generate_series(1, count) AS i,
       LATERAL (SELECT timestamptz '2026-11-24 00:00+01' + CASE kind WHEN 'past' THEN i - 10 ELSE i END * interval '1 hour' AS at) AS s;
INSERT INTO jb_claim (calendar, event_id, during)
SELECT c.id, e.id, tstzrange(e.start_timestamp, e.end_timestamp)
  FROM jb_event e JOIN jb_calendar c ON c.name = 'room:full' WHERE e.calendars = '{room:full}' AND e.status = 'scheduled';
SELECT test.clock('2026-11-24 00:30+01') \g /dev/null
SELECT name, count(*) FROM regexp_matches(jb_icalendar('room:full'), 'SUMMARY:(past|ahead|cancelled|denied)', 'g') AS m, unnest(m) AS name GROUP BY name ORDER BY name; --> ahead|9997
--> past|3
SELECT min(start[1]) FROM regexp_matches(jb_icalendar('room:full'), 'DTSTART:(\S+)', 'g') AS start; --> 20261123T150000Z
SELECT count(*) FROM regexp_matches(jb_feed_read(:'busy'), 'SUMMARY:Busy', 'g'); --> 10000
SELECT state, message, hint FROM test.refusal($$SELECT jb_icalendar('room:full', from_time => '2026-11-20 00:00+01')$$); -- must fail
--> 22023|invalid from_time "2026-11-19T23:00:00+00:00": more than 10000 events lie in this range, which is all that a feed holds|Ask for a shorter range, and then for the range that follows it.
SELECT state, message FROM test.refusal($$SELECT jb_icalendar('room:full', to_time => '2100-01-01 00:00+01')$$); -- must fail
--> 22023|invalid to_time "2099-12-31T23:00:00+00:00": more than 10000 events lie in this range, which is all that a feed holds
-- ended events take no room in a feed of busy times
DELETE FROM jb_claim WHERE event_id IN (SELECT id FROM jb_event WHERE event_name = 'past');
UPDATE jb_event SET status = 'cancelled' WHERE event_name = 'past';
SELECT count(*) FROM regexp_matches(jb_feed_read(:'busy'), 'SUMMARY:Busy', 'g'); --> 9997
SELECT name, count(*) FROM regexp_matches(jb_icalendar('room:full'), 'SUMMARY:(past|ahead|cancelled|denied)', 'g') AS m, unnest(m) AS name GROUP BY name ORDER BY name; --> ahead|9997
--> cancelled|2
--> denied|1
ROLLBACK;
SELECT test.clock('2026-11-23 07:10+01') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;

-- ---- what is not valid ----
SELECT state, message, hint FROM test.refusal($$SELECT jb_icalendar('nowhere')$$); --> P0002|calendar "nowhere" does not exist|jb_calendars() lists those that exist; jb_calendar_set() makes one.
SELECT state, message FROM test.refusal($$SELECT jb_icalendar(NULL)$$); --> P0002|calendar "" does not exist
SELECT state, message FROM test.refusal($$SELECT jb_icalendar_tag('nowhere')$$); --> P0002|calendar "nowhere" does not exist
SELECT state, message, detail FROM test.refusal($$SELECT jb_icalendar('room:a', '-infinity', 'infinity')$$);
--> 22023|invalid from_time "before year 0001": it must lie in the years 0001 to 9999|[{"field":"from_time","value":"before year 0001","message":"it must lie in the years 0001 to 9999"},{"field":"to_time","value":"after year 9999","message":"it must lie in the years 0001 to 9999"}]
SELECT state, message FROM test.refusal($$SELECT jb_icalendar('room:a', '2026-11-25', '2026-11-24')$$);
--> 22023|invalid to_time "2026-11-23T23:00:00+00:00": it must not be before the begin of the range
-- a range that begins by default begins before its end, too
SELECT state, message FROM test.refusal($$SELECT jb_icalendar('room:a', to_time => '2026-01-01')$$); --> 22023|invalid to_time "2025-12-31T23:00:00+00:00": it must not be before the begin of the range
SELECT state, message FROM test.refusal($$SELECT jb_icalendar('room:a', to_time => '2026-11-01', free_busy => true)$$);
--> 22023|invalid to_time "2026-10-31T23:00:00+00:00": it must not be before the begin of the range
SELECT state, message FROM test.refusal($$SELECT jb_feed_read(NULL)$$); --> P0002|no feed has this token
SELECT state, message, hint FROM test.refusal($$SELECT jb_feed_create('room:a', 'all')$$);
--> 22023|invalid shows "all": it must be events or busy|Give events, for names and places, or busy, for nothing but when the calendar is taken.
SELECT state, message FROM test.refusal($$SELECT jb_feed_create('nowhere')$$); --> P0002|calendar "nowhere" does not exist
SELECT state, message FROM test.refusal($$SELECT jb_feed_create('room:a', principal => 'Anna')$$); --> 42501|role "regress_manager" may not name principal "Anna"
SELECT state, message FROM test.refusal($$SELECT jb_feed_revoke('nowhere')$$); --> P0002|calendar "nowhere" does not exist
SET SESSION AUTHORIZATION regress_viewer;
SELECT state FROM test.refusal($$SELECT jb_feed_create('room:a')$$); -- must fail: what strangers read is given by who books --> 42501

-- ---- each reader has a feed of their own, which shows what its maker may read, when it is read (rule 13.4) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_feed_create('room:a', 'busy') AS managers \gset
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_feed_create('room:a') AS own \gset
SELECT jb_feed_create('room:a') AS own, :'own' AS first \gset
RESET SESSION AUTHORIZATION;
CREATE FUNCTION test.opened(VARIADIC tokens text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE token text; result text[];
BEGIN
  FOREACH token IN ARRAY tokens LOOP
    BEGIN
      result := result || (SELECT substring(jb_feed_read(token) FROM 'SUMMARY:(\w+)'));
    EXCEPTION WHEN no_data_found THEN
      result := result || 'nothing'::text;
    END;
  END LOOP;
  RETURN result;
END $$;
SELECT test.opened(:'managers', :'first', :'own'); -- another one of one's own ends the first --> {Busy,nothing,Board}
SET SESSION AUTHORIZATION regress_manager;
SELECT calendar, shows, created_by FROM jb_feed_view ORDER BY created_by, calendar; --> room:a|busy|regress_manager
--> room:full|busy|regress_manager
--> room:a|events|regress_secretary
SELECT jb_grant('room:a', 'principal:regress_manager', 'manage'), jb_grant('room:a', 'principal:regress_secretary', 'busy') \g /dev/null
SELECT test.opened(:'managers', :'own'); -- whoever made it may not read any more --> {Busy,nothing}
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal($$SELECT jb_feed_create('room:a')$$); -- must fail: who sees when it is taken reads nothing --> 42501|calendar "room:a" does not grant the right to read
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('room:a', 'principal:regress_secretary', 'read') \g /dev/null
SELECT test.opened(:'own'); --> {Board}
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_feed_revoke('room:a'); --> t
SELECT test.opened(:'managers', :'own'); -- one's own alone --> {Busy,nothing}
SELECT state, message FROM test.refusal($$SELECT jb_feed_revoke('room:a')$$); -- must fail: that of somebody else is none --> P0002|calendar "room:a" has no public feed of yours
SELECT jb_feed_create('room:a') AS own \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_feed_revoke('room:a'); -- whoever manages the calendar ends those of all --> t
SELECT test.opened(:'managers', :'own'); --> {nothing,nothing}

-- ---- the tag changes with the text when its reader gets or loses a right on another calendar ----
SELECT (jb_calendar_set('room:shared', '{"time_zone": "UTC"}')).name, (jb_calendar_set('anna@x.example', '{"time_zone": "UTC"}')).name; --> room:shared|anna@x.example
SELECT jb_grant('room:shared', 'principal:regress_manager', 'manage'), jb_grant('anna@x.example', 'principal:regress_manager', 'manage') \g /dev/null
SELECT outcome FROM jb_schedule('Shared', '1 hour', '2026-12-01', '09:00', calendars => '{room:shared}', attendees => '{anna@x.example}', check_attendees => true); --> placed
SELECT jb_grant('anna@x.example', 'principal:regress_secretary', 'read'), jb_grant('room:shared', 'principal:regress_secretary', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_feed_create('anna@x.example') AS own \gset
CREATE TEMPORARY TABLE seen (n serial, tag text, says text, feed_says text);
PREPARE look AS INSERT INTO seen (tag, says, feed_says)
  SELECT jb_icalendar_tag('anna@x.example'), substring(jb_icalendar('anna@x.example') FROM 'SUMMARY:(\w+)'), substring(jb_feed_read(:'own') FROM 'SUMMARY:(\w+)');
EXECUTE look;
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('room:shared', 'principal:regress_secretary', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
EXECUTE look;
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('room:shared', 'principal:anna', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
EXECUTE look; -- somebody else's right changes neither
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:shared', 'principal:regress_secretary'), jb_default_rights_set('nothing') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
EXECUTE look;
SELECT says, feed_says, tag = lag(tag) OVER w AS same FROM seen WINDOW w AS (ORDER BY n) ORDER BY n; --> Busy|Busy|null
--> Shared|Shared|f
--> Shared|Shared|t
--> Busy|Busy|f
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;

\i test/regress/sql/frame/close.psql
