-- Promise (rule 14.5): the cost of a call on several calendars does not grow with the earlier calls of its transaction.
-- Could break: PostgreSQL keeps a list (a multixact) of the subtransactions that have locked a row with each version of
-- the row. A call that locks the row before writing it adds itself to the list of the call before, and the
-- ten-thousandth call copies ten thousand entries.
SET jb_scheduler.now = '2026-11-23 07:00+01';
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:a,room:b}'::text[]) AS name \g /dev/null
BEGIN;
SELECT plan(4);
SELECT is((jb_schedule('Both', '10 minutes', calendars => '{room:a,room:b}')).outcome, 'placed', 'a call on two calendars is done') FROM generate_series(1, 3);
SELECT is_empty('SELECT id FROM jb_calendar_lock WHERE xmax <> 0', 'and leaves no holder with the rows of their locks');
SELECT * FROM finish();
ROLLBACK;
