-- Promise: a poll collects schedules by token, recommends at any moment, to the second, when who is free, and books one of
-- these times in the same transaction, which closes the poll; a refused booking leaves the poll open.
-- Could break: a token of another poll opens this poll, an answer is taken after the booking, a recommended time cannot be
-- booked, a schedule is stored as it came and not joined.
\i test/regress/sql/frame/open.psql

-- ---- open one, invite, answer ----
SELECT poll_id, participant, token ~ '^jbo_[0-9a-f]{48}$' AS is_token FROM jb_poll_create('Team dinner', '2026-12-01 08:00+01', '2026-12-05 18:00+01', '1 hour', calendars => '{room:a}'); --> 1|null|t
-- only a hash of the token was kept: so the test opens a second poll and looks at its token
SELECT poll_id AS poll, token AS organiser FROM jb_poll_create('Project', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', '09:00', '17:00', 'europe/berlin', '{room:a}') \gset
SELECT token AS anna FROM jb_poll_invite(:poll, 'Anna') \gset
SELECT token AS ben FROM jb_poll_invite(:poll, 'Ben') \gset
SELECT poll_id, participant, token ~ '^jbp_[0-9a-f]{48}$' AS is_token FROM jb_poll_invite(:poll, 'Émile', :'organiser'); --> 2|Émile|t
SELECT * FROM jb_poll_ranking(:poll);
-- overlapping and touching intervals are joined, and yes wins
SELECT participant, yes, if_need_be, answered_at, time_zone, token FROM jb_poll_answer(:poll, 'Anna', '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}, {"start": "2026-12-01T11:00:00+01:00", "end": "2026-12-01T12:00:00+01:00", "preference": "yes"}, {"start": "2026-12-01T11:30:00+01:00", "end": "2026-12-01T14:00:00.9+01:00", "preference": "if_need_be"}]', :'anna');
--> Anna|{["2026-12-01 09:00:00+01","2026-12-01 12:00:00+01")}|{["2026-12-01 12:00:00+01","2026-12-01 14:00:00+01")}|2026-11-23 07:00:00+01|Europe/Berlin|null
SELECT yes, if_need_be FROM jb_poll_answer(:poll, 'Ben', '[{"start": "2026-12-01T08:00:00+01:00", "end": "2026-12-01T10:30:00+01:00"}, {"start": "2026-12-02T16:00:00+01:00", "end": "2026-12-02T18:00:00+01:00"}]', :'ben');
--> {["2026-12-01 08:00:00+01","2026-12-01 10:30:00+01"),["2026-12-02 16:00:00+01","2026-12-02 18:00:00+01")}|{}
SELECT * FROM jb_poll_ranking(:poll); --> 2026-12-01 09:00:00+01|2026-12-01 09:30:00+01|2026-12-01 09:00:00+01|2026-12-01 10:30:00+01|{Anna,Ben}|{}|{Émile}|Europe/Berlin
--> 2026-12-01 09:00:00+01|2026-12-01 11:00:00+01|2026-12-01 09:00:00+01|2026-12-01 12:00:00+01|{Anna}|{}|{Ben,Émile}|Europe/Berlin
--> 2026-12-01 09:00:00+01|2026-12-01 09:30:00+01|2026-12-01 09:00:00+01|2026-12-01 10:30:00+01|{Ben}|{}|{Anna,Émile}|Europe/Berlin
--> 2026-12-02 16:00:00+01|2026-12-02 16:00:00+01|2026-12-02 16:00:00+01|2026-12-02 17:00:00+01|{Ben}|{}|{Anna,Émile}|Europe/Berlin
--> 2026-12-01 09:00:00+01|2026-12-01 13:00:00+01|2026-12-01 09:00:00+01|2026-12-01 14:00:00+01|{Anna}|{Anna}|{Ben,Émile}|Europe/Berlin
SELECT count(*), min(from_time), max(to_time) FROM jb_poll_ranking(:poll, 1); --> 1|2026-12-01 09:00:00+01|2026-12-01 10:30:00+01
-- the organiser answers for Émile; a list without intervals says that no time suits
SELECT participant, yes, if_need_be FROM jb_poll_answer(:poll, 'Émile', '[]', :'organiser'); --> Émile|{}|{}
SELECT earliest_start, participants, missing FROM jb_poll_ranking(:poll, 1); --> 2026-12-01 09:00:00+01|{Anna,Ben}|{Émile}
SELECT jb_poll_schedule_json(s) FROM jb_poll_schedules(:poll) AS s;
--> {"participant" : "Anna", "schedule" : [{"start" : "2026-12-01T09:00:00+01:00", "end" : "2026-12-01T12:00:00+01:00", "preference" : "yes"}, {"start" : "2026-12-01T12:00:00+01:00", "end" : "2026-12-01T14:00:00+01:00", "preference" : "if_need_be"}], "answered_at" : "2026-11-23T07:00:00+01:00", "invited" : true}
--> {"participant" : "Ben", "schedule" : [{"start" : "2026-12-01T08:00:00+01:00", "end" : "2026-12-01T10:30:00+01:00", "preference" : "yes"}, {"start" : "2026-12-02T16:00:00+01:00", "end" : "2026-12-02T18:00:00+01:00", "preference" : "yes"}], "answered_at" : "2026-11-23T07:00:00+01:00", "invited" : true}
--> {"participant" : "Émile", "schedule" : [], "answered_at" : "2026-11-23T07:00:00+01:00", "invited" : true}
SELECT jb_poll_json(p) FROM jb_polls() AS p;
--> {"id" : 1, "title" : "Team dinner", "from" : "2026-12-01T08:00:00+01:00", "to" : "2026-12-05T18:00:00+01:00", "duration" : 3600, "daily_from" : "00:00:00", "daily_to" : "24:00:00", "time_zone" : "Europe/Berlin", "calendars" : ["room:a"], "public" : false, "status" : "open", "event_id" : null, "participant_count" : 0, "answer_count" : 0, "created_by" : "regress_secretary", "created_at" : "2026-11-23T07:00:00+01:00", "closed_at" : null, "show_answers" : false}
--> {"id" : 2, "title" : "Project", "from" : "2026-12-01T08:00:00+01:00", "to" : "2026-12-02T18:00:00+01:00", "duration" : 3600, "daily_from" : "09:00:00", "daily_to" : "17:00:00", "time_zone" : "Europe/Berlin", "calendars" : ["room:a"], "public" : false, "status" : "open", "event_id" : null, "participant_count" : 3, "answer_count" : 3, "created_by" : "regress_secretary", "created_at" : "2026-11-23T07:00:00+01:00", "closed_at" : null, "show_answers" : false}
SELECT id, title FROM jb_polls(after => 1, max_rows => 1); --> 2|Project
SELECT jb_recommendation_json(r) FROM jb_poll_ranking(:poll, 2) AS r;
--> {"earliest_start" : "2026-12-01T09:00:00+01:00", "latest_start" : "2026-12-01T09:30:00+01:00", "from" : "2026-12-01T09:00:00+01:00", "to" : "2026-12-01T10:30:00+01:00", "participants" : ["Anna","Ben"], "if_need_be" : [], "missing" : ["Émile"]}
--> {"earliest_start" : "2026-12-01T09:00:00+01:00", "latest_start" : "2026-12-01T11:00:00+01:00", "from" : "2026-12-01T09:00:00+01:00", "to" : "2026-12-01T12:00:00+01:00", "participants" : ["Anna"], "if_need_be" : [], "missing" : ["Ben","Émile"]}

-- ---- withdraw ----
SELECT jb_poll_withdraw(:poll, 'Ben', :'ben'); --> t
SELECT participant, yes FROM jb_poll_schedules(:poll); --> Anna|{["2026-12-01 09:00:00+01","2026-12-01 12:00:00+01")}
--> Ben|null
--> Émile|{}
SELECT state, message FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L, %L)', :poll, 'Ben', :'ben')); -- must fail: no answer is left --> P0002|poll 2 has no schedule of "Ben"
SELECT participants, missing FROM jb_poll_ranking(:poll, 1); --> {Anna}|{Ben,Émile}
SELECT yes FROM jb_poll_answer(:poll, 'Ben', '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T10:30:00+01:00", "preference": "if_need_be"}]', :'ben'); --> {}

