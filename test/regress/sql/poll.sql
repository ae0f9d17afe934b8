-- Promise: a poll collects schedules by token, recommends at any moment, to the second, when who is free, and books one of
-- these times in the same transaction, which closes the poll; a refused booking leaves the poll open.
-- Could break: a token of another poll opens this poll, an answer is taken after the booking, a recommended time cannot be
-- booked, a schedule is stored as it came and not joined.
\i test/regress/sql/frame/open.psql

-- ---- open one, invite, answer ----
SELECT poll_id, participant, token ~ '^jbo_[0-9a-f]{48}$' AS is_token FROM jb_poll_create('Team dinner', '2026-12-01 08:00+01', '2026-12-05 18:00+01', '1 hour', calendars => '{room:a}');
-- only a hash of the token was kept: so the test opens a second poll and looks at its token
SELECT poll_id AS poll, token AS organiser FROM jb_poll_create('Project', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', '09:00', '17:00', 'europe/berlin', '{room:a}') \gset
SELECT token AS anna FROM jb_poll_invite(:poll, 'Anna') \gset
SELECT token AS ben FROM jb_poll_invite(:poll, 'Ben') \gset
SELECT poll_id, participant, token ~ '^jbp_[0-9a-f]{48}$' AS is_token FROM jb_poll_invite(:poll, 'Émile', :'organiser');
SELECT * FROM jb_poll_ranking(:poll);
-- overlapping and touching intervals are joined, and yes wins
SELECT participant, yes, if_need_be, answered_at, time_zone, token FROM jb_poll_answer(:poll, 'Anna', '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}, {"start": "2026-12-01T11:00:00+01:00", "end": "2026-12-01T12:00:00+01:00", "preference": "yes"}, {"start": "2026-12-01T11:30:00+01:00", "end": "2026-12-01T14:00:00.9+01:00", "preference": "if_need_be"}]', :'anna');
SELECT yes, if_need_be FROM jb_poll_answer(:poll, 'Ben', '[{"start": "2026-12-01T08:00:00+01:00", "end": "2026-12-01T10:30:00+01:00"}, {"start": "2026-12-02T16:00:00+01:00", "end": "2026-12-02T18:00:00+01:00"}]', :'ben');
SELECT * FROM jb_poll_ranking(:poll);
SELECT count(*), min(from_time), max(to_time) FROM jb_poll_ranking(:poll, 1);
-- the organiser answers for Émile; a list without intervals says that no time suits
SELECT participant, yes, if_need_be FROM jb_poll_answer(:poll, 'Émile', '[]', :'organiser');
SELECT earliest_start, participants, missing FROM jb_poll_ranking(:poll, 1);
SELECT jb_poll_schedule_json(s) FROM jb_poll_schedules(:poll) AS s;
SELECT jb_poll_json(p) FROM jb_polls() AS p;
SELECT id, title FROM jb_polls(after => 1, max_rows => 1);
SELECT jb_recommendation_json(r) FROM jb_poll_ranking(:poll, 2) AS r;

-- ---- withdraw ----
SELECT jb_poll_withdraw(:poll, 'Ben', :'ben');
SELECT participant, yes FROM jb_poll_schedules(:poll);
SELECT state, message FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L, %L)', :poll, 'Ben', :'ben')); -- must fail: no answer is left
SELECT participants, missing FROM jb_poll_ranking(:poll, 1);
SELECT yes FROM jb_poll_answer(:poll, 'Ben', '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T10:30:00+01:00", "preference": "if_need_be"}]', :'ben');

