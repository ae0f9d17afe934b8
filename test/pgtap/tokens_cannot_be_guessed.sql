-- Promise: nobody guesses a token from tokens that they have seen: among a thousand tokens of each kind no two are the
-- same, and each of their 192 bits is as often set as not.
-- Could break: the random source repeats bytes, or gives few different ones; a part of the token is a counter, a time
-- or a poll's id; a byte is written as a signed character.
BEGIN;
SELECT no_plan();

SELECT lives_ok($$SELECT jb_calendar_set('room', '{}')$$, 'a calendar');
CREATE TEMP TABLE made AS
SELECT 'jbo' AS kind, poll.token
FROM generate_series(1, 1000) AS n, jb_poll_create('Poll ' || n, '2099-12-01 08:00+01', '2099-12-05 18:00+01', '1 hour', calendars => '{room}') AS poll;
INSERT INTO made
SELECT 'jbp', invited.token
FROM (SELECT poll_id FROM jb_poll_create('Many', '2099-12-01 08:00+01', '2099-12-05 18:00+01', '1 hour', calendars => '{room}')) AS many,
     generate_series(1, 1000) AS n, jb_poll_invite(many.poll_id, 'Participant ' || n) AS invited;
INSERT INTO made
SELECT 'jbf', jb_feed_create('room', CASE WHEN n > 0 THEN 'events' END) FROM generate_series(1, 1000) AS n;

SELECT is(count(*), 1000::bigint, kind || ': a thousand are made') FROM made GROUP BY kind;
SELECT is(count(DISTINCT token), 1000::bigint, kind || ': no two of them are the same') FROM made GROUP BY kind;
SELECT is(count(*) FILTER (WHERE token !~ ('^' || kind || '_[0-9a-f]{48}$')), 0::bigint, kind || ': each has 192 bits') FROM made GROUP BY kind;

-- Of 1,000 fair bits 350 to 650 are set (9 standard deviations of 15.8 on each side), except once in 10^17 runs.
SELECT is(count(*) FILTER (WHERE set BETWEEN 350 AND 650), 192::bigint, kind || ': each bit is as often set as not')
FROM (SELECT kind, bit, sum(get_bit(decode(substr(token, 5), 'hex'), bit)) AS set
      FROM made, generate_series(0, 191) AS bit GROUP BY kind, bit) AS bits
GROUP BY kind;

SELECT * FROM finish();
ROLLBACK;