-- ---- tokens ----
SELECT test.stored() AS before \gset
\set interval '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}]'
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :poll, 'Anna', :'interval')); -- must fail: a secretary needs a token too
--> 42501|poll 2 takes the schedule of "Anna" with that participant's or the organiser's token only|Give the token of that participant's link, in HTTP as Authorization: Bearer, or answer under another name.
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', :'interval', :'ben')); -- must fail: another participant's token
--> 42501|poll 2 takes the schedule of "Anna" with that participant's or the organiser's token only
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Zoe', :'interval', :'ben')); -- must fail: another participant's token
--> 42501|poll 2 takes the schedule of "Zoe" with that participant's or the organiser's token only
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Zoe', :'interval', :'organiser')); -- must fail: not invited --> P0002|poll 2 has no participant "Zoe"
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(1, %L, %L, %L)', 'Anna', :'interval', :'anna')); -- must fail: another poll's token
--> 42501|poll 1 takes the schedule of "Anna" with that participant's or the organiser's token only
SELECT state, message FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L, %L)', :poll, 'Anna', '')); -- must fail: no token
--> 42501|poll 2 takes the schedule of "Anna" with that participant's or the organiser's token only
SELECT state, message FROM test.refusal($$SELECT jb_poll_answer(99, 'Anna', '[]', 'x')$$); -- must fail: no such poll --> P0002|poll 99 does not exist
SET SESSION AUTHORIZATION regress_viewer;
SELECT title, participant_count, answer_count FROM jb_poll(:poll, :'organiser'); --> Project|3|3
SELECT count(*) FROM jb_poll_ranking(:poll, token => :'organiser'); --> 3
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll(%s)', :poll)); -- must fail
--> 42501|poll 2 is open to a secretary, or with its organiser's token only|Give the token of the organiser's link, in HTTP as Authorization: Bearer.
SELECT state FROM test.refusal(format('SELECT jb_poll(%s, %L)', :poll, :'anna')); -- must fail: no participant's token --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll(1, %L)', :'organiser')); -- must fail: another poll's --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_ranking(%s, 10, %L)', :poll, :'anna')); -- must fail --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_schedules(%s)', :poll)); -- must fail --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_invite(%s, %L, %L)', :poll, 'Zoe', :'anna')); -- must fail --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, token => %L)', :poll, :'anna')); -- must fail --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_delete(%s)', :poll)); -- must fail --> 42501
SELECT state FROM test.refusal('SELECT jb_polls()'); -- must fail --> 42501
SELECT state FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour')$$); -- must fail --> 42501
SET SESSION AUTHORIZATION regress_nobody;
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', :'interval', :'anna')); -- must fail: no role of ours --> 42501
SET SESSION AUTHORIZATION regress_secretary;
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- invalid values ----
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_poll_create(' ', '2026-12-02', '2026-12-01', '1 month', '17:00', '09:00', 'Mars', '{room:a,room:a}')$$);
--> 22023|invalid duration "1 mon": months and years have no fixed length|[{"field":"duration","value":"1 mon","message":"months and years have no fixed length"},{"field":"title","value":" ","message":"it must have a character that is seen"},{"field":"to_time","value":"2026-11-30T23:00:00+00:00","message":"it must be after from_time"},{"field":"daily_to","value":"09:00:00","message":"it must be after daily_from"},{"field":"calendars","value":"room:a","message":"it is named twice"},{"field":"time_zone","value":"Mars","message":"there is no such time zone"}]|Give whole seconds from 1 second to 366 days: interval '30 minutes' in SQL, 1800 in JSON.
SELECT state, detail FROM test.refusal($$SELECT jb_poll_create(NULL, NULL, NULL, NULL)$$);
--> 22023|[{"field":"title","value":"","message":"it is required"},{"field":"from_time","value":"","message":"it is required"},{"field":"to_time","value":"","message":"it is required"},{"field":"duration","value":"","message":"it is required"}]
SELECT state, detail FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour', time_zone => 'Mars', calendars => '{room:a,room:nowhere,room:neither}')$$);
--> 22023|[{"field":"calendars","value":"room:nowhere","message":"there is no such calendar"},{"field":"calendars","value":"room:neither","message":"there is no such calendar"},{"field":"time_zone","value":"Mars","message":"there is no such time zone"}]
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-02', '1 day 00:00:01')$$);
--> 22023|invalid duration "1 day 00:00:01": it must not be longer than the frame, 1 day
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-05', '2 hours', '09:00', '10:30')$$);
--> 22023|invalid duration "02:00:00": nothing so long fits into the daily hours of the frame
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', '2027-12-03', '2 hours')$$);
--> 22023|invalid to_time "2027-12-02T23:00:00+00:00": the frame must be at most 366 days long
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('x', '2026-12-01', 'infinity', '2 hours')$$); --> 22023|invalid to_time "after year 9999": it must lie in the years 0001 to 9999
SELECT state, message FROM test.refusal($$SELECT jb_poll_create(repeat('x', 501), '2026-12-01', '2026-12-02', '2 hours')$$);
--> 22023|invalid title "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…": it must be at most 500 characters long
SELECT state, message, detail FROM test.refusal($$SELECT jb_poll_create_json('{"title": "x", "from": "2026-12-01", "to": "2026-12-02T00:00:00Z", "duration": 0.5, "daily_to": "25:00", "colour": "red", "public": 1}')$$);
--> 22023|invalid colour "red": there is no such field|[{"field":"colour","value":"red","message":"there is no such field"},{"field":"daily_to","value":"25:00","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"duration","value":"0.5","message":"fractions of a second are not allowed"},{"field":"from","value":"2026-12-01","message":"it must be an RFC 3339 time with its offset"},{"field":"public","value":"1","message":"it must be true or false"}]
SELECT state, message FROM test.refusal($$SELECT jb_poll_create_json('[]')$$); --> 22023|invalid poll "[]": it must be a JSON object
SELECT state, message FROM test.refusal($$SELECT jb_poll_create_json(NULL)$$); --> 22023|invalid poll "null": it must be a JSON object
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', '[{"start": "2026-12-01T07:59:59+01:00", "end": "2026-12-01T11:00:00+01:00"}]', :'anna'));
--> 22023|invalid schedule[0].start "2026-12-01T07:59:59+01:00": it must lie in the frame of the poll, 2026-12-01T08:00:00+01:00 to 2026-12-02T18:00:00+01:00|Give a list such as [{"start": "…", "end": "…", "preference": "yes"}] within the frame.
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', '[{"start": "2026-12-02T17:00:00+01:00", "end": "2026-12-02T18:00:01+01:00"}]', :'anna'));
--> 22023|invalid schedule[0].end "2026-12-02T18:00:01+01:00": it must lie in the frame of the poll, 2026-12-01T08:00:00+01:00 to 2026-12-02T18:00:00+01:00
SELECT state, detail FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', '[{"start": "2026-12-01T11:00:00+01:00", "end": "2026-12-01T10:00:00+01:00"}, {"start": "2026-12-01T11:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}, {"start": "noon", "preference": "maybe"}, 7, {"start": "2026-12-02T18:00:00+01:00", "end": "2026-12-02T19:00:00+01:00", "room": 1}]', :'anna'));
--> 22023|[{"field":"schedule[0].end","value":"2026-12-01T10:00:00+01:00","message":"it must be after start"},{"field":"schedule[1].end","value":"2026-12-01T11:00:00+01:00","message":"it must be after start"},{"field":"schedule[2].preference","value":"maybe","message":"it must be yes or if_need_be"},{"field":"schedule[2].start","value":"noon","message":"it must be an RFC 3339 time with its offset"},{"field":"schedule[2].end","value":"","message":"it is required"},{"field":"schedule[3]","value":"7","message":"it must be an object of start, end and preference"},{"field":"schedule[4].room","value":"1","message":"there is no such field"},{"field":"schedule[4].start","value":"2026-12-02T18:00:00+01:00","message":"it must lie in the frame of the poll, 2026-12-01T08:00:00+01:00 to 2026-12-02T18:00:00+01:00"}]
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', (SELECT json_agg(1) FROM generate_series(1, 1001)), :'anna'));
--> 22023|invalid schedule "1001": it must be a list of at most 1000 intervals
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, NULL, %L)', :poll, 'Anna', :'anna')); --> 22023|invalid schedule "null": it must be a list of at most 1000 intervals
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, 'Anna'));
--> 22023|invalid name "Anna": the poll has one of this name|Give 1 to 255 characters without slashes to a file, 1 to 200 to a participant, each only once in a poll.
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, NULL)', :poll)); --> 22023|invalid name "": it must not be empty
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, repeat('x', 201)));
--> 22023|invalid name "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…": it must be 1 to 200 characters long
SELECT name, state, message FROM unnest(ARRAY['.', '..', 'a/../b', '/', '//']) AS name, test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, name));
--> .|22023|invalid name ".": no address could hold it
--> ..|22023|invalid name "..": no address could hold it
--> a/../b|22023|invalid name "a/../b": no address could hold it
--> /|22023|invalid name "/": no address could hold it
--> //|22023|invalid name "//": no address could hold it
SELECT state, message FROM test.refusal($$SELECT jb_poll(NULL)$$); --> P0002|poll NULL does not exist
SELECT state, message FROM test.refusal(format('SELECT jb_poll_ranking(%s, 0)', :poll)); --> 22023|invalid max_rows "0": it must be from 1 to 1000
SELECT state, message FROM test.refusal(format('SELECT jb_poll_book(%s, %L)', :poll, '2026-12-01 08:30+01')); -- must fail: out of the daily hours
--> 22023|invalid start_timestamp "2026-12-01T07:30:00+00:00": the event must lie in the frame and the daily hours of the poll
SELECT state, message FROM test.refusal(format('SELECT jb_poll_book(%s, %L)', :poll, 'infinity')); --> 22023|invalid start_timestamp "after year 9999": it must lie in the years 0001 to 9999
SELECT state, message FROM test.refusal('SELECT jb_poll_book(1)'); -- must fail: nobody has answered --> 55000|poll 1 recommends nothing that could be booked
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- revoke an invitation ----
SELECT participant, token AS gone FROM jb_poll_invite(:poll, 'Gone') \gset
SELECT participant FROM jb_poll_answer(:poll, 'Gone', '[]', :'gone'); --> Gone
SELECT participant_count, answer_count FROM jb_poll(:poll); --> 4|4
SELECT state, message FROM test.refusal(format('SELECT jb_poll_revoke(%s, %L, %L)', :poll, 'Nobody', :'organiser')); --> P0002|poll 2 has no participant "Nobody"
SELECT state, message FROM test.refusal(format('SELECT jb_poll_revoke(%s, NULL)', :poll)); --> P0002|poll 2 has no participant ""
SELECT jb_poll_revoke(:poll, 'Gone', :'organiser'); --> t
SELECT participant_count, answer_count FROM jb_poll(:poll); --> 3|3
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :poll, :'gone')); -- must fail: the link is revoked
--> 42501|poll 2 is open to its participants and its organiser only
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Gone', '[]', :'gone')); --> 42501
SELECT * FROM jb_poll_problems();