-- ---- tokens ----
SELECT test.stored() AS before \gset
\set interval '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}]'
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :poll, 'Anna', :'interval')); -- must fail: a secretary needs a token too
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', :'interval', :'ben')); -- must fail: another participant's token
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Zoe', :'interval', :'ben')); -- must fail: another participant's token
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Zoe', :'interval', :'organiser')); -- must fail: not invited
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(1, %L, %L, %L)', 'Anna', :'interval', :'anna')); -- must fail: another poll's token
SELECT state, message FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L, %L)', :poll, 'Anna', '')); -- must fail: no token
SELECT state, message FROM test.refusal($$SELECT jb_poll_answer(99, 'Anna', '[]', 'x')$$); -- must fail: no such poll
SET SESSION AUTHORIZATION regress_viewer;
SELECT title, participant_count, answer_count FROM jb_poll(:poll, :'organiser');
SELECT count(*) FROM jb_poll_ranking(:poll, token => :'organiser');
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll(%s)', :poll)); -- must fail
SELECT state FROM test.refusal(format('SELECT jb_poll(%s, %L)', :poll, :'anna')); -- must fail: no participant's token
SELECT state FROM test.refusal(format('SELECT jb_poll(1, %L)', :'organiser')); -- must fail: another poll's
SELECT state FROM test.refusal(format('SELECT jb_poll_ranking(%s, 10, %L)', :poll, :'anna')); -- must fail
SELECT state FROM test.refusal(format('SELECT jb_poll_schedules(%s)', :poll)); -- must fail
SELECT state FROM test.refusal(format('SELECT jb_poll_invite(%s, %L, %L)', :poll, 'Zoe', :'anna')); -- must fail
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, token => %L)', :poll, :'anna')); -- must fail
SELECT state FROM test.refusal(format('SELECT jb_poll_delete(%s)', :poll)); -- must fail
SELECT state FROM test.refusal('SELECT jb_polls()'); -- must fail
SELECT state FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour')$$); -- must fail
SET SESSION AUTHORIZATION regress_nobody;
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', :'interval', :'anna')); -- must fail: no role of ours
SET SESSION AUTHORIZATION regress_secretary;
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- invalid values ----
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_poll_create(' ', '2026-12-02', '2026-12-01', '1 month', '17:00', '09:00', 'Mars', '{room:a,room:a}')$$);
SELECT state, detail FROM test.refusal($$SELECT jb_poll_create(NULL, NULL, NULL, NULL)$$);
SELECT state, detail FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour', time_zone => 'Mars', calendars => '{room:a,room:nowhere,room:neither}')$$);
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-02', '1 day 00:00:01')$$);
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-05', '2 hours', '09:00', '10:30')$$);
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2027-12-03', '2 hours')$$);
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', 'infinity', '2 hours')$$);
SELECT state, message FROM test.refusal($$SELECT jb_poll_create(repeat('x', 501), '2026-12-01', '2026-12-02', '2 hours')$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_poll_create_json('{"title": "x", "from": "2026-12-01", "to": "2026-12-02T00:00:00Z", "duration": 0.5, "daily_to": "25:00", "colour": "red", "public": 1}')$$);
SELECT state, message FROM test.refusal($$SELECT jb_poll_create_json('[]')$$);
SELECT state, message FROM test.refusal($$SELECT jb_poll_create_json(NULL)$$);
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', '[{"start": "2026-12-01T07:59:59+01:00", "end": "2026-12-01T11:00:00+01:00"}]', :'anna'));
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', '[{"start": "2026-12-02T17:00:00+01:00", "end": "2026-12-02T18:00:01+01:00"}]', :'anna'));
SELECT state, detail FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', '[{"start": "2026-12-01T11:00:00+01:00", "end": "2026-12-01T10:00:00+01:00"}, {"start": "2026-12-01T11:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}, {"start": "noon", "preference": "maybe"}, 7, {"start": "2026-12-02T18:00:00+01:00", "end": "2026-12-02T19:00:00+01:00", "room": 1}]', :'anna'));
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', (SELECT json_agg(1) FROM generate_series(1, 1001)), :'anna'));
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, NULL, %L)', :poll, 'Anna', :'anna'));
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, 'Anna'));
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, NULL)', :poll));
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, repeat('x', 201)));
SELECT name, state, message FROM unnest(ARRAY['.', '..', 'a/../b', '/', '//']) AS name, test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, name));
SELECT state, message FROM test.refusal($$SELECT jb_poll(NULL)$$);
SELECT state, message FROM test.refusal(format('SELECT jb_poll_ranking(%s, 0)', :poll));
SELECT state, message FROM test.refusal(format('SELECT jb_poll_book(%s, %L)', :poll, '2026-12-01 08:30+01')); -- must fail: out of the daily hours
SELECT state, message FROM test.refusal(format('SELECT jb_poll_book(%s, %L)', :poll, 'infinity'));
SELECT state, message FROM test.refusal('SELECT jb_poll_book(1)'); -- must fail: nobody has answered
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- revoke an invitation ----
SELECT participant, token AS gone FROM jb_poll_invite(:poll, 'Gone') \gset
SELECT participant FROM jb_poll_answer(:poll, 'Gone', '[]', :'gone');
SELECT participant_count, answer_count FROM jb_poll(:poll);
SELECT state, message FROM test.refusal(format('SELECT jb_poll_revoke(%s, %L, %L)', :poll, 'Nobody', :'organiser'));
SELECT state, message FROM test.refusal(format('SELECT jb_poll_revoke(%s, NULL)', :poll));
SELECT jb_poll_revoke(:poll, 'Gone', :'organiser');
SELECT participant_count, answer_count FROM jb_poll(:poll);
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :poll, :'gone')); -- must fail: the link is revoked
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Gone', '[]', :'gone'));
SELECT * FROM jb_poll_problems();

-- ---- book ----
SELECT outcome, event_id, start_timestamp FROM jb_poll_book(:poll, dry_run => true);
SELECT event_id, outcome FROM jb_schedule('In the way', '1 hour', start_timestamp => '2026-12-01 09:00+01', calendars => '{room:a}');
SELECT outcome, reason, conflicts, rejection_id, start_timestamp FROM jb_poll_book(:poll);
SELECT status, event_id FROM jb_poll(:poll);
SELECT outcome, event_id, start_timestamp, end_timestamp FROM jb_poll_book(:poll, '2026-12-01 10:00+01', idempotency_key => 'k');
SELECT event_name, attendees, placement, calendars FROM jb_event(2);
SELECT status, event_id, created_by, closed_at FROM jb_poll(:poll);
-- repeated under its key, it is answered as before; otherwise the poll is closed
SELECT outcome, event_id FROM jb_poll_book(:poll, '2026-12-01 10:00+01', idempotency_key => 'k');
SELECT test.stored() AS before \gset
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_book(%s)', :poll));
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', :'interval', :'anna'));
SELECT state FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L, %L)', :poll, 'Anna', :'anna'));
SELECT state FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, 'Zoe'));
SELECT count(*) FROM jb_poll_ranking(:poll);
SELECT test.stored() = :'before' AS nothing_changed;
-- undone with the transaction
BEGIN;
SELECT jb_poll_delete(:poll);
ROLLBACK;
SELECT status FROM jb_poll(:poll);
SELECT jb_poll_delete(:poll, :'organiser');
SELECT state, message FROM test.refusal(format('SELECT jb_poll_delete(%s)', :poll));
SELECT count(*) FROM jb_event(2);

