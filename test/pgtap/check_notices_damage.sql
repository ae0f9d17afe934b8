-- Promise: jb_check() returns no row for a sound database, and for each kind of damage a row that names the rule, the
-- calendar and the event.
-- Could break: a rule that compares a table with itself, or joins where it should compare, never finds anything.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SELECT jb_calendar_set('room:a', '{"time_zone": "Europe/Berlin"}'), jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT s.event_id FROM generate_series(8, 10) AS hour, jb_schedule('Event ' || hour, '1 hour', '2026-11-24', make_time(hour, 0, 0), calendars => '{room:a}') s \g /dev/null
SELECT event_id FROM jb_schedule('Elsewhere', '1 hour', '2026-11-24', '09:00', calendars => '{room:b}') \g /dev/null
SELECT outcome FROM jb_cancel(3) \g /dev/null
SELECT jb_reschedule(2, calendars => '{room:b}', start_time => '11:00') \g /dev/null
SELECT event_id FROM jb_schedule('Waits', '1 hour', not_before => '2026-11-24 14:00+01', not_after => '2026-11-24 15:00+01', calendars => '{room:a}') \g /dev/null
SELECT outcome FROM jb_schedule('Displaces', '1 hour', '2026-11-24', '14:00', calendars => '{room:a}') \g /dev/null
SELECT jb_schedule('Deleted', '1 hour', '2026-11-25', '14:00', calendars => '{room:a}') \g /dev/null
SELECT jb_delete(7) \g /dev/null

-- Causes damage by a statement, and undoes it.
CREATE FUNCTION pg_temp.after(damage text, OUT rule text, OUT calendar text, OUT event_id bigint) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
  found jb_problem[];
BEGIN
  BEGIN
    EXECUTE damage;
    found := ARRAY(SELECT p FROM jb_check() p);
    RAISE EXCEPTION USING ERRCODE = 'P0001';
  EXCEPTION WHEN raise_exception THEN
    NULL;
  END;
  RETURN QUERY SELECT p.rule, p.calendar, p.event_id FROM unnest(found) AS p;
END $$;
CREATE FUNCTION pg_temp.notices(damage text, rules text, claim text) RETURNS text LANGUAGE sql AS $$
  SELECT set_eq(format('SELECT rule, calendar, event_id FROM pg_temp.after(%L)', damage), rules, claim)
$$;

SELECT is((SELECT count(*) FROM jb_check()), 0::bigint, 'a database with events of every kind is sound');
SELECT pg_temp.notices('SELECT 1', $$SELECT '' AS rule, '' AS calendar, 0::bigint AS event_id WHERE false$$, 'and nothing is said of it');

-- ---- claims ----
SELECT pg_temp.notices('DELETE FROM jb_claim WHERE event_id = 1', $$VALUES ('claims match events', 'room:a', 1::bigint), ('free time equals what claims leave', 'room:a', NULL)$$, 'a claim that was deleted');
SELECT pg_temp.notices($$INSERT INTO jb_claim SELECT id, 99, '[2026-11-24 12:00+01,2026-11-24 13:00+01)' FROM jb_calendar WHERE name = 'room:a'$$, $$VALUES ('claims match events', 'room:a', 99::bigint), ('free time equals what claims leave', 'room:a', NULL)$$, 'a claim of an event that does not exist');
SELECT pg_temp.notices($$INSERT INTO jb_claim SELECT id, 3, '[2026-11-24 10:00+01,2026-11-24 11:00+01)' FROM jb_calendar WHERE name = 'room:a'$$, $$VALUES ('claims match events', 'room:a', 3::bigint), ('free time equals what claims leave', 'room:a', NULL)$$, 'a claim of a cancelled event');
SELECT pg_temp.notices($$INSERT INTO jb_claim SELECT id, 1, '[2026-11-24 08:00+01,2026-11-24 09:00+01)' FROM jb_calendar WHERE name = 'room:b'$$, $$VALUES ('claims match events', 'room:b', 1::bigint), ('free time equals what claims leave', 'room:b', NULL)$$, 'a claim on a calendar that the event is not on');
SELECT pg_temp.notices($$UPDATE jb_claim SET during = '[2026-11-24 08:00+01,2026-11-24 08:59:59+01)' WHERE event_id = 1$$, $$VALUES ('claims match events', 'room:a', 1::bigint)$$, 'a claim that is too short');
SELECT pg_temp.notices($$UPDATE jb_claim SET during = tstzrange(lower(during), upper(during) + interval '1 second') WHERE event_id = 1$$, $$VALUES ('claims match events', 'room:a', 1::bigint), ('free time equals what claims leave', 'room:a', NULL)$$, 'a claim with a buffer that its calendar never had');
SELECT throws_ok($$UPDATE jb_claim SET during = 'empty' WHERE event_id = 1$$, '23514', NULL, 'an empty claim');
SELECT pg_temp.notices('UPDATE jb_claim SET calendar = 77 WHERE event_id = 1', $$VALUES ('claims match events', 'room:a', 1::bigint), ('claims stand on calendars', '77', 1), ('free time equals what claims leave', 'room:a', NULL)$$, 'a claim on a calendar that does not exist');
SELECT pg_temp.notices($$ALTER TABLE jb_claim DROP CONSTRAINT jb_claim_calendar_during_excl; UPDATE jb_claim SET during = '[2026-11-24 08:30+01,2026-11-24 14:30+01)' WHERE event_id = 1$$,
                       $$VALUES ('no overlap', 'room:a', 6::bigint), ('claims match events', 'room:a', 1), ('free time equals what claims leave', 'room:a', NULL)$$, 'two claims that overlap, once the constraint is gone');