-- ---- book ----
SELECT outcome, event_id, start_timestamp FROM jb_poll_book(:poll, dry_run => true); --> placed|null|2026-12-01 09:00:00+01
SELECT event_id, outcome FROM jb_schedule('In the way', '1 hour', start_timestamp => '2026-12-01 09:00+01', calendars => '{room:a}'); --> 1|placed
SELECT outcome, reason, conflicts, rejection_id, start_timestamp FROM jb_poll_book(:poll); --> rejected|conflict|{1}|1|null
SELECT status, event_id FROM jb_poll(:poll); --> open|null
SELECT outcome, event_id, start_timestamp, end_timestamp FROM jb_poll_book(:poll, '2026-12-01 10:00+01', idempotency_key => 'k'); --> placed|2|2026-12-01 10:00:00+01|2026-12-01 11:00:00+01
SELECT event_name, attendees, placement, calendars FROM jb_event(2); --> Project|{Anna}|fixed|{room:a}
SELECT status, event_id, created_by, closed_at FROM jb_poll(:poll); --> closed|2|regress_secretary|2026-11-23 07:00:00+01
-- repeated under its key, it is answered as before; otherwise the poll is closed
SELECT outcome, event_id FROM jb_poll_book(:poll, '2026-12-01 10:00+01', idempotency_key => 'k'); --> placed|2
SELECT test.stored() AS before \gset
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_book(%s)', :poll)); --> 55000|poll 2 is closed|Read the poll for its event_id; cancelling that event opens the poll again.
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :poll, 'Anna', :'interval', :'anna')); --> 55000
SELECT state FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L, %L)', :poll, 'Anna', :'anna')); --> 55000
SELECT state FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, 'Zoe')); --> 55000
SELECT count(*) FROM jb_poll_ranking(:poll); --> 3
SELECT test.stored() = :'before' AS nothing_changed; --> t
-- undone with the transaction
BEGIN;
SELECT jb_poll_delete(:poll); --> t
ROLLBACK;
SELECT status FROM jb_poll(:poll); --> closed
SELECT jb_poll_delete(:poll, :'organiser'); --> t
SELECT state, message FROM test.refusal(format('SELECT jb_poll_delete(%s)', :poll)); --> P0002|poll 2 does not exist
SELECT count(*) FROM jb_event(2); --> 1

-- ---- a public poll: a guest chooses a name, which then belongs to this guest ----
SELECT poll_id AS open FROM jb_poll_create_json('{"title": "Picnic", "from": "2026-12-12T10:00:00+01:00", "to": "2026-12-12T18:00:00+01:00", "duration": "PT2H", "public": true}') \gset
\set afternoon '[{"start": "2026-12-12T12:00:00+01:00", "end": "2026-12-12T17:00:00+01:00"}]'
SET SESSION AUTHORIZATION regress_viewer;
SELECT token AS carla FROM jb_poll_answer(:open, 'Carla', :'afternoon', '') \gset
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :open, 'Carla', :'afternoon')); -- must fail: the name is Carla's
--> 42501|poll 3 takes the schedule of "Carla" with that participant's or the organiser's token only
SELECT state FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L)', :open, 'Carla')); -- must fail --> 42501
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :open, ' ', :'afternoon')); -- must fail --> 22023|invalid participant " ": it must have a character that is seen
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :open, 'Dora', :'afternoon', :'carla')); -- must fail: not Dora's token --> 42501
SELECT participant, token FROM jb_poll_answer(:open, 'Carla', :'afternoon', :'carla'); --> Carla|null
SET SESSION AUTHORIZATION regress_secretary;
SELECT earliest_start, latest_start, participants, missing FROM jb_poll_ranking(:open); --> 2026-12-12 12:00:00+01|2026-12-12 15:00:00+01|{Carla}|{}
-- an uninvited guest who withdraws leaves no trace
SELECT jb_poll_withdraw(:open, 'Carla', :'carla'); --> t
SELECT participant_count FROM jb_poll(:open); --> 0
SELECT state FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L)', :open, 'Carla')); -- must fail: nobody of this name --> P0002