-- ---- a public poll: a guest chooses a name, which then belongs to this guest ----
SELECT poll_id AS open FROM jb_poll_create_json('{"title": "Picnic", "from": "2026-12-12T10:00:00+01:00", "to": "2026-12-12T18:00:00+01:00", "duration": "PT2H", "public": true}') \gset
\set afternoon '[{"start": "2026-12-12T12:00:00+01:00", "end": "2026-12-12T17:00:00+01:00"}]'
SET SESSION AUTHORIZATION regress_viewer;
SELECT token AS carla FROM jb_poll_answer(:open, 'Carla', :'afternoon', '') \gset
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :open, 'Carla', :'afternoon')); -- must fail: the name is Carla's
SELECT state FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L)', :open, 'Carla')); -- must fail
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :open, ' ', :'afternoon')); -- must fail
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :open, 'Dora', :'afternoon', :'carla')); -- must fail: not Dora's token
SELECT participant, token FROM jb_poll_answer(:open, 'Carla', :'afternoon', :'carla');
SET SESSION AUTHORIZATION regress_secretary;
SELECT earliest_start, latest_start, participants, missing FROM jb_poll_ranking(:open);
-- an uninvited guest who withdraws leaves no trace
SELECT jb_poll_withdraw(:open, 'Carla', :'carla');
SELECT participant_count FROM jb_poll(:open);
SELECT state FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L)', :open, 'Carla')); -- must fail: nobody of this name

-- ---- a poll is closed as long as its event stands ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:h', '{"time_zone": "Europe/Berlin", "confirm_within": "1 hour"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS asked, token AS organiser FROM jb_poll_create('Asked', '2026-12-07 09:00+01', '2026-12-07 17:00+01', '1 hour', calendars => '{room:h}', public => true) \gset
\set monday '[{"start": "2026-12-07T10:00:00+01:00", "end": "2026-12-07T12:00:00+01:00"}]'
SELECT token AS emil FROM jb_poll_answer(:asked, 'Emil', :'monday') \gset
SELECT outcome, event_id AS first FROM jb_poll_book(:asked) \gset
SELECT status, event_id = :first AS has_event, closed_at FROM jb_poll(:asked);
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_book(%s)', :asked)); -- must fail: the event is held
-- the hold ends, by the clock, and when a call has written its end
SELECT test.clock(jb_now() + '1 hour');
SELECT status, event_id, closed_at FROM jb_poll(:asked);
SELECT jb_expire() > 0 AS has_expired;
SELECT status, event_id, closed_at FROM jb_poll(:asked);
SELECT participant FROM jb_poll_answer(:asked, 'Emil', :'monday', :'emil');
SELECT participant, token IS NOT NULL AS is_new FROM jb_poll_answer(:asked, 'Frieda', :'monday');
SELECT jb_poll_invite(:asked, 'Gerd') IS NOT NULL AS is_invited;
SELECT outcome, event_id AS second FROM jb_poll_book(:asked) \gset
SELECT p.status, p.event_id = :second AS has_event, e.attendees FROM jb_poll(:asked) p, jb_event(:second) e;
-- the first event cannot come back now, though its time is free: the poll would have two
SELECT outcome FROM jb_reschedule(:second, start_time => '11:00');
SELECT outcome, reason, detail, conflicts = ARRAY[:second::bigint] AS conflicts_with_the_second FROM jb_confirm(:first, if_still_free => true, dry_run => true);
SELECT outcome, reason, conflicts = ARRAY[:second::bigint] AS conflicts_with_the_second FROM jb_confirm(:first, if_still_free => true);
SELECT status FROM jb_event(:first);
-- denied; confirmed and cancelled; deleted
SELECT outcome FROM jb_deny(:second);
SELECT status FROM jb_poll(:asked);
SELECT outcome, event_id AS third FROM jb_poll_book(:asked) \gset
SELECT outcome FROM jb_confirm(:third);
SELECT status, event_id = :third AS has_event FROM jb_poll(:asked);
SELECT outcome FROM jb_cancel(:third);
SELECT status FROM jb_polls() WHERE id = :asked;
-- the first can come back when no other event stands, and closes the poll again
BEGIN;
SELECT outcome FROM jb_confirm(:first, if_still_free => true);
SELECT status, event_id = :first AS has_the_first, closed_at FROM jb_poll(:asked);
SELECT status, start_timestamp FROM jb_poll_invitation(:asked, :'emil');
SELECT state, message FROM test.refusal(format('SELECT jb_poll_book(%s)', :asked)); -- must fail: the first event stands
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :asked, 'Emil', :'monday', :'emil')); -- must fail
SELECT * FROM jb_poll_problems();
SELECT outcome FROM jb_cancel(:first);
SELECT status, event_id FROM jb_poll(:asked);
ROLLBACK;
SELECT outcome, event_id AS fourth FROM jb_poll_book(:asked) \gset
SELECT status FROM jb_poll(:asked);
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:fourth);
SET SESSION AUTHORIZATION regress_secretary;
SELECT status FROM jb_poll(:asked);
SELECT jb_poll_withdraw(:asked, 'Frieda', :'organiser');
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- a name that a guest chose claims no calendar ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('hanna', '{"time_zone": "Europe/Berlin"}');
SELECT name FROM jb_calendar_set('ida', '{"time_zone": "Europe/Berlin"}');
SELECT name FROM jb_calendar_set('room:h', '{"confirm_within": null, "check_attendees": true}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS claimed FROM jb_poll_create('Claimed', '2026-12-07 09:00+01', '2026-12-07 17:00+01', '1 hour', calendars => '{room:h}', public => true) \gset
SELECT token AS ida FROM jb_poll_invite(:claimed, 'ida') \gset
SELECT participant FROM jb_poll_answer(:claimed, 'ida', :'monday', :'ida');
SELECT participant FROM jb_poll_answer(:claimed, 'hanna', :'monday');
SELECT participant FROM jb_poll_answer(:claimed, 'IDA', :'monday'); -- a guest, who takes nothing of what ida claims
SELECT event_id AS claim FROM jb_poll_book(:claimed) \gset
SELECT attendees, attendee_calendars FROM jb_event(:claim);

-- ---- there is room for ten thousand; a ranking that takes too long can be cancelled ----
SELECT poll_id AS crowd FROM jb_poll_create('Crowd', '2026-12-07 00:00+01', '2026-12-20 00:00+01', '1 hour', public => true) \gset
RESET SESSION AUTHORIZATION;
CREATE FUNCTION test.recount(poll bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE jb_poll SET (participant_count, answer_count, uninvited_count, interval_count, uninvited_interval_count) =
    (SELECT count(*), count(n.yes), count(*) FILTER (WHERE NOT n.invited), sum(i.n), coalesce(sum(i.n) FILTER (WHERE NOT n.invited), 0)
       FROM jb_poll_participant n, LATERAL (SELECT (SELECT count(*) FROM unnest(n.yes)) + (SELECT count(*) FROM unnest(n.if_need_be)) AS n) i
      WHERE n.poll_id = $1) WHERE id = $1 $$;
-- each participant leaves when the next one comes, and all are free once: so no group is part of another group, but for one
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT :crowd, to_char(p, 'FM00000'), to_char(p, 'FM00000'), true, sha256(''), range_agg(r), '{}', jb_now()
  FROM generate_series(1, 9999) AS p, generate_series(0, 3) AS k,
       LATERAL (SELECT timestamptz '2026-12-07 00:00+01' + make_interval(secs => p * 20 + k * 210000) AS start) AS s,
       LATERAL (VALUES (tstzrange(start, start + interval '100000 seconds')), ('[2026-12-18 12:00+01,2026-12-18 13:10+01)')) AS v (r)
 GROUP BY p;
SELECT test.recount(:crowd) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_poll_invite(:crowd, 'The last') IS NOT NULL AS there_is_room;
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :crowd, 'One more')); -- must fail
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :crowd, 'One more', :'monday')); -- must fail
SELECT earliest_start, latest_start, cardinality(participants) AS free, missing FROM jb_poll_ranking(:crowd, 1);
\set SHOW_CONTEXT never
SET statement_timeout = '100ms';
SELECT count(*) FROM jb_poll_ranking(:crowd, 1000); -- must fail
RESET statement_timeout;
\set SHOW_CONTEXT errors
SELECT jb_poll_delete(:crowd);