SELECT pg_temp.notices($$ALTER TABLE jb_claim DROP CONSTRAINT jb_claim_calendar_during_excl; INSERT INTO jb_claim SELECT c.calendar, 100 + n, tstzrange(e.start_timestamp + n * interval '5 minutes', e.start_timestamp + (n + 1) * interval '5 minutes') FROM generate_series(0, 1) n, jb_event e JOIN jb_claim c ON c.event_id = e.id WHERE e.id = 1$$,
                       $$VALUES ('no overlap', 'room:a', 1::bigint), ('no overlap', 'room:a', 101), ('claims match events', 'room:a', 100), ('claims match events', 'room:a', 101)$$, 'two short claims within a long one');

-- ---- the day tree ----
SELECT pg_temp.notices('UPDATE jb_tree SET data = set_bit(data, 60, 1 - get_bit(data, 60)) WHERE (calendar, level) = (SELECT id, 0 FROM jb_calendar WHERE name = $$room:b$$)', $$VALUES ('free time equals what claims leave', 'room:b', NULL::bigint)$$, 'one flipped bit of a row of the day tree');
SELECT pg_temp.notices('DELETE FROM jb_tree WHERE level = 0', $$VALUES ('free time equals what claims leave', 'room:a', NULL::bigint), ('free time equals what claims leave', 'room:b', NULL)$$, 'rows that were lost');
SELECT pg_temp.notices('DELETE FROM jb_tree', $$VALUES ('free time equals what claims leave', 'room:a', NULL::bigint), ('free time equals what claims leave', 'room:b', NULL)$$, 'a tree that was lost: an empty one reads as everything free');
SELECT pg_temp.notices('UPDATE jb_tree SET block = block + 1 WHERE level = 2', $$VALUES ('free time equals what claims leave', 'room:a', NULL::bigint), ('free time equals what claims leave', 'room:b', NULL)$$, 'a row that came to stand under another key');
SELECT pg_temp.notices($$DELETE FROM jb_tree; SELECT jb_rebuild('room:a'), jb_rebuild('room:b')$$, $$SELECT '' AS rule, '' AS calendar, 0::bigint AS event_id WHERE false$$, 'and jb_rebuild() mends it');