-- ---- a poll is closed as long as its event stands ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:h', '{"time_zone": "Europe/Berlin", "confirm_within": "1 hour"}'); --> room:h
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS asked, token AS organiser FROM jb_poll_create('Asked', '2026-12-07 09:00+01', '2026-12-07 17:00+01', '1 hour', calendars => '{room:h}', public => true) \gset
\set monday '[{"start": "2026-12-07T10:00:00+01:00", "end": "2026-12-07T12:00:00+01:00"}]'
SELECT token AS emil FROM jb_poll_answer(:asked, 'Emil', :'monday') \gset
SELECT outcome, event_id AS first FROM jb_poll_book(:asked) \gset
SELECT status, event_id = :first AS has_event, closed_at FROM jb_poll(:asked); --> closed|t|2026-11-23 07:00:00+01
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_book(%s)', :asked)); -- must fail: the event is held
--> 55000|poll 4 is closed|Read the poll for its event_id; cancelling that event opens the poll again.
-- the hold ends, by the clock, and when a call has written its end
SELECT test.clock(jb_now() + '1 hour'); --> 2026-11-23 08:00:00+01
SELECT status, event_id, closed_at FROM jb_poll(:asked); --> open|null|null
SELECT jb_expire() > 0 AS has_expired; --> t
SELECT status, event_id, closed_at FROM jb_poll(:asked); --> open|null|null
SELECT participant FROM jb_poll_answer(:asked, 'Emil', :'monday', :'emil'); --> Emil
SELECT participant, token IS NOT NULL AS is_new FROM jb_poll_answer(:asked, 'Frieda', :'monday'); --> Frieda|t
SELECT jb_poll_invite(:asked, 'Gerd') IS NOT NULL AS is_invited; --> t
SELECT outcome, event_id AS second FROM jb_poll_book(:asked) \gset
SELECT p.status, p.event_id = :second AS has_event, e.attendees FROM jb_poll(:asked) p, jb_event(:second) e; --> closed|t|{Emil,Frieda}
-- the first event cannot come back now, though its time is free: the poll would have two
SELECT outcome FROM jb_reschedule(:second, start_time => '11:00'); --> updated
SELECT outcome, reason, detail, conflicts = ARRAY[:second::bigint] AS conflicts_with_the_second FROM jb_confirm(:first, if_still_free => true, dry_run => true);
--> rejected|hold_expired|It was held until 2026-11-23T08:00:00+01:00, and its poll has another event.|t
SELECT outcome, reason, conflicts = ARRAY[:second::bigint] AS conflicts_with_the_second FROM jb_confirm(:first, if_still_free => true); --> rejected|hold_expired|t
SELECT status FROM jb_event(:first); --> expired
-- denied; confirmed and cancelled; deleted
SELECT outcome FROM jb_deny(:second); --> denied
SELECT status FROM jb_poll(:asked); --> open
SELECT outcome, event_id AS third FROM jb_poll_book(:asked) \gset
SELECT outcome FROM jb_confirm(:third); --> confirmed
SELECT status, event_id = :third AS has_event FROM jb_poll(:asked); --> closed|t
SELECT outcome FROM jb_cancel(:third); --> cancelled
SELECT status FROM jb_polls() WHERE id = :asked; --> open
-- the first can come back when no other event stands, and closes the poll again
BEGIN;
SELECT outcome FROM jb_confirm(:first, if_still_free => true); --> confirmed
SELECT status, event_id = :first AS has_the_first, closed_at FROM jb_poll(:asked); --> closed|t|2026-11-23 07:00:00+01
SELECT status, start_timestamp FROM jb_poll_invitation(:asked, :'emil'); --> closed|2026-12-07 10:00:00+01
SELECT state, message FROM test.refusal(format('SELECT jb_poll_book(%s)', :asked)); -- must fail: the first event stands --> 55000|poll 4 is closed
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :asked, 'Emil', :'monday', :'emil')); -- must fail --> 55000
SELECT * FROM jb_poll_problems();
SELECT outcome FROM jb_cancel(:first); --> cancelled
SELECT status, event_id FROM jb_poll(:asked); --> open|null
ROLLBACK;
SELECT outcome, event_id AS fourth FROM jb_poll_book(:asked) \gset
SELECT status FROM jb_poll(:asked); --> closed
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:fourth); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT status FROM jb_poll(:asked); --> open
SELECT jb_poll_withdraw(:asked, 'Frieda', :'organiser'); --> t
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- a name that a guest chose claims no calendar ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('hanna', '{"time_zone": "Europe/Berlin"}'); --> hanna
SELECT name FROM jb_calendar_set('ida', '{"time_zone": "Europe/Berlin"}'); --> ida
SELECT name FROM jb_calendar_set('room:h', '{"confirm_within": null, "check_attendees": true}'); --> room:h
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS claimed FROM jb_poll_create('Claimed', '2026-12-07 09:00+01', '2026-12-07 17:00+01', '1 hour', calendars => '{room:h}', public => true) \gset
SELECT token AS ida FROM jb_poll_invite(:claimed, 'ida') \gset
SELECT participant FROM jb_poll_answer(:claimed, 'ida', :'monday', :'ida'); --> ida
SELECT participant FROM jb_poll_answer(:claimed, 'hanna', :'monday'); --> hanna
SELECT participant FROM jb_poll_answer(:claimed, 'IDA', :'monday'); -- a guest, who takes nothing of what ida claims --> IDA
SELECT event_id AS claim FROM jb_poll_book(:claimed) \gset
SELECT attendees, attendee_calendars FROM jb_event(:claim); --> {hanna,ida}|{ida}

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
SELECT jb_poll_invite(:crowd, 'The last') IS NOT NULL AS there_is_room; --> t
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :crowd, 'One more')); -- must fail --> 22023|invalid name "One more": the poll has 10000 participants already
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :crowd, 'One more', :'monday')); -- must fail
--> 22023|invalid participant "One more": the poll has 10000 participants already
SELECT earliest_start, latest_start, cardinality(participants) AS free, missing FROM jb_poll_ranking(:crowd, 1); --> 2026-12-18 12:00:00+01|2026-12-18 12:10:00+01|9999|{"The last"}
\set SHOW_CONTEXT never
SET statement_timeout = '100ms';
SELECT count(*) FROM jb_poll_ranking(:crowd, 1000); -- must fail --> ERROR:  canceling statement due to statement timeout
RESET statement_timeout;
\set SHOW_CONTEXT errors
SELECT jb_poll_delete(:crowd); --> t