-- ---- half of the places are for who was invited, whoever comes uninvited ----
SELECT poll_id AS taken, token AS organiser FROM jb_poll_create('Taken', '2026-12-07 00:00+01', '2026-12-20 00:00+01', '1 hour', public => true) \gset
RESET SESSION AUTHORIZATION;
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT :taken, 'Guest ' || p, 'guest ' || p, false, sha256(''), '{}', '{}', jb_now() FROM generate_series(1, 4999) AS p;
SELECT test.recount(:taken) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT token AS last FROM jb_poll_answer(:taken, 'The last guest', :'monday') \gset
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :taken, 'One more', :'monday')); -- must fail: guests have their half
SELECT jb_poll_invite(:taken, 'Anna') IS NOT NULL AS there_is_room;
SELECT participant FROM jb_poll_answer(:taken, 'The last guest', :'monday', :'last');
-- a guest who leaves makes room
SELECT jb_poll_withdraw(:taken, 'The last guest', :'last');
SELECT participant FROM jb_poll_answer(:taken, 'One more', :'monday');
SELECT participant_count, answer_count FROM jb_poll(:taken);
-- a poll with more guests than their half keeps them; the invited have the rest
RESET SESSION AUTHORIZATION;
UPDATE jb_poll_participant SET invited = false WHERE poll_id = :taken;
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token) SELECT :taken, 'Guest ' || p, 'guest ' || p, false, sha256('') FROM generate_series(5000, 9997) AS p;
SELECT test.recount(:taken) \g /dev/null
SELECT participant_count, answer_count FROM jb_poll_view WHERE id = :taken;
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :taken, 'Zoe', :'monday')); -- must fail
SELECT participant FROM jb_poll_answer(:taken, 'Guest 9997', :'monday', :'organiser');
SELECT jb_poll_invite(:taken, 'Ben') IS NOT NULL AS there_is_room;
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :taken, 'Carla')); -- must fail: no place is left
SELECT jb_poll_delete(:taken);

