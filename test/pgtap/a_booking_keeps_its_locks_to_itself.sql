-- Promise: a booking keeps the locks of its tables and indexes in its own backend (pg_locks.fastpath). So bookings on
-- different calendars do not wait for each other at the server's lock table.
-- Could break: a backend has room for 16 of them. With one more table or index, or with indexes that stay open longer,
-- each booking writes into a table in shared memory, for which all backends compete.
SELECT plan(6);
SET jb_scheduler.now = '2026-11-23 07:00+01';
SELECT jb_schedule('First', '30 minutes') \g /dev/null
CREATE TABLE held (relation regclass, fastpath bool);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$BEGIN
  INSERT INTO held SELECT l.relation, l.fastpath FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
   WHERE l.pid = pg_backend_pid() AND c.relname LIKE 'jb\_%' AND l.mode = 'RowExclusiveLock';
  RETURN NEW;
END$$;
CREATE TRIGGER note BEFORE INSERT ON jb_event FOR EACH ROW EXECUTE FUNCTION note();
SELECT is((jb_schedule('Next', '30 minutes')).outcome, 'placed', 'an event is booked');
SELECT cmp_ok((SELECT count(*) FROM held), '>', 5::bigint, 'by a call that holds locks when it writes the event');
SELECT is_empty('SELECT relation FROM held WHERE NOT fastpath', 'all of which its backend keeps to itself');
DROP TRIGGER note ON jb_event;
DELETE FROM held;
CREATE TRIGGER note AFTER INSERT ON jb_event FOR EACH ROW EXECUTE FUNCTION note();
SELECT is((jb_schedule('Last', '30 minutes')).outcome, 'placed', 'another is booked');
SELECT cmp_ok((SELECT count(*) FROM held), '>', 5::bigint, 'by a call that holds locks when all is written');
SELECT is_empty('SELECT relation FROM held WHERE NOT fastpath', 'all of which its backend keeps to itself');
SELECT * FROM finish();