-- ---- half of the places are for who was invited, whoever comes uninvited ----
SELECT poll_id AS taken, token AS organiser FROM jb_poll_create('Taken', '2026-12-07 00:00+01', '2026-12-20 00:00+01', '1 hour', public => true) \gset
RESET SESSION AUTHORIZATION;
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT :taken, 'Guest ' || p, 'guest ' || p, false, sha256(''), '{}', '{}', jb_now() FROM generate_series(1, 4999) AS p;
SELECT test.recount(:taken) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT token AS last FROM jb_poll_answer(:taken, 'The last guest', :'monday') \gset
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :taken, 'One more', :'monday')); -- must fail: guests have their half
--> 22023|invalid participant "One more": the poll has 5000 participants who were not invited already|[{"field":"participant","value":"One more","message":"the poll has 5000 participants who were not invited already"}]|Who was not invited makes room by withdrawing; half of all places are for those whom the organiser invites.
SELECT jb_poll_invite(:taken, 'Anna') IS NOT NULL AS there_is_room; --> t
SELECT participant FROM jb_poll_answer(:taken, 'The last guest', :'monday', :'last'); --> The last guest
-- a guest who leaves makes room
SELECT jb_poll_withdraw(:taken, 'The last guest', :'last'); --> t
SELECT participant FROM jb_poll_answer(:taken, 'One more', :'monday'); --> One more
SELECT participant_count, answer_count FROM jb_poll(:taken); --> 5001|5000
-- a poll with more guests than their half keeps them; the invited have the rest
RESET SESSION AUTHORIZATION;
UPDATE jb_poll_participant SET invited = false WHERE poll_id = :taken;
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token) SELECT :taken, 'Guest ' || p, 'guest ' || p, false, sha256('') FROM generate_series(5000, 9997) AS p;
SELECT test.recount(:taken) \g /dev/null
SELECT participant_count, answer_count FROM jb_poll_view WHERE id = :taken; --> 9999|5000
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :taken, 'Zoe', :'monday')); -- must fail
--> 22023|invalid participant "Zoe": the poll has 9999 participants who were not invited already
SELECT participant FROM jb_poll_answer(:taken, 'Guest 9997', :'monday', :'organiser'); --> Guest 9997
SELECT jb_poll_invite(:taken, 'Ben') IS NOT NULL AS there_is_room; --> t
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :taken, 'Carla')); -- must fail: no place is left
--> 22023|invalid name "Carla": the poll has 10000 participants already
SELECT jb_poll_delete(:taken); --> t

-- ---- who was invited and who was not have names of their own, and the organiser gets rid of guests in one step ----
SELECT poll_id AS fair, token AS organiser FROM jb_poll_create('Fair', '2026-12-07 09:00+01', '2026-12-07 17:00+01', '1 hour', calendars => '{room:h}', public => true) \gset
SELECT token AS anna FROM jb_poll_invite(:fair, 'Anna') \gset
SELECT jb_poll_invite(:fair, 'Ben') IS NOT NULL AS ben_is_invited; --> t
SELECT participant, invited FROM jb_poll_answer(:fair, 'Anna', :'monday', :'anna'); --> Anna|t
\set later '[{"start": "2026-12-07T11:00:00+01:00", "end": "2026-12-07T15:00:00+01:00"}]'
SET SESSION AUTHORIZATION regress_viewer;
-- whether a name was invited, and whether it has answered, shows in no answer to a guest
SELECT w.name, r.state, replace(r.message, w.name, 'NAME') AS message FROM (VALUES ('Anna'), ('Ben'), ('Zoe')) w (name), test.refusal(format('SELECT jb_poll_withdraw(%s, %L)', :fair, w.name)) r; -- must fail, all alike
--> Anna|P0002|poll 8 has no participant "NAME"
--> Ben|P0002|poll 8 has no participant "NAME"
--> Zoe|P0002|poll 8 has no participant "NAME"
SELECT w.name, a.token ~ '^jbp_' AS is_token, a.invited FROM (VALUES ('Anna'), ('Ben'), ('Zoe')) w (name), jb_poll_answer(:fair, w.name, :'later') a; --> Anna|t|f
--> Ben|t|f
--> Zoe|t|f
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, 'Anna', :'later')); -- must fail: another guest has the name
--> 42501|poll 8 takes the schedule of "Anna" with that participant's or the organiser's token only
-- a name is one in any case, composed or not, and stays as it was typed
SELECT w.name, r.state FROM (VALUES ('ZOE'), ('zoe'), ('Zoe '), ('Zoe' || chr(160)), (chr(12288) || 'Zoe')) w (name), test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, w.name, :'later')) r; -- must fail
--> ZOE|42501
--> zoe|42501
--> Zoe |42501
--> Zoe |42501
--> 　Zoe|42501
SELECT participant, invited FROM jb_poll_answer(:fair, 'anna', :'monday', :'anna'); --> Anna|t
SELECT participant, invited FROM jb_poll_answer(:fair, 'Anna' || chr(12288), :'monday', :'anna'); --> Anna|t
BEGIN;
SELECT token AS wide FROM jb_poll_answer(:fair, ' Mia  B', :'later') \gset
SELECT '|' || participant || '|' AS as_typed FROM jb_poll_answer(:fair, 'Mia' || chr(160) || 'B', :'later', :'wide'); --> | Mia  B|
ROLLBACK;
-- a guest without a time takes no part; somebody invited says so
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, 'Never', '[]')); -- must fail
--> 22023|invalid schedule "[]": who was not invited leaves at least one interval|Name a time that suits, or withdraw the answer that was left.
-- nor may a guest leave more than a hundred intervals, counted as they are kept; somebody invited may
CREATE FUNCTION pg_temp.minutes(count int, apart int = 2) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_agg(jsonb_build_object('start', s, 'end', s + interval '1 minute')) FROM (SELECT timestamptz '2026-12-07 10:00+01' + make_interval(mins => i * $2) AS s FROM generate_series(1, $1) AS i) AS t $$;
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, 'Painter', pg_temp.minutes(101))); -- must fail
--> 22023|invalid schedule "101 intervals": who was not invited leaves at most 100 intervals|Leave fewer and longer intervals, or ask the organiser for an invitation.
SELECT token AS painter FROM jb_poll_answer(:fair, 'Painter', pg_temp.minutes(100)) \gset
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Painter', pg_temp.minutes(101), :'painter')); -- must fail --> 22023
SELECT cardinality(ARRAY(SELECT unnest(yes))) AS kept FROM jb_poll_answer(:fair, 'Painter', pg_temp.minutes(101, 1), :'painter'); --> 1
SELECT jb_poll_withdraw(:fair, 'Painter', :'painter'); --> t
SELECT cardinality(ARRAY(SELECT unnest(yes))) AS kept FROM jb_poll_answer(:fair, 'Anna', pg_temp.minutes(101), :'anna'); --> 101
SELECT participant, yes FROM jb_poll_answer(:fair, 'Anna', '[]', :'anna'); --> Anna|{}
SELECT participant, yes FROM jb_poll_answer(:fair, 'Anna', :'monday', :'anna'); --> Anna|{["2026-12-07 10:00:00+01","2026-12-07 12:00:00+01")}
-- nor does a name that does not show, or shows as another
SELECT n, r.state, r.detail FROM unnest(ARRAY['Anna' || chr(8203), 'An' || chr(173) || 'na', chr(8238) || 'annA', E'Anna\tB', E'Anna\nBen', 'Anna' || chr(65024), chr(12644), chr(133), chr(160), chr(12288), chr(65529), 'Anna' || chr(65529), 'Anna' || chr(119129), chr(94180), chr(78896), chr(769), 'An' || chr(8204) || 'na', chr(917569)]) WITH ORDINALITY v (name, n),
  test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, v.name, :'later')) r; -- must fail