-- ---- who was invited and who was not have names of their own, and the organiser gets rid of guests in one step ----
SELECT poll_id AS fair, token AS organiser FROM jb_poll_create('Fair', '2026-12-07 09:00+01', '2026-12-07 17:00+01', '1 hour', calendars => '{room:h}', public => true) \gset
SELECT token AS anna FROM jb_poll_invite(:fair, 'Anna') \gset
SELECT jb_poll_invite(:fair, 'Ben') IS NOT NULL AS ben_is_invited;
SELECT participant, invited FROM jb_poll_answer(:fair, 'Anna', :'monday', :'anna');
\set later '[{"start": "2026-12-07T11:00:00+01:00", "end": "2026-12-07T15:00:00+01:00"}]'
SET SESSION AUTHORIZATION regress_viewer;
-- whether a name was invited, and whether it has answered, shows in no answer to a guest
SELECT w.name, r.state, replace(r.message, w.name, 'NAME') AS message FROM (VALUES ('Anna'), ('Ben'), ('Zoe')) w (name), test.refusal(format('SELECT jb_poll_withdraw(%s, %L)', :fair, w.name)) r; -- must fail, all alike
SELECT w.name, a.token ~ '^jbp_' AS is_token, a.invited FROM (VALUES ('Anna'), ('Ben'), ('Zoe')) w (name), jb_poll_answer(:fair, w.name, :'later') a;
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, 'Anna', :'later')); -- must fail: another guest has the name
-- a name is one in any case, composed or not, and stays as it was typed
SELECT w.name, r.state FROM (VALUES ('ZOE'), ('zoe'), ('Zoe '), ('Zoe' || chr(160)), (chr(12288) || 'Zoe')) w (name), test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, w.name, :'later')) r; -- must fail
SELECT participant, invited FROM jb_poll_answer(:fair, 'anna', :'monday', :'anna');
SELECT participant, invited FROM jb_poll_answer(:fair, 'Anna' || chr(12288), :'monday', :'anna');
BEGIN;
SELECT token AS wide FROM jb_poll_answer(:fair, ' Mia  B', :'later') \gset
SELECT '|' || participant || '|' AS as_typed FROM jb_poll_answer(:fair, 'Mia' || chr(160) || 'B', :'later', :'wide');
ROLLBACK;
-- a guest without a time takes no part; somebody invited says so
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, 'Never', '[]')); -- must fail
-- nor may a guest leave more than a hundred intervals, counted as they are kept; somebody invited may
CREATE FUNCTION pg_temp.minutes(count int, apart int = 2) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_agg(jsonb_build_object('start', s, 'end', s + interval '1 minute')) FROM (SELECT timestamptz '2026-12-07 10:00+01' + make_interval(mins => i * $2) AS s FROM generate_series(1, $1) AS i) AS t $$;
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, 'Painter', pg_temp.minutes(101))); -- must fail
SELECT token AS painter FROM jb_poll_answer(:fair, 'Painter', pg_temp.minutes(100)) \gset
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Painter', pg_temp.minutes(101), :'painter')); -- must fail
SELECT cardinality(ARRAY(SELECT unnest(yes))) AS kept FROM jb_poll_answer(:fair, 'Painter', pg_temp.minutes(101, 1), :'painter');
SELECT jb_poll_withdraw(:fair, 'Painter', :'painter');
SELECT cardinality(ARRAY(SELECT unnest(yes))) AS kept FROM jb_poll_answer(:fair, 'Anna', pg_temp.minutes(101), :'anna');
SELECT participant, yes FROM jb_poll_answer(:fair, 'Anna', '[]', :'anna');
SELECT participant, yes FROM jb_poll_answer(:fair, 'Anna', :'monday', :'anna');
-- nor does a name that does not show, or shows as another
SELECT n, r.state, r.detail FROM unnest(ARRAY['Anna' || chr(8203), 'An' || chr(173) || 'na', chr(8238) || 'annA', E'Anna\tB', E'Anna\nBen', 'Anna' || chr(65024), chr(12644), chr(133), chr(160), chr(12288), chr(65529), 'Anna' || chr(65529), 'Anna' || chr(119129), chr(94180), chr(78896), chr(769), 'An' || chr(8204) || 'na', chr(917569)]) WITH ORDINALITY v (name, n),
  test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, v.name, :'later')) r; -- must fail