-- ---- events ----
SELECT pg_temp.notices($$UPDATE jb_event SET start_timestamp = start_timestamp + interval '5 minutes' WHERE id = 1$$, $$VALUES ('claims match events', 'room:a', 1::bigint), ('history replays to the present', 'room:a', 1), ('wall clock is kept', 'room:a', 1)$$, 'an event whose time was changed by hand');
SELECT pg_temp.notices($$UPDATE jb_event SET end_timestamp = start_timestamp - interval '5 minutes' WHERE id = 1$$, $$VALUES ('claims match events', 'room:a', 1::bigint), ('history replays to the present', 'room:a', 1), ('values in range', 'room:a', 1)$$, 'an event that ends before it begins, of which no range can be made');
SELECT pg_temp.notices($$UPDATE jb_event SET start_time = start_time + interval '1 hour' WHERE id = 1$$, $$VALUES ('wall clock is kept', 'room:a', 1::bigint)$$, 'one that stands where other zone data had its wall clock');
SELECT pg_temp.notices('DELETE FROM jb_event WHERE id = 1', $$VALUES ('claims match events', 'room:a', 1::bigint), ('history replays to the present', 'room:a', 1)$$, 'an event that was deleted by hand');
SELECT pg_temp.notices('DELETE FROM jb_event WHERE id = 5', $$VALUES ('history replays to the present', 'room:a', 5::bigint), ('watched events are counted', 'room:a', NULL), ('watched events are found', 'room:a', 5)$$, 'also one that held no time');
SELECT pg_temp.notices('DELETE FROM jb_watched WHERE event_id = 5', $$VALUES ('watched events are found', 'room:a', 5::bigint)$$, 'one that nobody would look at when it falls due');
SELECT pg_temp.notices($$UPDATE jb_event SET status = 'cancelled' WHERE id = 1$$, $$VALUES ('claims match events', 'room:a', 1::bigint), ('history replays to the present', 'room:a', 1)$$, 'one that was cancelled by hand');
SELECT pg_temp.notices($$UPDATE jb_event SET status = 'scheduled' WHERE id = 3$$, $$VALUES ('claims match events', 'room:a', 3::bigint), ('history replays to the present', 'room:a', 3)$$, 'one that was brought back by hand');
SELECT pg_temp.notices($$UPDATE jb_event SET calendars = '{room:nowhere}' WHERE id = 3$$, $$VALUES ('events stand on calendars', 'room:nowhere', 3::bigint), ('history replays to the present', 'room:a', 3)$$, 'one on a calendar that does not exist');
SELECT pg_temp.notices('DELETE FROM jb_calendar WHERE name = $$room:b$$', $$SELECT rule, 'room:b', id FROM unnest('{2,4}'::bigint[]) AS id, unnest('{claims match events,events stand on calendars}'::text[]) AS rule UNION ALL SELECT 'claims stand on calendars', (SELECT id::text FROM jb_calendar WHERE name = 'room:b'), unnest('{2,4}'::bigint[]) UNION ALL SELECT 'calendars have locks', (SELECT id::text FROM jb_calendar WHERE name = 'room:b'), NULL$$, 'a calendar that was deleted by hand, whose lock is left');
SELECT pg_temp.notices('DELETE FROM jb_calendar_lock WHERE id = (SELECT id FROM jb_calendar WHERE name = $$room:b$$)', $$VALUES ('calendars have locks', 'room:b', NULL::bigint)$$, 'a calendar that lost its lock');
SELECT pg_temp.notices($$UPDATE jb_event SET duration = '0' WHERE id = 1$$, $$VALUES ('values in range', 'room:a', 1::bigint)$$, 'an event without duration');
SELECT pg_temp.notices(format('UPDATE jb_event SET within = %L WHERE id = 3', within), $$VALUES ('values in range', 'room:a', 3::bigint)$$, within)
  FROM (VALUES ('"monday"'), ('{"days": ["monday"], "from": "10:00:00"}'), ('{"days": [], "from": "10:00:00", "to": "12:00:00"}'),
               ('{"days": ["today"], "from": "10:00:00", "to": "12:00:00"}'), ('{"days": ["monday"], "from": "10:00:00", "to": "10:00:00"}')) AS bad (within);
-- events and calendars that no function can read, and which the check reads
SELECT pg_temp.notices(damage, $$VALUES ('values in range', 'room:a', 1::bigint)$$, damage)
  FROM unnest(ARRAY[$$UPDATE jb_event SET within = '"monday"' WHERE id = 1$$, $$UPDATE jb_event SET one_of = '[{"count": 1, "chosen": ["room:a"], "calendars": ["room:a"], "choose": "any"}]' WHERE id = 1$$, $$UPDATE jb_event SET within = '{"days": ["monday"], "from": "25:00:00", "to": "26:00:00"}' WHERE id = 1$$]) AS damage;
SELECT pg_temp.notices(damage, $$VALUES ('values in range', 'room:b', NULL::bigint)$$, damage)
  FROM unnest(ARRAY[$$UPDATE jb_calendar SET hours = '{"monday": 7}' WHERE name = 'room:b'$$, $$UPDATE jb_calendar SET time_zone = 'Europe/Atlantis' WHERE name = 'room:b'$$,
                    $$SELECT jb_availability_set('room:b', '2026-12-01', '[]'); UPDATE jb_override SET spans = '[7]', version = version + 1; UPDATE jb_calendar SET overrides_version = 'other' WHERE name = 'room:b'$$]) AS damage;