--> 1|22023|[{"field":"participant","value":"Anna​","message":"it must have no control characters and none that are invisible"}]
--> 2|22023|[{"field":"participant","value":"An­na","message":"it must have no control characters and none that are invisible"}]
--> 3|22023|[{"field":"participant","value":"‮annA","message":"it must have no control characters and none that are invisible"}]
--> 4|22023|[{"field":"participant","value":"Anna\tB","message":"it must have no control characters and none that are invisible"}]
--> 5|22023|[{"field":"participant","value":"Anna\nBen","message":"it must have no control characters and none that are invisible"}]
--> 6|22023|[{"field":"participant","value":"Anna︀","message":"it must have no control characters and none that are invisible"}]
--> 7|22023|[{"field":"participant","value":"ㅤ","message":"it must have a character that is seen"}]
--> 8|22023|[{"field":"participant","value":"","message":"it must have a character that is seen"}]
--> 9|22023|[{"field":"participant","value":" ","message":"it must have a character that is seen"}]
--> 10|22023|[{"field":"participant","value":"　","message":"it must have a character that is seen"}]
--> 11|22023|[{"field":"participant","value":"￹","message":"it must have a character that is seen"}]
--> 12|22023|[{"field":"participant","value":"Anna￹","message":"it must have no control characters and none that are invisible"}]
--> 13|22023|[{"field":"participant","value":"Anna𝅙","message":"it must have no control characters and none that are invisible"}]
--> 14|22023|[{"field":"participant","value":"𖿤","message":"it must have a character that is seen"}]
--> 15|22023|[{"field":"participant","value":"𓐰","message":"it must have a character that is seen"}]
--> 16|22023|[{"field":"participant","value":"́","message":"it must have a character that is seen"}]
--> 17|22023|[{"field":"participant","value":"An‌na","message":"it must have no control characters and none that are invisible"}]
--> 18|22023|[{"field":"participant","value":"󠁁","message":"it must have a character that is seen"}]
SELECT a.participant FROM jb_poll_answer(:fair, U&'\0639\0644\06CC\200C\0631\0636\0627', :'later') a; -- which shows, between these letters --> علی‌رضا
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, detail FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :fair, 'Ben' || chr(8203))); -- must fail
--> 22023|[{"field":"name","value":"Ben​","message":"it must have no control characters and none that are invisible"}]
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :fair, 'Ben' || chr(160))); -- must fail: he is invited --> 22023|invalid name "Ben ": the poll has one of this name
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :fair, chr(12288))); -- must fail
--> 22023|invalid name "　": it must have a character that is seen|Give 1 to 255 characters without slashes to a file, 1 to 200 to a participant, each only once in a poll.
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_create(%L, %L, %L, %L)', chr(160), '2026-12-07 09:00+01', '2026-12-07 17:00+01', '1 hour')); -- must fail
--> 22023|invalid title " ": it must have a character that is seen|Give a title of 1 to 500 characters.
BEGIN;
SELECT participant FROM jb_poll_invite(:fair, U&'Jos\00E9'); --> José
SELECT state, message FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :fair, U&'JOSE\0301')); -- must fail --> 22023|invalid name "JOSÉ": the poll has one of this name
SELECT jb_poll_revoke(:fair, U&'jos\00E9', :'organiser'); --> t
ROLLBACK;
SELECT participant, invited, yes IS NOT NULL AS answered FROM jb_poll_schedules(:fair); --> Anna|t|t
--> Anna|f|t
--> Ben|t|f
--> Ben|f|t
--> Zoe|f|t
--> علی‌رضا|f|t
SELECT participants, missing FROM jb_poll_ranking(:fair, 1); --> {Anna,Anna,Ben,Zoe,علی‌رضا}|{Ben}
-- the organiser's token means who was invited, unless it says otherwise
SELECT participant, invited, yes FROM jb_poll_answer(:fair, 'Anna', :'monday', :'organiser'); --> Anna|t|{["2026-12-07 10:00:00+01","2026-12-07 12:00:00+01")}
SELECT jb_poll_revoke(:fair, 'Ben', :'organiser', invited => false); --> t
SELECT state, message FROM test.refusal(format('SELECT jb_poll_revoke(%s, %L, %L, invited => false)', :fair, 'Ben', :'organiser')); -- must fail --> P0002|poll 8 has no participant "Ben"
SELECT participant, invited FROM jb_poll_schedules(:fair) WHERE participant = 'Ben'; --> Ben|t
-- of two of one name the event has one
BEGIN;
SELECT event_id AS booked FROM jb_poll_book(:fair, '2026-12-07 11:00+01', :'organiser') \gset
SELECT attendees FROM jb_event(:booked); --> {Anna,Zoe,علی‌رضا}
ROLLBACK;
-- a newcomer's own token: the same answer once more is answered alike, under another name it is refused
SET SESSION AUTHORIZATION regress_viewer;
SELECT 'jbb_' || repeat('5', 48) AS own, 'jbp_' || left(encode(sha256(convert_to('jbb_' || repeat('5', 48), 'UTF8')), 'hex'), 48) AS owns_link \gset
SELECT participant, yes, token = :'owns_link' AS is_the_link, invited FROM jb_poll_answer(:fair, 'Olga', :'later', :'own'); --> Olga|{["2026-12-07 11:00:00+01","2026-12-07 15:00:00+01")}|t|f
SELECT participant, yes, token = :'owns_link' AS is_the_link FROM jb_poll_answer(:fair, 'OLGA', :'later', :'own'); --> Olga|{["2026-12-07 11:00:00+01","2026-12-07 15:00:00+01")}|t
SELECT state, message FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Olga B', :'later', :'own')); -- must fail: it is Olga's
--> 42501|poll 8 takes the schedule of "Olga B" with that participant's or the organiser's token only
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Zoe', :'later', 'jbb_' || repeat('6', 48))); -- must fail: another guest has the name --> 42501
SELECT r.state FROM unnest(ARRAY['jbb_' || repeat('6', 47), 'jbp_' || repeat('6', 48), upper('jbb_' || repeat('6', 48))]) AS t, test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Olga B', :'later', t)) r; -- must fail: no token of one's own
--> 42501
--> 42501
--> 42501
SELECT participant FROM jb_poll_invitation(:fair, :'own'); --> Olga
SELECT participant, token IS NULL AS tells_none FROM jb_poll_answer(:fair, 'Olga', :'monday', :'owns_link'); --> Olga|t
SELECT jb_poll_revoke(:fair, 'Olga', :'organiser'); --> t
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Olga', :'later', :'owns_link')); -- must fail: the link does not bring her back --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :fair, :'own')); -- must fail --> 42501
-- closed to newcomers, those who came stay until they are taken off
SELECT token AS gus FROM jb_poll_answer(:fair, 'Gus', :'later') \gset
SELECT state FROM test.refusal(format('SELECT jb_poll_set_public(%s, false, %L)', :fair, :'gus')); -- must fail: no organiser's token --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_revoke_guests(%s, %L)', :fair, :'gus')); -- must fail --> 42501
SELECT state, message FROM test.refusal(format('SELECT jb_poll_set_public(%s, NULL, %L)', :fair, :'organiser')); -- must fail --> 22023|invalid public "NULL": it is required
SELECT title, public FROM jb_poll_set_public(:fair, false, :'organiser'); --> Fair|f
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :fair, 'Late', :'later')); -- must fail --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :fair, 'Late', :'later', 'jbb_' || repeat('8', 48))); -- must fail --> 42501
SELECT participant, invited FROM jb_poll_answer(:fair, 'Gus', :'monday', :'gus'); --> Gus|f
SELECT participant_count, answer_count FROM jb_poll(:fair, :'organiser'); --> 6|5
SELECT jb_poll_revoke_guests(:fair, :'organiser') AS removed; --> 4
SELECT jb_poll_revoke_guests(:fair, :'organiser') AS removed; --> 0
SELECT participant_count, answer_count FROM jb_poll(:fair, :'organiser'); --> 2|1
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :fair, :'gus')); -- must fail --> 42501
SELECT public FROM jb_poll_set_public(:fair, true, :'organiser'); --> t
SELECT participant, invited FROM jb_poll_answer(:fair, 'Late', :'later'); --> Late|f
SET SESSION AUTHORIZATION regress_secretary;
SELECT rule, detail FROM jb_poll_problems();
SELECT jb_poll_delete(:fair); --> t