SELECT a.participant FROM jb_poll_answer(:fair, U&'\0639\0644\06CC\200C\0631\0636\0627', :'later') a; -- which shows, between these letters
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, detail FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :fair, 'Ben' || chr(8203))); -- must fail
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :fair, 'Ben' || chr(160))); -- must fail: he is invited
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :fair, chr(12288))); -- must fail
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_create(%L, %L, %L, %L)', chr(160), '2026-12-07 09:00+01', '2026-12-07 17:00+01', '1 hour')); -- must fail
BEGIN;
SELECT participant FROM jb_poll_invite(:fair, U&'Jos\00E9');
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :fair, U&'JOSE\0301')); -- must fail
SELECT jb_poll_revoke(:fair, U&'jos\00E9', :'organiser');
ROLLBACK;
SELECT participant, invited, yes IS NOT NULL AS answered FROM jb_poll_schedules(:fair);
SELECT participants, missing FROM jb_poll_ranking(:fair, 1);
-- the organiser's token means who was invited, unless it says otherwise
SELECT participant, invited, yes FROM jb_poll_answer(:fair, 'Anna', :'monday', :'organiser');
SELECT jb_poll_revoke(:fair, 'Ben', :'organiser', invited => false);
SELECT state, message FROM test.refusal(format('SELECT jb_poll_revoke(%s, %L, %L, invited => false)', :fair, 'Ben', :'organiser')); -- must fail
SELECT participant, invited FROM jb_poll_schedules(:fair) WHERE participant = 'Ben';
-- of two of one name the event has one
BEGIN;
SELECT event_id AS booked FROM jb_poll_book(:fair, '2026-12-07 11:00+01', :'organiser') \gset
SELECT attendees FROM jb_event(:booked);
ROLLBACK;
-- a newcomer's own token: the same answer once more is answered alike, under another name it is refused
SET SESSION AUTHORIZATION regress_viewer;
SELECT 'jbb_' || repeat('5', 48) AS own, 'jbp_' || left(encode(sha256(convert_to('jbb_' || repeat('5', 48), 'UTF8')), 'hex'), 48) AS owns_link \gset
SELECT participant, yes, token = :'owns_link' AS is_the_link, invited FROM jb_poll_answer(:fair, 'Olga', :'later', :'own');
SELECT participant, yes, token = :'owns_link' AS is_the_link FROM jb_poll_answer(:fair, 'OLGA', :'later', :'own');
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Olga B', :'later', :'own')); -- must fail: it is Olga's
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Zoe', :'later', 'jbb_' || repeat('6', 48))); -- must fail: another guest has the name
SELECT r.state FROM unnest(ARRAY['jbb_' || repeat('6', 47), 'jbp_' || repeat('6', 48), upper('jbb_' || repeat('6', 48))]) AS t, test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Olga B', :'later', t)) r; -- must fail: no token of one's own
SELECT participant FROM jb_poll_invitation(:fair, :'own');
SELECT participant, token IS NULL AS tells_none FROM jb_poll_answer(:fair, 'Olga', :'monday', :'owns_link');
SELECT jb_poll_revoke(:fair, 'Olga', :'organiser');
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Olga', :'later', :'owns_link')); -- must fail: the link does not bring her back
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :fair, :'own')); -- must fail
-- closed to newcomers, those who came stay until they are taken off
SELECT token AS gus FROM jb_poll_answer(:fair, 'Gus', :'later') \gset
SELECT state FROM test.refusal(format('SELECT jb_poll_set_public(%s, false, %L)', :fair, :'gus')); -- must fail: no organiser's token
SELECT state FROM test.refusal(format('SELECT jb_poll_revoke_guests(%s, %L)', :fair, :'gus')); -- must fail
SELECT state, message FROM test.refusal(format('SELECT jb_poll_set_public(%s, NULL, %L)', :fair, :'organiser')); -- must fail
SELECT title, public FROM jb_poll_set_public(:fair, false, :'organiser');
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, 'Late', :'later')); -- must fail
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Late', :'later', 'jbb_' || repeat('8', 48))); -- must fail
SELECT participant, invited FROM jb_poll_answer(:fair, 'Gus', :'monday', :'gus');
SELECT participant_count, answer_count FROM jb_poll(:fair, :'organiser');
SELECT jb_poll_revoke_guests(:fair, :'organiser') AS removed;
SELECT jb_poll_revoke_guests(:fair, :'organiser') AS removed;
SELECT participant_count, answer_count FROM jb_poll(:fair, :'organiser');
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :fair, :'gus')); -- must fail
SELECT public FROM jb_poll_set_public(:fair, true, :'organiser');
SELECT participant, invited FROM jb_poll_answer(:fair, 'Late', :'later');
SET SESSION AUTHORIZATION regress_secretary;
SELECT rule, detail FROM jb_poll_problems();
SELECT jb_poll_delete(:fair);

-- ---- the poll's row counts the participants, and the places that are left ----
CREATE FUNCTION pg_temp.counts(poll bigint) RETURNS text LANGUAGE sql AS
  $$SELECT concat_ws(' ', participant_count, answer_count, uninvited_count, interval_count, uninvited_interval_count) FROM jb_poll WHERE id = $1$$;
SELECT poll_id AS counted, token AS organiser FROM jb_poll_create('Counted', '2026-12-12 00:00+01', '2026-12-20 00:00+01', '1 hour', public => true) \gset
\set one '[{"start": "2026-12-12T12:00:00+01:00", "end": "2026-12-12T17:00:00+01:00"}]'
\set two '[{"start": "2026-12-12T12:00:00+01:00", "end": "2026-12-12T17:00:00+01:00"}, {"start": "2026-12-13T12:00:00+01:00", "end": "2026-12-13T17:00:00+01:00", "preference": "if_need_be"}]'
SELECT (jb_poll_invite(:counted, 'Anna')).participant AS invited, (jb_poll_answer(:counted, 'Guest', :'two')).participant AS came;
RESET SESSION AUTHORIZATION;
SELECT pg_temp.counts(:counted);
SELECT (jb_poll_answer(:counted, 'Anna', :'one', :'organiser')).participant AS answered, (jb_poll_answer(:counted, 'Guest', :'one', :'organiser')).participant AS changed;
SELECT pg_temp.counts(:counted);
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :counted, 'Guest', :'two')); -- must fail: the answer needs a token
SELECT outcome FROM jb_poll_book(:counted, dry_run => true);
SELECT pg_temp.counts(:counted);
SELECT jb_poll_withdraw(:counted, 'Anna', :'organiser'), jb_poll_withdraw(:counted, 'Guest', :'organiser');
SELECT pg_temp.counts(:counted);
SELECT rule, detail FROM jb_check();
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a ranking lists no more names than can be told ----
SELECT poll_id AS long, token AS organiser FROM jb_poll_create('Long', '2026-12-07 00:00+01', '2026-12-20 00:00+01', '1 minute', public => true) \gset
RESET SESSION AUTHORIZATION;
-- each is free for a time of their own: as many recommendations as there are participants
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT :long, repeat(chr(128512), 194) || to_char(p, 'FM000000'), to_char(p, 'FM000000'), false, sha256(''), tstzmultirange(tstzrange(start, start + interval '2 minutes')), '{}', jb_now()
  FROM generate_series(1, 3000) AS p, LATERAL (SELECT timestamptz '2026-12-07 00:00+01' + p * interval '5 minutes' AS start) AS s;
