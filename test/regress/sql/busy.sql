-- Promise: jb_busy is exactly the claimed time of a calendar between two instants: clipped to the two instants, joined
-- where claims touch, and nothing else.
-- Could break: a claim across a bound is left out or told in full; an event without a claim (cancelled, waiting) counts.
\i test/regress/sql/frame/open.psql
SELECT jb_busy('room:a', '2026-11-23 00:00+01', '2026-11-24 00:00+01');
SELECT outcome FROM jb_schedule('Nine', '1 hour', '2026-11-23', '09:00', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Ten', '1 hour', '2026-11-23', '10:00', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Noon', '90 minutes', '2026-11-23', '12:00', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Night', '10 hours', '2026-11-23', '20:00', calendars => '{room:a}');
SELECT outcome FROM jb_cancel((jb_schedule('Cancelled', '1 hour', '2026-11-23', '15:00', calendars => '{room:a}')).event_id);

-- claims that touch are one span, and a cancelled event's time is free
SELECT jb_busy('room:a', '2026-11-23 00:00+01', '2026-11-25 00:00+01');
-- clipped on both sides
SELECT jb_busy('room:a', '2026-11-23 10:30+01', '2026-11-23 21:00+01');
-- within an event
SELECT jb_busy('room:a', '2026-11-23 22:00+01', '2026-11-23 23:00+01');
-- a claim that only touches the range is not in it
SELECT jb_busy('room:a', '2026-11-23 11:00+01', '2026-11-23 12:00+01');
SELECT jb_busy('room:a', '2026-11-23 09:30+01', '2026-11-23 09:30+01');
-- fractions of a second are floored
SELECT jb_busy('room:a', '2026-11-23 09:30:00.9+01', '2026-11-23 09:40:00.9+01');
-- a calendar that was never booked has no busy time, and stays without a row
SELECT jb_busy('ceo', '2026-11-23 00:00+01', '2026-11-24 00:00+01');
-- another calendar's time is its own
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{}') \g /dev/null
SELECT jb_busy('room:b', '2026-11-23 00:00+01', '2026-11-24 00:00+01');
-- the farthest reading
SELECT jb_busy('room:a', '2026-11-23 00:00Z', '2036-11-30 00:00Z') = jb_busy('room:a', '2026-11-23 00:00Z', '2026-11-25 00:00Z') AS same;
-- free time and busy time share no second, and together they are the day's hours
SELECT tstzmultirange('["2026-11-23 08:00+01","2026-11-23 17:00+01")'::tstzrange) - jb_busy('room:a', '2026-11-23 08:00+01', '2026-11-23 17:00+01')
     = (SELECT range_agg(slot) FROM jb_slots('5 minutes', '{room:a}', '2026-11-23 08:00+01', '2026-11-23 17:00+01', 1000) AS slot) AS complete;

-- ---- each of these must fail ----
SELECT claim, state, message, hint
  FROM (VALUES
    ('unknown calendar', $$jb_busy('room:nowhere', '2026-11-23', '2026-11-24')$$),
    ('no calendar',      $$jb_busy(NULL, '2026-11-23', '2026-11-24')$$),
    ('no begin',         $$jb_busy('room:a', NULL, '2026-11-24')$$),
    ('no end',           $$jb_busy('room:a', '2026-11-23', NULL)$$),
    ('turned',           $$jb_busy('room:a', '2026-11-24', '2026-11-23')$$),
    ('an endless one',   $$jb_busy('room:a', '2026-11-23', 'infinity')$$),
    ('too long a one',   $$jb_busy('room:a', '2026-11-23 00:00Z', '2036-11-30 00:00:01Z')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call);
SELECT detail FROM test.refusal($$SELECT jb_busy('room:a', NULL, 'infinity')$$);
\i test/regress/sql/frame/close.psql