SELECT pg_temp.notices($$UPDATE jb_event SET within = '{"days": ["monday", "sunday"], "from": "10:00:00", "to": "24:00:00"}' WHERE id = 3$$, $$SELECT '' AS rule, '' AS calendar, 0::bigint AS event_id WHERE false$$, 'hours that are in order');
SELECT pg_temp.notices($$UPDATE jb_event SET event_name = '' WHERE id = 1$$, $$VALUES ('values in range', 'room:a', 1::bigint)$$, 'an event without a name');
SELECT pg_temp.notices($$UPDATE jb_event SET priority = 101 WHERE id = 1$$, $$VALUES ('values in range', 'room:a', 1::bigint)$$, 'a priority above 100');
SELECT pg_temp.notices($$UPDATE jb_event SET max_attendees = 1001 WHERE id = 1$$, $$VALUES ('values in range', 'room:a', 1::bigint)$$, 'more seats than an event may have attendees');
SELECT pg_temp.notices($$UPDATE jb_event SET date = NULL WHERE id = 1$$, $$VALUES ('values in range', 'room:a', 1::bigint)$$, 'a start_time without a date');
SELECT pg_temp.notices($$UPDATE jb_event SET attendees = '{NULL}' WHERE id = 1$$, $$VALUES ('values in range', 'room:a', 1::bigint)$$, 'a null for an attendee');
SELECT pg_temp.notices($$UPDATE jb_event SET guests = '{nobody}' WHERE id = 1$$, $$VALUES ('values in range', 'room:a', 1::bigint)$$, 'a guest who is no attendee');
SELECT pg_temp.notices($$UPDATE jb_event SET status = 'nonsense' WHERE id = 3$$, $$VALUES ('values in range', 'room:a', 3::bigint), ('history replays to the present', 'room:a', 3)$$, 'a status that is none');
SELECT pg_temp.notices($$UPDATE jb_event SET start_timestamp = '2026-11-24 14:00+01' WHERE id = 5$$, $$VALUES ('values in range', 'room:a', 5::bigint), ('history replays to the present', 'room:a', 5)$$, 'half a time');

-- ---- sequences ----
SELECT pg_temp.notices(format('ALTER SEQUENCE %s RESTART', name), $$VALUES ('ids are new', NULL::text, NULL::bigint)$$, name || ' that stayed behind')
  FROM unnest('{jb_event_id_seq,jb_change_id_seq}'::text[]) AS name;
SELECT pg_temp.notices('DELETE FROM jb_calendar_number', $$VALUES ('ids are new', NULL::text, NULL::bigint)$$, 'numbers of calendars that were lost');
SELECT pg_temp.notices('ALTER SEQUENCE jb_event_id_seq RESTART 7', $$VALUES ('ids are new', NULL::text, NULL::bigint)$$, 'one that would give the id of a deleted event');
SELECT pg_temp.notices($$INSERT INTO jb_rejection (id, at, calendars, reason, detail, request, principal) VALUES (99, now(), '{}', 'conflict', '', '{}', '')$$, $$VALUES ('ids are new', NULL::text, NULL::bigint)$$, 'a rejection that came without its sequence');

-- ---- attachments ----
SELECT pg_temp.notices($$INSERT INTO jb_attachment VALUES (99, 1, 'x', NULL, NULL, 'https://example.org')$$, $$VALUES ('attachments belong to events', NULL::text, 99::bigint)$$, 'an attachment of an event that does not exist');