SET SESSION AUTHORIZATION regress_secretary;
SELECT count(*), min(cardinality(missing)) FROM jb_poll_ranking(:long, 50);
SELECT state, message, hint FROM test.refusal(format('SELECT count(*) FROM jb_poll_ranking(%s, 100)', :long)); -- must fail
SELECT state, message FROM test.refusal(format('SELECT count(*) FROM jb_poll_ranking(%s, 50, %L)', :long, :'organiser')); -- must fail: the holder of a token is a guest
SELECT jb_poll_delete(:long);

-- ---- all schedules together have room for a hundred thousand intervals, half of them for who came uninvited ----
SELECT poll_id AS full FROM jb_poll_create('Full', '2026-12-07 00:00+01', '2026-12-20 00:00+01', '1 hour', public => true) \gset
SELECT token AS anna FROM jb_poll_invite(:full, 'Anna') \gset
\set two '[{"start": "2026-12-12T12:00:00+01:00", "end": "2026-12-12T17:00:00+01:00"}, {"start": "2026-12-13T12:00:00+01:00", "end": "2026-12-13T17:00:00+01:00", "preference": "if_need_be"}]'
RESET SESSION AUTHORIZATION;
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT :full, 'Guest ' || p, 'guest ' || p, false, sha256(''), range_agg(tstzrange(start, start + interval '1 minute')), '{}', jb_now()
  FROM generate_series(1, 50) AS p, generate_series(1, CASE p WHEN 50 THEN 999 ELSE 1000 END) AS i,
       LATERAL (SELECT timestamptz '2026-12-07 00:00+01' + i * interval '10 minutes' AS start) AS s
 GROUP BY p;
SELECT test.recount(:full) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :full, 'One more', :'two')); -- must fail: guests have one interval left
SELECT participant FROM jb_poll_answer(:full, 'Another', :'afternoon');
SELECT participant FROM jb_poll_answer(:full, 'Anna', :'two', :'anna');
RESET SESSION AUTHORIZATION;
DELETE FROM jb_poll_participant WHERE poll_id = :full AND name = 'Another';
UPDATE jb_poll_participant SET invited = true WHERE poll_id = :full;
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT poll_id, name || ' again', folded || ' again', true, sha256(''), yes, if_need_be, answered_at FROM jb_poll_participant WHERE poll_id = :full AND name LIKE 'Guest %';
SELECT test.recount(:full) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT participant FROM jb_poll_answer(:full, 'Anna', :'two', :'anna'); -- her own old intervals do not count against her
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :full, 'Anna', (SELECT json_agg(json_build_object('start', s, 'end', s + interval '1 minute')) FROM (SELECT timestamptz '2026-12-08 00:00+01' + i * interval '1 hour' AS s FROM generate_series(1, 3) AS i) AS t), :'anna')); -- must fail: only two intervals fit

SELECT jb_poll_delete(:full);

-- ---- the first calendar's zone, and the night in which the clock goes back ----
SELECT poll_id AS night FROM jb_poll_create('Night', '2027-10-30 22:00Z', '2027-10-31 23:00Z', '3 hours', '02:00', '04:00', calendars => '{room:a}', public => true) \gset
SELECT if_need_be FROM jb_poll_answer(:night, 'Owl', '[{"start": "2027-10-31T00:00:00+02:00", "end": "2027-10-31T09:00:00+01:00", "preference": "if_need_be"}]');
SELECT from_time, to_time, participants, if_need_be FROM jb_poll_ranking(:night);
SELECT outcome, end_timestamp - start_timestamp AS elapsed FROM jb_poll_book(:night);

-- ---- alternatives are starts that the poll takes: in its frame, in its daily hours ----
SELECT poll_id AS late FROM jb_poll_create('Late', '2026-12-14 09:00+01', '2026-12-16 11:30+01', '1 hour', '10:00', '12:00', 'Europe/Berlin', '{room:a}') \gset
SELECT event_id IS NOT NULL AS is_taken FROM jb_schedule('In the way', '1 hour', start_timestamp => '2026-12-14 10:00+01', calendars => '{room:a}');
SELECT outcome, reason, alternatives FROM jb_poll_book(:late, '2026-12-14 10:00+01');
SELECT lower(a) AS start, o.outcome FROM jb_poll_book(:late, '2026-12-14 10:00+01') AS b, unnest(b.alternatives) AS a, LATERAL jb_poll_book(:late, lower(a), dry_run => true) AS o;
-- on both sides of the wish, up to the end of the frame
SELECT event_id IS NOT NULL AS is_taken FROM jb_schedule('In the way too', '1 hour', start_timestamp => '2026-12-15 10:00+01', calendars => '{room:a}');
SELECT alternatives FROM jb_poll_book(:late, '2026-12-15 10:00+01');