-- ---- the poll's row counts the participants, and the places that are left ----
CREATE FUNCTION pg_temp.counts(poll bigint) RETURNS text LANGUAGE sql AS
  $$SELECT concat_ws(' ', participant_count, answer_count, uninvited_count, interval_count, uninvited_interval_count) FROM jb_poll WHERE id = $1$$;
SELECT poll_id AS counted, token AS organiser FROM jb_poll_create('Counted', '2026-12-12 00:00+01', '2026-12-20 00:00+01', '1 hour', public => true) \gset
\set one '[{"start": "2026-12-12T12:00:00+01:00", "end": "2026-12-12T17:00:00+01:00"}]'
\set two '[{"start": "2026-12-12T12:00:00+01:00", "end": "2026-12-12T17:00:00+01:00"}, {"start": "2026-12-13T12:00:00+01:00", "end": "2026-12-13T17:00:00+01:00", "preference": "if_need_be"}]'
SELECT (jb_poll_invite(:counted, 'Anna')).participant AS invited, (jb_poll_answer(:counted, 'Guest', :'two')).participant AS came; --> Anna|Guest
RESET SESSION AUTHORIZATION;
SELECT pg_temp.counts(:counted); --> 2 1 1 2 2
SELECT (jb_poll_answer(:counted, 'Anna', :'one', :'organiser')).participant AS answered, (jb_poll_answer(:counted, 'Guest', :'one', :'organiser')).participant AS changed; --> Anna|Guest
SELECT pg_temp.counts(:counted); --> 2 2 1 2 1
SELECT state FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :counted, 'Guest', :'two')); -- must fail: the answer needs a token --> 42501
SELECT outcome FROM jb_poll_book(:counted, dry_run => true); --> placed
SELECT pg_temp.counts(:counted); --> 2 2 1 2 1
SELECT jb_poll_withdraw(:counted, 'Anna', :'organiser'), jb_poll_withdraw(:counted, 'Guest', :'organiser'); --> t|t
SELECT pg_temp.counts(:counted); --> 1 0 0 0 0
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
SELECT count(*), min(cardinality(missing)) FROM jb_poll_ranking(:long, 50); --> 50|2999
SELECT state, message, hint FROM test.refusal(format('SELECT count(*) FROM jb_poll_ranking(%s, 100)', :long)); -- must fail
--> 22023|invalid max_rows "100": the names in all recommendations must not be longer than 128 MiB, which leaves room for 56|Ask for fewer recommendations.
SELECT state, message FROM test.refusal(format('SELECT count(*) FROM jb_poll_ranking(%s, 50, %L)', :long, :'organiser')); -- must fail: the holder of a token is a guest
--> 22023|invalid max_rows "50": the names in all recommendations must not be longer than 32 MiB, which leaves room for 14
SELECT jb_poll_delete(:long); --> t

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
--> 22023|invalid schedule "2 intervals": the schedules of those who were not invited together hold at most 50000, and there is room for 1|[{"field":"schedule","value":"2 intervals","message":"the schedules of those who were not invited together hold at most 50000, and there is room for 1"}]|Leave fewer and longer intervals, or ask the organiser to make room.
SELECT participant FROM jb_poll_answer(:full, 'Another', :'afternoon'); --> Another
SELECT participant FROM jb_poll_answer(:full, 'Anna', :'two', :'anna'); --> Anna
RESET SESSION AUTHORIZATION;
DELETE FROM jb_poll_participant WHERE poll_id = :full AND name = 'Another';
UPDATE jb_poll_participant SET invited = true WHERE poll_id = :full;
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT poll_id, name || ' again', folded || ' again', true, sha256(''), yes, if_need_be, answered_at FROM jb_poll_participant WHERE poll_id = :full AND name LIKE 'Guest %';
SELECT test.recount(:full) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT participant FROM jb_poll_answer(:full, 'Anna', :'two', :'anna'); -- her own old intervals do not count against her --> Anna
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :full, 'Anna', (SELECT json_agg(json_build_object('start', s, 'end', s + interval '1 minute')) FROM (SELECT timestamptz '2026-12-08 00:00+01' + i * interval '1 hour' AS s FROM generate_series(1, 3) AS i) AS t), :'anna')); -- must fail: only two intervals fit
--> 22023|invalid schedule "3 intervals": all schedules of a poll together hold at most 100000, and there is room for 2|Leave fewer and longer intervals, or ask the organiser to make room.

SELECT jb_poll_delete(:full); --> t

-- ---- the first calendar's zone, and the night in which the clock goes back ----
SELECT poll_id AS night FROM jb_poll_create('Night', '2027-10-30 22:00Z', '2027-10-31 23:00Z', '3 hours', '02:00', '04:00', calendars => '{room:a}', public => true) \gset
SELECT if_need_be FROM jb_poll_answer(:night, 'Owl', '[{"start": "2027-10-31T00:00:00+02:00", "end": "2027-10-31T09:00:00+01:00", "preference": "if_need_be"}]');
--> {["2027-10-31 00:00:00+02","2027-10-31 09:00:00+01")}
SELECT from_time, to_time, participants, if_need_be FROM jb_poll_ranking(:night); --> 2027-10-31 02:00:00+02|2027-10-31 04:00:00+01|{Owl}|{Owl}
SELECT outcome, end_timestamp - start_timestamp AS elapsed FROM jb_poll_book(:night); --> placed|03:00:00

-- ---- alternatives are starts that the poll takes: in its frame, in its daily hours ----
SELECT poll_id AS late FROM jb_poll_create('Late', '2026-12-14 09:00+01', '2026-12-16 11:30+01', '1 hour', '10:00', '12:00', 'Europe/Berlin', '{room:a}') \gset
SELECT event_id IS NOT NULL AS is_taken FROM jb_schedule('In the way', '1 hour', start_timestamp => '2026-12-14 10:00+01', calendars => '{room:a}'); --> t
SELECT outcome, reason, alternatives FROM jb_poll_book(:late, '2026-12-14 10:00+01');
--> rejected|conflict|{"[\"2026-12-14 11:00:00+01\",\"2026-12-14 12:00:00+01\")","[\"2026-12-15 10:00:00+01\",\"2026-12-15 11:00:00+01\")","[\"2026-12-15 11:00:00+01\",\"2026-12-15 12:00:00+01\")"}
SELECT lower(a) AS start, o.outcome FROM jb_poll_book(:late, '2026-12-14 10:00+01') AS b, unnest(b.alternatives) AS a, LATERAL jb_poll_book(:late, lower(a), dry_run => true) AS o;
--> 2026-12-14 11:00:00+01|placed
--> 2026-12-15 10:00:00+01|placed
--> 2026-12-15 11:00:00+01|placed
-- on both sides of the wish, up to the end of the frame
SELECT event_id IS NOT NULL AS is_taken FROM jb_schedule('In the way too', '1 hour', start_timestamp => '2026-12-15 10:00+01', calendars => '{room:a}'); --> t
SELECT alternatives FROM jb_poll_book(:late, '2026-12-15 10:00+01');
--> {"[\"2026-12-15 11:00:00+01\",\"2026-12-15 12:00:00+01\")","[\"2026-12-14 11:00:00+01\",\"2026-12-14 12:00:00+01\")","[\"2026-12-16 10:00:00+01\",\"2026-12-16 11:00:00+01\")"}

