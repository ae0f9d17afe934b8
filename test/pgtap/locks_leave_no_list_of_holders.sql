-- Promise (rule 14.5): what a call on several calendars costs does not grow with the calls before it in its transaction.
-- Could break: PostgreSQL keeps the subtransactions that have locked a row in a list (a multixact) with each version of the
-- row. A call that locks the row before it writes it adds itself to the list that the call before has left, and the
-- ten-thousandth call copies ten thousand of them.
SET jb_scheduler.now = '2026-11-23 07:00+01';
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:a,room:b}'::text[]) AS name \g /dev/null
BEGIN;
SELECT plan(4);
SELECT is((jb_schedule('Both', '10 minutes', calendars => '{room:a,room:b}')).outcome, 'placed', 'a call on two calendars is done') FROM generate_series(1, 3);
SELECT is_empty('SELECT id FROM jb_calendar_lock WHERE xmax <> 0', 'and leaves no holder with the rows of their locks');
SELECT * FROM finish();
ROLLBACK;