-- ---- a hint says what its reader can do: a participant cancels no event, and invites nobody ----
SELECT token AS organiser, poll_id AS done FROM jb_poll_create('Done', '2026-12-17 09:00+01', '2026-12-17 17:00+01', '1 hour', calendars => '{room:a}', public => true) \gset
\set thursday '[{"start": "2026-12-17T10:00:00+01:00", "end": "2026-12-17T12:00:00+01:00"}]'
SELECT token AS paula FROM jb_poll_answer(:done, 'Paula', :'thursday') \gset
SELECT hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :done, 'Paula', :'thursday')); -- must fail: the name is Paula's
SELECT hint FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :done, 'jbp_other')); -- must fail
SELECT outcome FROM jb_poll_book(:done);
SELECT hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :done, 'Paula', :'thursday', :'paula')); -- must fail: it is booked
SELECT hint FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L, %L)', :done, 'Paula', :'paula')); -- must fail
SELECT hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :done, 'Paula', :'thursday', :'organiser')); -- must fail

-- Promise: a participant sees by token what the poll asks, the participant's own schedule and when the poll was booked; the
-- others' schedules only where the poll shows its answers; and never who else was invited.
-- Could break: a token of another poll shows this poll, a private poll shows itself to nobody in particular, the list of others
-- has who has not answered, or the reader.
\i test/regress/sql/frame/open.psql
\set tuesday '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}, {"start": "2026-12-01T11:00:00+01:00", "end": "2026-12-01T12:00:00+01:00", "preference": "if_need_be"}]'
SELECT poll_id AS quiet, token AS quiets FROM jb_poll_create('Quiet', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', '09:00', '17:00', calendars => '{room:a}') \gset
SELECT poll_id AS shown, token AS organiser FROM jb_poll_create_json('{"title": "Shown", "from": "2026-12-01T08:00:00+01:00", "to": "2026-12-02T18:00:00+01:00", "duration": 3600, "calendars": ["room:a"], "public": true, "show_answers": true}') \gset
SELECT jb_poll_json(p) ->> 'show_answers' FROM jb_polls() AS p;
SELECT token AS anna FROM jb_poll_invite(:shown, 'Anna') \gset
SELECT token AS ben FROM jb_poll_invite(:shown, 'Ben') \gset
SELECT token AS quiet_anna FROM jb_poll_invite(:quiet, 'Anna') \gset
SELECT token AS quiet_ben FROM jb_poll_invite(:quiet, 'Ben') \gset
SELECT participant FROM jb_poll_answer(:shown, 'Anna', :'tuesday', :'anna');
SELECT participant FROM jb_poll_answer(:quiet, 'Anna', :'tuesday', :'quiet_anna');

-- ---- who sees what ----
SET SESSION AUTHORIZATION regress_viewer;
SELECT jb_invitation_json(i) FROM jb_poll_invitation(:quiet, :'quiet_anna') AS i;
SELECT title, participant, yes FROM jb_poll_invitation(:quiet, :'quiet_ben');
SELECT count(*) FROM jb_poll_others(:quiet, :'quiet_ben'); -- the poll keeps its answers
SELECT participant, yes, if_need_be, token FROM jb_poll_others(:shown, :'ben');
SELECT count(*) FROM jb_poll_others(:shown, :'anna'); -- Ben has not answered
SELECT title, participant FROM jb_poll_invitation(:shown); -- a public poll, to everybody
SELECT count(*) FROM jb_poll_others(:shown); -- whose answers nobody in particular sees
SELECT title, participant FROM jb_poll_invitation(:shown, :'organiser');

-- ---- who does not ----
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_invitation(%s)', :quiet)); -- must fail: no token
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :quiet, :'anna')); -- must fail: another poll's token
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :shown, :'quiet_anna')); -- must fail, in a public poll as well
SELECT state FROM test.refusal(format('SELECT jb_poll_others(%s, %L)', :shown, :'quiet_anna')); -- must fail
SELECT state FROM test.refusal(format('SELECT jb_poll(%s, %L)', :shown, :'anna')); -- must fail: a participant is no organiser
SELECT state, message FROM test.refusal('SELECT jb_poll_invitation(99)'); -- must fail
SELECT state, message FROM test.refusal('SELECT jb_poll_invitation(NULL)'); -- must fail
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s)', :quiet)); -- must fail: a secretary reads jb_poll
SELECT state, message FROM test.refusal($$SELECT jb_poll_create_json('{"title": "x", "from": "2026-12-01T08:00:00+01:00", "to": "2026-12-02T18:00:00+01:00", "duration": 3600, "show_answers": "all"}')$$); -- must fail

-- ---- when it was booked, and no longer is ----
SELECT event_id AS event FROM jb_poll_book(:quiet) \gset
SET SESSION AUTHORIZATION regress_viewer;
SELECT status, start_timestamp, end_timestamp, event_status, yes IS NOT NULL AS keeps_answer FROM jb_poll_invitation(:quiet, :'quiet_anna');
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_cancel(:event);
SELECT status, start_timestamp, event_status FROM jb_poll_invitation(:quiet, :'quiet_anna');
SELECT jb_poll_delete(:quiet);
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :quiet, :'quiet_anna')); -- must fail: it is gone
\i test/regress/sql/frame/close.psql