-- ---- a hint says what its reader can do: a participant cancels no event, and invites nobody ----
SELECT token AS organiser, poll_id AS done FROM jb_poll_create('Done', '2026-12-17 09:00+01', '2026-12-17 17:00+01', '1 hour', calendars => '{room:a}', public => true) \gset
\set thursday '[{"start": "2026-12-17T10:00:00+01:00", "end": "2026-12-17T12:00:00+01:00"}]'
SELECT token AS paula FROM jb_poll_answer(:done, 'Paula', :'thursday') \gset
SELECT hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L)', :done, 'Paula', :'thursday')); -- must fail: the name is Paula's
--> Give the token of that participant's link, in HTTP as Authorization: Bearer, or answer under another name.
SELECT hint FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :done, 'jbp_other')); -- must fail
--> Give the token of your link, in HTTP as Authorization: Bearer, or ask the organiser for a link.
SELECT outcome FROM jb_poll_book(:done); --> placed
SELECT hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :done, 'Paula', :'thursday', :'paula')); -- must fail: it is booked
--> Ask the organiser to cancel that event, which opens the poll again.
SELECT hint FROM test.refusal(format('SELECT jb_poll_withdraw(%s, %L, %L)', :done, 'Paula', :'paula')); -- must fail --> Ask the organiser to cancel that event, which opens the poll again.
SELECT hint FROM test.refusal(format('SELECT jb_poll_answer(%s, %L, %L, %L)', :done, 'Paula', :'thursday', :'organiser')); -- must fail
--> Read the poll for its event_id; cancelling that event opens the poll again.

-- Promise: a participant sees by token what the poll asks, the participant's own schedule and when the poll was booked; the
-- others' schedules only where the poll shows its answers; and never who else was invited.
-- Could break: a token of another poll shows this poll, a private poll shows itself to nobody in particular, the list of others
-- has who has not answered, or the reader.
\i test/regress/sql/frame/open.psql
\set tuesday '[{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}, {"start": "2026-12-01T11:00:00+01:00", "end": "2026-12-01T12:00:00+01:00", "preference": "if_need_be"}]'
SELECT poll_id AS quiet, token AS quiets FROM jb_poll_create('Quiet', '2026-12-01 08:00+01', '2026-12-02 18:00+01', '1 hour', '09:00', '17:00', calendars => '{room:a}') \gset
SELECT poll_id AS shown, token AS organiser FROM jb_poll_create_json('{"title": "Shown", "from": "2026-12-01T08:00:00+01:00", "to": "2026-12-02T18:00:00+01:00", "duration": 3600, "calendars": ["room:a"], "public": true, "show_answers": true}') \gset
SELECT jb_poll_json(p) ->> 'show_answers' FROM jb_polls() AS p; --> false
--> true
SELECT token AS anna FROM jb_poll_invite(:shown, 'Anna') \gset
SELECT token AS ben FROM jb_poll_invite(:shown, 'Ben') \gset
SELECT token AS quiet_anna FROM jb_poll_invite(:quiet, 'Anna') \gset
SELECT token AS quiet_ben FROM jb_poll_invite(:quiet, 'Ben') \gset
SELECT participant FROM jb_poll_answer(:shown, 'Anna', :'tuesday', :'anna'); --> Anna
SELECT participant FROM jb_poll_answer(:quiet, 'Anna', :'tuesday', :'quiet_anna'); --> Anna

-- ---- who sees what ----
SET SESSION AUTHORIZATION regress_viewer;
SELECT jb_invitation_json(i) FROM jb_poll_invitation(:quiet, :'quiet_anna') AS i;
--> {"id" : 1, "title" : "Quiet", "from" : "2026-12-01T08:00:00+01:00", "to" : "2026-12-02T18:00:00+01:00", "duration" : 3600, "daily_from" : "09:00:00", "daily_to" : "17:00:00", "time_zone" : "Europe/Berlin", "public" : false, "show_answers" : false, "status" : "open", "answer" : {"participant" : "Anna", "schedule" : [{"start" : "2026-12-01T09:00:00+01:00", "end" : "2026-12-01T11:00:00+01:00", "preference" : "yes"}, {"start" : "2026-12-01T11:00:00+01:00", "end" : "2026-12-01T12:00:00+01:00", "preference" : "if_need_be"}], "answered_at" : "2026-11-23T07:00:00+01:00", "invited" : true}, "event" : null}
SELECT title, participant, yes FROM jb_poll_invitation(:quiet, :'quiet_ben'); --> Quiet|Ben|null
SELECT count(*) FROM jb_poll_others(:quiet, :'quiet_ben'); -- the poll keeps its answers --> 0
SELECT participant, yes, if_need_be, token FROM jb_poll_others(:shown, :'ben');
--> Anna|{["2026-12-01 09:00:00+01","2026-12-01 11:00:00+01")}|{["2026-12-01 11:00:00+01","2026-12-01 12:00:00+01")}|null
SELECT count(*) FROM jb_poll_others(:shown, :'anna'); -- Ben has not answered --> 0
SELECT title, participant FROM jb_poll_invitation(:shown); -- a public poll, to everybody --> Shown|null
SELECT count(*) FROM jb_poll_others(:shown); -- whose answers nobody in particular sees --> 0
SELECT title, participant FROM jb_poll_invitation(:shown, :'organiser'); --> Shown|null

-- ---- who does not ----
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_invitation(%s)', :quiet)); -- must fail: no token
--> 42501|poll 1 is open to its participants and its organiser only|Give the token of your link, in HTTP as Authorization: Bearer, or ask the organiser for a link.
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :quiet, :'anna')); -- must fail: another poll's token --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :shown, :'quiet_anna')); -- must fail, in a public poll as well --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_others(%s, %L)', :shown, :'quiet_anna')); -- must fail --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll(%s, %L)', :shown, :'anna')); -- must fail: a participant is no organiser --> 42501
SELECT state, message FROM test.refusal('SELECT jb_poll_invitation(99)'); -- must fail --> P0002|poll 99 does not exist
SELECT state, message FROM test.refusal('SELECT jb_poll_invitation(NULL)'); -- must fail --> P0002|poll NULL does not exist
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s)', :quiet)); -- must fail: a secretary reads jb_poll --> 42501
SELECT state, message FROM test.refusal($$SELECT jb_poll_create_json('{"title": "x", "from": "2026-12-01T08:00:00+01:00", "to": "2026-12-02T18:00:00+01:00", "duration": 3600, "show_answers": "all"}')$$); -- must fail
--> 22023|invalid show_answers "all": it must be true or false

-- ---- when it was booked, and no longer is ----
SELECT event_id AS event FROM jb_poll_book(:quiet) \gset
SET SESSION AUTHORIZATION regress_viewer;
SELECT status, start_timestamp, end_timestamp, event_status, yes IS NOT NULL AS keeps_answer FROM jb_poll_invitation(:quiet, :'quiet_anna');
--> closed|2026-12-01 09:00:00+01|2026-12-01 10:00:00+01|pending|t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_cancel(:event); --> cancelled
SELECT status, start_timestamp, event_status FROM jb_poll_invitation(:quiet, :'quiet_anna'); --> open|null|null
SELECT jb_poll_delete(:quiet); --> t
SELECT state FROM test.refusal(format('SELECT jb_poll_invitation(%s, %L)', :quiet, :'quiet_anna')); -- must fail: it is gone --> P0002
\i test/regress/sql/frame/close.psql