-- ---- polls ----
-- poll 1 is open, poll 2 booked event 8, poll 3 booked event 9, which was deleted
SELECT p.token, (jb_poll_invite(p.poll_id, 'Anna')).token AS anna FROM jb_poll_create('Open', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', calendars => '{room:a}') p \gset
SELECT jb_poll_answer(1, 'Anna', '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T12:00:00+01:00"}, {"start": "2026-12-01T12:00:00+01:00", "end": "2026-12-01T13:00:00+01:00", "preference": "if_need_be"}]', :'anna') \g /dev/null
SELECT jb_poll_create('Closed', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', calendars => '{room:a}'), jb_poll_book(2, '2026-12-01 09:00+01') \g /dev/null
SELECT jb_poll_create('Closed', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', calendars => '{room:a}'), jb_poll_book(3, '2026-12-01 10:00+01') \g /dev/null
SELECT jb_delete(9) \g /dev/null
-- poll 4 booked event 10 on a calendar that was deleted with its history, and made again
SELECT jb_calendar_set('room:p', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT jb_poll_create('Closed', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', calendars => '{room:p}'), jb_poll_book(4, '2026-12-01 09:00+01') \g /dev/null
-- poll 5 was answered, booked, and deleted
SELECT jb_poll_create('Gone', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', calendars => '{room:p}', public => true) \g /dev/null
SELECT jb_poll_answer(5, 'Anna', '[{"start": "2026-12-01T13:00:00+01:00", "end": "2026-12-01T14:00:00+01:00"}]'), jb_poll_book(5), jb_poll_delete(5), jb_delete(11) \g /dev/null
SELECT jb_delete(10), jb_availability_set('room:p', '2026-12-01', '[]'), jb_grant('room:p', 'principal:anna', 'manage'), jb_feed_create('room:p') \g /dev/null
INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id) SELECT id, 'uid', '', 10 FROM jb_calendar WHERE name = 'room:p';
SELECT jb_calendar_delete('room:p') \g /dev/null
SET LOCAL jb_scheduler.now = '2026-11-23 07:01+01';
SELECT jb_calendar_set('room:p', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT is((SELECT string_agg(concat_ws(' ', p.id, p.status, b.event_id), ', ' ORDER BY p.id) FROM jb_poll_view p LEFT JOIN jb_poll_event b ON b.poll_id = p.id), '1 open, 2 closed 8, 3 open 9, 4 open 10', 'there are polls');
SELECT is((SELECT count(*) FROM jb_check()), 0::bigint, 'which are sound');
SELECT throws_ok($$UPDATE jb_poll SET to_time = from_time WHERE id = 2$$, '23514', NULL, 'a poll without a frame');
SELECT throws_ok($$UPDATE jb_poll SET organiser_token = 'secret' WHERE id = 1$$, '23514', NULL, 'a token that is no hash');
SELECT pg_temp.notices($$INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token) VALUES (99, 'Ann', 'ann', true, sha256(''))$$, $$VALUES ('ids lead to rows', NULL::text, NULL::bigint)$$, 'a participant of a poll that does not exist');
SELECT pg_temp.notices($$INSERT INTO jb_poll_event (event_id, poll_id, booked_at) VALUES (98, 99, now())$$, $$VALUES ('ids lead to rows', NULL::text, NULL::bigint)$$, 'an event of a poll that does not exist');
SELECT pg_temp.notices(row, $$VALUES ('ids lead to rows', NULL::text, NULL::bigint)$$, 'a row of a calendar that does not exist')
  FROM unnest(ARRAY[$$INSERT INTO jb_grant VALUES (99, 'principal:anna', '{read}', 'gone')$$, $$INSERT INTO jb_override VALUES (99, '2026-12-01', '[]')$$,
                    $$INSERT INTO jb_feed VALUES (99, 'busy', sha256(''), 'anna', now())$$,
                    $$INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id) VALUES (99, 'uid', '', 1)$$]) AS row;
SELECT pg_temp.notices($$INSERT INTO jb_grant SELECT id, 'principal:anna', '{read}', 'room:b' FROM jb_calendar WHERE name = 'room:a'$$, $$VALUES ('grants name their calendars', 'room:a', NULL::bigint)$$, 'a grant under the name of another calendar');
SELECT throws_ok($$UPDATE jb_poll_participant SET token = ''$$, '23514', NULL, 'a participant without a token');
SELECT throws_ok($$UPDATE jb_poll_participant SET answered_at = NULL$$, '23514', NULL, 'half a schedule');
SELECT throws_ok($$UPDATE jb_poll_participant SET if_need_be = yes$$, '23514', NULL, 'a yes that is an if need be as well');
SELECT pg_temp.notices($$UPDATE jb_poll SET to_time = '2026-12-01 12:30+01' WHERE id = 1$$, $$VALUES ('schedules lie in the frame', 'room:a', NULL::bigint)$$, 'a schedule that leaves the frame');
SELECT is((SELECT concat_ws(' ', participant_count, answer_count, uninvited_count, interval_count, uninvited_interval_count) FROM jb_poll WHERE id = 1), '1 1 0 2 0', 'the participants of a poll are counted');
SELECT pg_temp.notices(format('UPDATE jb_poll SET %I = coalesce(%I, 0) + 1 WHERE id = 1', name, name), $$VALUES ('participants are counted', 'room:a', NULL::bigint)$$, 'one too many in ' || name)
  FROM unnest('{participant_count,answer_count,uninvited_count,interval_count,uninvited_interval_count}'::text[]) AS name;
SELECT throws_ok('UPDATE jb_poll SET interval_count = NULL WHERE id = 1', '23502', NULL, 'one of the counts is missing');
SELECT pg_temp.notices($$UPDATE jb_poll_participant SET invited = false$$, $$VALUES ('participants are counted', 'room:a', NULL::bigint)$$, 'one more who was not invited');
SELECT pg_temp.notices($$UPDATE jb_poll_event SET event_id = 99 WHERE poll_id = 2$$, $$VALUES ('polls are closed by events', 'room:a', 99::bigint)$$, 'an event that never was');
SELECT pg_temp.notices($$UPDATE jb_poll_event SET event_id = 99 WHERE poll_id = 2; SET LOCAL jb_scheduler.now = '2027-12-01 00:00+01'; SELECT jb_purge('1 day')$$, $$SELECT '' AS rule, '' AS calendar, 0::bigint AS event_id WHERE false$$, 'what became of an event is forgotten with its history');
SELECT pg_temp.notices($$INSERT INTO jb_poll_event (event_id, poll_id, booked_at) VALUES (2, 2, now())$$, $$VALUES ('polls are closed by events', 'room:a', 2::bigint)$$, 'a poll with two events that stand');

SELECT pg_temp.notices('ALTER SEQUENCE jb_poll_id_seq RESTART', $$VALUES ('ids are new', NULL::text, NULL::bigint)$$, 'the next poll would be an old one');

-- ---- history ----
SELECT pg_temp.notices('DELETE FROM jb_change_log WHERE seq = 2', $$VALUES ('sequence without a hole', 'room:a', NULL::bigint), ('sequence without a hole', 'room:b', NULL), ('history replays to the present', 'room:b', 2), ('history replays to the present', 'room:a', 2)$$, 'holes in the sequences');
SELECT pg_temp.notices($$UPDATE jb_calendar_lock SET change_seq = change_seq + 1 WHERE id = (SELECT id FROM jb_calendar WHERE name = 'room:a')$$, $$VALUES ('sequence without a hole', 'room:a', NULL::bigint)$$, 'a number that was taken and not used');
SELECT pg_temp.notices($$UPDATE jb_calendar_lock SET change_seq = change_seq - 1 WHERE id = (SELECT id FROM jb_calendar WHERE name = 'room:a')$$, $$VALUES ('sequence without a hole', 'room:a', NULL::bigint)$$, 'a number that was given back too often');
SELECT pg_temp.notices('UPDATE jb_change_log SET seq = 70 WHERE seq = 1 AND event_id = 1', $$VALUES ('sequence without a hole', 'room:a', NULL::bigint), ('changes are numbered as they follow', 'room:a', 1)$$, 'an entry out of its place');
SELECT pg_temp.notices('UPDATE jb_change_log SET id = (SELECT max(id) + 1 FROM jb_change_log) WHERE seq = 1 AND event_id = 1', $$VALUES ('changes are numbered as they follow', 'room:a', 2::bigint)$$, 'a number that is greater than that of a later change');
SELECT pg_temp.notices($$UPDATE jb_change_log SET new_range = '[2026-11-24 08:00+01,2026-11-24 08:30+01)' WHERE event_id = 1$$, $$VALUES ('history replays to the present', 'room:a', 1::bigint)$$, 'an entry that tells another time');
SELECT pg_temp.notices($$UPDATE jb_change_log SET new_status = 'waiting' WHERE event_id = 1$$, $$VALUES ('history replays to the present', 'room:a', 1::bigint)$$, 'an entry that tells another status');
SELECT pg_temp.notices($$UPDATE jb_change_log SET old_range = '[2026-11-24 08:00+01,2026-11-24 08:30+01)' WHERE event_id = 3 AND kind = 'cancelled'$$, $$VALUES ('history replays to the present', 'room:a', 3::bigint)$$, 'an entry that does not begin where the one before ended');
SELECT is((SELECT count(*) FROM jb_check()), 0::bigint, 'undone, all is sound again');
-- ---- bookings by a page ----
SELECT jb_calendar_set('provider:p', '{"time_zone": "Europe/Berlin", "public_booking": true}') \g /dev/null
SELECT count(*) AS booked FROM jb_booking_make('p', '{"client": "Ann", "contact": "ann@example.org", "start_timestamp": "2026-11-26T09:00:00+01:00"}') \g /dev/null
SELECT pg_temp.notices('UPDATE jb_booking_link SET starts_at = NULL', $$VALUES ('bookings are counted', 'provider:p', (SELECT max(id) FROM jb_event))$$, 'a booking by a page that nobody counts');
-- ---- series ----
SELECT events[1] FROM jb_schedule('Series', '1 hour', '2026-12-07', '08:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \g /dev/null
SELECT pg_temp.notices('UPDATE jb_event e SET recurrence_id = s.recurrence_id FROM jb_event s WHERE s.id = e.series AND e.id <> s.id', $$SELECT 'events belong to series' AS rule, 'room:a' AS calendar, max(id) FROM jb_event WHERE series IS NOT NULL$$, 'two events for one occurrence');

-- ---- lists ----
SELECT jb_schedule('Of two', '1 hour', '2026-12-14', one_of => '[{"calendars": ["room:a", "room:b"]}]'), jb_schedule('Full', '1 hour', '2026-12-14', '10:00', calendars => '{room:a,room:b}') \g /dev/null
SELECT jb_schedule('Waits for one', '1 hour', not_before => '2026-12-14 10:00+01', not_after => '2026-12-14 11:00+01', one_of => '[{"calendars": ["room:a", "room:b"]}]', on_no_slot => 'wait') \g /dev/null
SELECT jb_schedule('Course', '1 hour', '2026-12-14', '12:00', one_of => '[{"calendars": ["room:a", "room:b"], "same": true}]', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \g /dev/null
SELECT is((SELECT string_agg(concat_ws(' ', status, calendars, one_of -> 0 -> 'chosen'), ', ' ORDER BY id) FROM jb_event WHERE event_name IN ('Of two', 'Waits for one')), 'scheduled {room:a} ["room:a"], waiting {room:a,room:b} []', 'there are events with lists');
SELECT is((SELECT count(*) FROM jb_check()), 0::bigint, 'which are sound');
SELECT pg_temp.notices(format('UPDATE jb_event SET one_of = jsonb_set(one_of, %L, %L) WHERE event_name = %L', path, value, name), format($$SELECT 'lists match calendars' AS rule, 'room:a' AS calendar, id AS event_id FROM jb_event WHERE event_name = %L$$, name), name || ': ' || claim)
  FROM (VALUES ('{0,chosen}', '["room:b"]', 'Of two', 'another was chosen than it is on'), ('{0,chosen}', '[]', 'Of two', 'none was chosen'), ('{0,count}', '2', 'Of two', 'it is on too few'),
               ('{0,chosen}', '["room:a"]', 'Waits for one', 'one was chosen'), ('{0,calendars}', '["room:a", "room:p"]', 'Waits for one', 'it waits for too few')) AS bad (path, value, name, claim);
SELECT pg_temp.notices(format('UPDATE jb_event SET one_of = %L WHERE id = 3', one_of), $$VALUES ('values in range', 'room:a', 3::bigint)$$, one_of)
  FROM (VALUES ('{}'), ('[]'), ('[7]'), ('[{"calendars": ["room:a"]}]'), ('[{"per": "year", "same": false, "count": 1, "choose": "first", "chosen": [], "weights": [1], "calendars": ["room:a"]}]'),
               ('[{"per": "week", "same": false, "count": 2, "choose": "first", "chosen": [], "weights": [1], "calendars": ["room:a"]}]'), ('[{"per": "week", "same": false, "count": 1, "choose": "first", "chosen": [], "weights": [0], "calendars": ["room:a"]}]')) AS bad (one_of);
SELECT pg_temp.notices($$UPDATE jb_event SET one_of = '[{"per": "week", "same": false, "count": 1, "choose": "first", "chosen": [], "weights": [1], "calendars": ["room:a"]}]' WHERE id = 3$$, $$SELECT '' AS rule, '' AS calendar, 0::bigint AS event_id WHERE false$$, 'lists that are in order');

SELECT * FROM finish();
ROLLBACK;
