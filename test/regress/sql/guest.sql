-- Promise: an attendee who has declined, or came as a guest, claims no calendar, whatever is changed later; a name that is
-- taken off and named again claims as any other does (rule 2.7.4).
-- Could break: a change of attendees works out anew which calendars they claim, and so does another calendar, another rule
-- of a series, and the next state of a file's source.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT count(jb_calendar_set(name, '{"time_zone": "Europe/Berlin", "horizon": "3660 days", "check_attendees": true}')) FROM unnest('{ceo,bob@example.org,carol@example.org,room:a,room:b,provider:paul}'::text[]) AS name;
CREATE VIEW test.stored AS SELECT id, event_name, calendars, attendees, attendee_calendars, guests FROM jb_event ORDER BY id;
GRANT SELECT ON test.stored TO PUBLIC;
CREATE FUNCTION test.file(partstat text, properties text = '', uid text = 'u') RETURNS text LANGUAGE sql AS $$
  SELECT format(E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:%s\r\nSUMMARY:Invitation\r\nDTSTART:20261124T090000Z\r\nDTEND:20261124T100000Z\r\nATTENDEE;PARTSTAT=%s;CN=Bob:mailto:Bob@Example.org\r\nATTENDEE:mailto:carol@example.org\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n', uid, partstat, properties) $$;
SET SESSION AUTHORIZATION regress_secretary;

-- ---- who has declined is not booked, and nothing is rejected on that account ----
SELECT outcome FROM jb_schedule('Other', '1 hour', start_timestamp => '2026-11-24 09:00Z', calendars => '{bob@example.org}');
SELECT outcome FROM jb_import('room:a', test.file('declined'));
SELECT * FROM test.stored WHERE id > 1;
-- named in two lines, one of which has not declined; answers other than DECLINED claim; the calendar's own attendee has declined
SELECT outcome, reason FROM jb_import('room:b', replace(test.file('DECLINED', E'ATTENDEE;PARTSTAT=TENTATIVE:mailto:bob@example.org\r\n', 'twice'), 'carol', 'nobody'), dry_run => true);
SELECT answer, (SELECT outcome FROM jb_import('room:b', replace(test.file(answer, uid => 'answers'), 'carol', 'nobody'), dry_run => true)) AS outcome FROM unnest('{ACCEPTED,TENTATIVE,NEEDS-ACTION,DELEGATED,"\"DECLINED\""}'::text[]) AS answer;
SELECT outcome, detail FROM jb_import('BOB@example.org', test.file('DECLINED'));

-- ---- every change leaves it so ----
SELECT outcome FROM jb_update(2, '{"attendees": ["carol@example.org", "BOB@example.org", "dora@example.org"]}');
SELECT outcome FROM jb_update(2, '{"calendars": ["room:b"]}');
SELECT outcome FROM jb_update(2, '{"check_attendees": true}');
SELECT outcome FROM jb_reschedule(2, start_timestamp => '2026-11-24 09:30Z');
SELECT outcome FROM jb_update(2, '{"event_name": "Renamed", "start_timestamp": "2026-11-24T09:00:00Z"}');
SELECT * FROM test.stored WHERE id > 1;
-- taken off, and named again: somebody who may book names an attendee like any other
SELECT outcome FROM jb_update(2, '{"attendees": ["carol@example.org"]}');
SELECT outcome, reason FROM jb_update(2, '{"attendees": ["carol@example.org", "bob@example.org"]}');
SELECT outcome FROM jb_cancel(1);
SELECT outcome FROM jb_update(2, '{"attendees": ["carol@example.org", "bob@example.org"]}');
SELECT * FROM test.stored WHERE id > 1;

-- ---- a source that is followed: what it says of the answers counts ----
SELECT outcome FROM jb_import('room:a', test.file('DECLINED', E'SEQUENCE:1\r\n', 's'), sync => true);
SELECT outcome FROM jb_cancel(2);
SELECT outcome FROM jb_import('room:a', test.file('DECLINED', E'SEQUENCE:1\r\n', 's'), sync => true);
SELECT outcome FROM jb_import('room:a', test.file('ACCEPTED', E'SEQUENCE:2\r\n', 's'), sync => true);
SELECT * FROM test.stored ORDER BY id DESC LIMIT 1;
SELECT outcome FROM jb_import('room:a', test.file('ACCEPTED', E'SEQUENCE:2\r\n', 's'), sync => true);
SELECT outcome FROM jb_import('room:a', test.file('DECLINED', E'SEQUENCE:3\r\n', 's'), sync => true);
SELECT * FROM test.stored ORDER BY id DESC LIMIT 1;
SELECT fields FROM jb_history((SELECT max(id) FROM test.stored)) WHERE calendar = 'room:a' ORDER BY version;

-- ---- all of a series, and what another rule makes of it ----
SELECT outcome FROM jb_import('room:b', replace(test.file('DECLINED', E'RRULE:FREQ=DAILY;COUNT=3\r\n', 'series'), '20261124', '20261126'));
SELECT min(id) AS first FROM jb_event WHERE series IS NOT NULL \gset
SELECT outcome FROM jb_update(:first, '{"attendees": ["carol@example.org", "bob@example.org", "x"], "scope": "all"}');
SELECT outcome FROM jb_update(:first, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=5", "scope": "all"}');
SELECT event_name, attendees, attendee_calendars, guests, count(*) FROM jb_event WHERE series IS NOT NULL GROUP BY 1, 2, 3, 4;

-- ---- guests of a poll and of a booking page ----
SELECT poll_id AS poll, token AS organiser FROM jb_poll_create('Poll', '2026-12-01 00:00+01', '2026-12-02 00:00+01', '1 hour', calendars => '{room:a}', public => true) \gset
SELECT participant FROM jb_poll_answer(:poll, 'ceo', '[{"start": "2026-12-01T09:00:00Z", "end": "2026-12-01T12:00:00Z"}]');
SELECT outcome, event_id AS event FROM jb_poll_book(:poll, '2026-12-01 09:00Z', token => :'organiser') \gset
SELECT outcome FROM jb_update(:event, '{"attendees": ["ceo", "carol@example.org"]}');
SELECT calendars, attendees, attendee_calendars, guests FROM test.stored WHERE id = :event;
SELECT outcome FROM jb_schedule('The CEO is free', '1 hour', start_timestamp => '2026-12-01 09:00Z');
RESET SESSION AUTHORIZATION;
SELECT public_booking FROM jb_calendar_set('provider:paul', '{"public_booking": true, "hours": {"wednesday": [{"start": "08:00", "end": "12:00"}]}, "confirm_within": "1 day"}');
SELECT outcome FROM jb_booking_make('paul', '{"client": "CEO", "contact": "a@example.org", "start_timestamp": "2026-12-02T10:00:00+01:00"}', token => 'jbb_' || repeat('a', 48));
SELECT max(id) AS event FROM jb_event \gset
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_confirm(:event);
SELECT outcome FROM jb_update(:event, '{"attendees": ["CEO", "carol@example.org"]}');
RESET SESSION AUTHORIZATION;
SELECT outcome FROM jb_booking_move('paul', 'jbb_' || repeat('a', 48), '2026-12-02 11:00+01');
SELECT calendars, attendees, attendee_calendars, guests FROM test.stored WHERE id = :event;

-- ---- a long list, left in its row ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id AS event FROM jb_import('room:b', replace(test.file('DECLINED', (SELECT string_agg(format(E'ATTENDEE;PARTSTAT=DECLINED:mailto:%s%s@example.org\r\n', repeat('n', 40), i), '') FROM generate_series(1, 500) AS i), 'long'), '20261124', '20261210')) \gset
SELECT cardinality(guests) FROM jb_event WHERE id = :event;
SELECT outcome FROM jb_update(:event, '{"event_name": "Long"}');
SELECT outcome FROM jb_update(:event, '{"start_timestamp": "2026-12-10T10:00:00Z"}');
SELECT cardinality(guests), attendee_calendars FROM jb_event WHERE id = :event;

SELECT * FROM jb_check();
\i test/regress/sql/frame/close.psql
