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
