# The cost and the locks of a call do not grow with anything that the call does not concern: not with the held and
# waiting events beside it, the events of a full window, the items of its batch, or the bookings since a snapshot that
# stays open. A booking locks its own calendars, and if it opens time those of the waiting events that could take this
# time.
#
# Could break: a writer reads every held or waiting event of a calendar, or looks up the calendars of each; events are
# set aside needlessly; a batch starts over, or is copied, for each item; a booking reads the versions that earlier
# bookings have left of a row.
#
# Costs are counted in pages, never in time: a busier machine reads the same pages.
use strict;
use warnings;

use Test::More;

use Stack;

$ENV{JB_WORKER} = 'off';
my $stack = Stack->new('growth', 'database');
my $now = '2027-01-04 07:00+01';
my $always = join ',', map { qq("$_": [{"start": "00:00", "end": "24:00"}]) } qw(monday tuesday wednesday thursday friday saturday sunday);

sub at_now { my ($sql) = @_; return $stack->sql("SET jb_scheduler.now = '$now'; SET timezone = 'Europe/Berlin'; $sql") }

sub calendars
{
	my (@names) = @_;
	return at_now(join ';', map { qq(SELECT name FROM jb_calendar_set('$_', '{"time_zone": "Europe/Berlin", "min_notice": "0", "hours": {$always}}')) } @names);
}

# The pages that a call reads and writes. The call is rolled back.
$stack->sql(<<'SQL');
CREATE EXTENSION pgrowlocks;
CREATE FUNCTION pages(call text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
  EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || call INTO plan;
  RAISE SQLSTATE 'JBUND' USING MESSAGE = (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;
EXCEPTION WHEN SQLSTATE 'JBUND' THEN RETURN SQLERRM::bigint;
END$$;
CREATE PROCEDURE book(calendar text, first int, last int) LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN first..last LOOP
    PERFORM jb_schedule('Event', '30 minutes', start_timestamp => timestamptz '2027-02-01 00:00+01' + i * interval '1 hour', calendars => ARRAY[calendar]);
    COMMIT;
  END LOOP;
END$$;
SQL

# The pages of a call that its session has made before.
sub pages { my ($call) = @_; return (split /\n/, at_now("SELECT pages(\$_\$$call\$_\$) FROM generate_series(1, 3)"))[-1] }

sub is_flat
{
	my ($what, $few, $many) = @_;
	return cmp_ok($many, '<=', 1.5 * $few, "$what ($few pages, then $many)");
}

# What calls cost beside `n` events, and beside four times as many.
sub stays
{
	my ($n, $fill, %calls) = @_;
	$fill->(1, $n);
	my %few = map { $_ => pages($calls{$_}) } keys %calls;
	$fill->($n + 1, 4 * $n);
	is_flat($_, $few{$_}, pages($calls{$_})) for sort keys %calls;
	return;
}

# The cost of an item of a batch, in batches of 20 and of 80 items.
sub item_stays
{
	my ($what, $item) = @_;
	my ($few, $many) = map { pages("SELECT * FROM jb_schedule_all((SELECT jsonb_agg($item) FROM generate_series(1, $_) AS i))") / $_ } 20, 80;
	return is_flat("$what, each", $few, $many);
}

my $hour = "date_trunc('day', timestamptz '2027-01-05 00:00+01') + i * interval '1 hour'";

# ---- what a call costs ----
calendars(qw(looked held waits full conference tries), map { "speaker:$_" } 1 .. 80);

calendars('changes');
stays(500,
	sub { at_now("CALL book('changes', $_[0], $_[1])") },
	'the last changes of all calendars' => 'SELECT count(*) FROM jb_changes_all(jb_changes_cursor(100))',
	'those that are still to come' => 'SELECT count(*) FROM jb_changes_all(jb_changes_cursor())');

# Lookups by key, beside others of their kind. The row of a user's own table is unchanged, so it is only read.
my $own = q(date_trunc('day', timestamptz '2028-01-03 00:00+01') + i * interval '1 hour');
calendars('own');
at_now(<<'SQL');
CREATE TABLE own_rows (event_id bigint, duration interval, start_timestamp timestamptz, outcome text, calendars text[] DEFAULT '{own}');
CREATE INDEX ON own_rows (event_id);
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON own_rows FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name:=Row');
INSERT INTO own_rows (duration, start_timestamp) VALUES ('1 hour', '2027-12-31 10:00+01');
SELECT jb_poll_create('When?', '2028-01-03 00:00+01', '2028-01-05 00:00+01', '1 hour', calendars => '{own}', public => true);
SQL
stays(500,
	sub { at_now("INSERT INTO own_rows (duration, start_timestamp) SELECT '1 hour', $own FROM generate_series($_[0], $_[1]) AS i") },
	'the row of one event, beside other rows' => q(SELECT jb_follow_rows('own_rows', ARRAY(SELECT min(event_id) FROM own_rows))),
	'an invitation to a poll, beside events' => 'SELECT jb_poll_invitation(1)');
stays(500,
	sub { at_now("SELECT jb_calendar_set('other:' || i, '{}') FROM generate_series($_[0], $_[1]) AS i") },
	'the tag of a feed, beside other calendars' => q(SELECT jb_icalendar_tag('own')));

# A visit of the worker looks for what is due. The holds begin a day after the time that is read.
stays(500,
	sub { at_now("SELECT count((jb_schedule('Held', '30 minutes', start_timestamp => $hour, calendars => '{looked}', hold_for => '90 days')).event_id) FROM generate_series($_[0], $_[1]) AS i") },
	'writing what is due, beside holds of which none is due' => 'SELECT jb_expire()',
	'asking what is due, beside them' => 'SELECT count(*) FROM jb_due(jb_now())',
	'slots beside them' => q(SELECT count(*) FROM jb_slots('1 hour', '{looked}', '2027-01-04 08:00+01', '2027-01-04 20:00+01')),
	'the tag of a feed beside them' => q(SELECT jb_icalendar_tag('looked')),
	'busy time beside them' => q(SELECT jb_busy('looked', '2027-01-04 08:00+01', '2027-01-04 20:00+01')));

# An hour ago they were held for a minute.
calendars('due');
stays(500,
	sub { at_now("SET jb_scheduler.now = '2027-01-04 06:00+01'; SELECT count((jb_schedule('Held', '30 minutes', start_timestamp => $hour, calendars => '{due}', hold_for => '1 minute')).event_id) FROM generate_series($_[0], $_[1]) AS i") },
	'slots beside holds that are due and not written' => q(SELECT count(*) FROM jb_slots('1 hour', '{due}')),
	'lead time beside them' => q(SELECT count(*) FROM jb_lead_time('{30 minutes,40 minutes}', '{due}')));

stays(500,
	sub { at_now("SELECT count((jb_schedule('Held', '30 minutes', start_timestamp => $hour, calendars => '{held}', hold_for => '90 days')).event_id) FROM generate_series($_[0], $_[1]) AS i") },
	'a booking beside holds of which none is due' => q(SELECT jb_schedule('Beside', '30 minutes', start_timestamp => '2027-01-05 05:30+01', calendars => '{held}')));

at_now(q(SELECT jb_schedule('Block', '20 hours', start_timestamp => '2027-02-01 00:00+01', calendars => '{waits}')));
stays(500,
	sub { at_now("SELECT count((jb_schedule('Waits', '9 hours', '2027-02-01', calendars => '{waits}', on_no_slot => 'wait')).event_id) FROM generate_series($_[0], $_[1]) AS i") },
	'a booking beside events that wait' => q(SELECT jb_schedule('Beside', '30 minutes', start_timestamp => '2027-01-05 05:30+01', calendars => '{waits}')));

# When the first event has its time, four hours and twenty-five minutes are left: slightly too short for the others.
at_now(q(SELECT name FROM jb_calendar_set('awaited', '{"time_zone": "Europe/Berlin"}')));
at_now(q(SELECT jb_schedule('Block', '9 hours', '2027-02-01', '08:00', calendars => '{awaited}')));
stays(500,
	sub { at_now("SELECT count((jb_schedule('Waits', '4 hours 32 minutes', '2027-02-01', calendars => '{awaited}', on_no_slot => 'wait')).event_id) FROM generate_series($_[0], $_[1]) AS i") },
	'a cancellation beside events that wait, of which one takes the time' => q(SELECT jb_cancel(id) FROM jb_event WHERE event_name = 'Block' AND calendars = '{awaited}'));

stays(500,
	sub { at_now("SELECT count((jb_schedule('Lower', '1 hour', priority => 10, calendars => '{full}')).event_id) FROM generate_series($_[0], $_[1]) AS i") },
	'a pre-emption in a full window' => q(SELECT jb_schedule('Urgent', '1 hour', not_before => '2027-01-05 00:00+01', not_after => '2027-01-20 00:00+01', priority => 90, preempt => true, calendars => '{full}')));

calendars('looked_at');
my $looking = $stack->session;
$looking->sql('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM jb_event');
stays(500,
	sub { at_now("CALL book('looked_at', $_[0], $_[1])") },
	'a booking after many bookings, while a snapshot from before them is open' => q(SELECT jb_schedule('Beside', '30 minutes', start_timestamp => '2027-01-05 05:30+01', calendars => '{looked_at}')));
$looking->close;

my $item = q('event_name', 'Talk', 'duration', 'PT30M', 'start_timestamp', timestamptz '2027-03-01 00:00+01' + i * interval '1 hour');
item_stays('the talks of a conference with their speakers',
	"jsonb_build_object($item, 'calendars', '[\"conference\"]'::jsonb, 'attendees', jsonb_build_array('speaker:' || i), 'check_attendees', true)");
item_stays('the items of a batch that are only tried', "jsonb_build_object($item, 'calendars', '[\"tries\"]'::jsonb, 'dry_run', i % 2 = 0)");

# ---- what calls leave ----
# The rows that a booking changes stay on their pages, because the session's next bookings clear away the old versions.
calendars('left');
my $rows = q(SELECT 'lock', (l.ctid::text::point)[0] FROM jb_calendar_lock l JOIN jb_calendar USING (id) WHERE name = 'left'
  UNION ALL SELECT 'tree ' || level, min((t.ctid::text::point)[0]) FROM jb_tree t JOIN jb_calendar c ON c.id = t.calendar WHERE name = 'left' GROUP BY level ORDER BY 1);
$stack->sql(<<'SQL');
CREATE PROCEDURE rebook(calendar text, times int) LANGUAGE plpgsql AS $$
DECLARE booked bigint;
BEGIN
  FOR i IN 1..times LOOP
    booked := (jb_schedule('Event', '30 minutes', start_timestamp => '2027-02-01 00:00+01', calendars => ARRAY[calendar])).event_id;
    COMMIT;
    PERFORM jb_cancel(booked);
    COMMIT;
  END LOOP;
END$$;
SQL
at_now(q(CALL rebook('left', 10)));
my $stood = $stack->sql($rows);
at_now(q(CALL rebook('left', 500)));
is($stack->sql($rows), $stood, 'a thousand changes of a calendar leave its rows on their pages');

# ---- what a call locks ----
# The names of the calendars locked by a call whose transaction is still open.
sub locked_by
{
	my ($call) = @_;
	my $session = $stack->session;
	$session->sql("BEGIN; SET LOCAL jb_scheduler.now = '$now'; $call");
	my $names = $stack->sql(q(SELECT string_agg(name, ' ' ORDER BY id) FROM pgrowlocks('jb_calendar_lock') l JOIN jb_calendar_lock k ON k.ctid = l.locked_row JOIN jb_calendar c USING (id)));
	$session->sql('ROLLBACK');
	$session->close;
	return $names;
}

# x1 to x9 each have a block at 10:00. An event waits for 10:00 on x1 and x2, the next on x2 and x3, and so on.
calendars(map { "x$_" } 1 .. 9);
at_now(q(SELECT jb_schedule('Block', '1 hour', '2027-01-05', '10:00', calendars => ARRAY['x' || i]) FROM generate_series(1, 9) AS i));
at_now(q(SELECT jb_schedule('Link', '1 hour', '2027-01-05', '10:00', calendars => ARRAY['x' || i, 'x' || i + 1], on_no_slot => 'wait') FROM generate_series(1, 8) AS i));
at_now(q(SELECT jb_schedule('Stands', '1 hour', '2027-01-05', '14:00', calendars => '{x4,x7}')));
sub cancel { my ($name, $calendar) = @_; return "SELECT jb_cancel(id) FROM jb_event WHERE event_name = '$name' AND calendars[1] = '$calendar' AND status = 'scheduled'" }

is(locked_by(q(SELECT jb_schedule('Beside', '1 hour', '2027-01-05', '12:00', calendars => '{x4}'))), 'x4', 'a booking beside a chain of waiting events locks its own calendar alone');
is(locked_by(q(SELECT jb_schedule('Automatic', '1 hour', '2027-01-05', calendars => '{x4}'))), 'x4', 'so does an automatic booking');
is(locked_by(cancel('Block', 'x4')), 'x3 x4 x5', 'who opens time locks the calendars of the events that wait for this time, and no others');
is(locked_by(cancel('Stands', 'x4')), 'x4 x7', 'who opens time for which nobody waits locks the calendars of the event');
is(locked_by(q(SELECT jb_schedule('Refused', '1 hour', '2027-01-05', '10:30', calendars => '{x4}'))), '', 'who is refused locks nothing');

# ---- memory ----
# A backend's private memory in use, in KiB; and its peak.
sub memory
{
	my ($session) = @_;
	my $pid = $session->sql('SELECT pg_backend_pid()');
	my %is = Stack::slurp("/proc/$pid/status") =~ /^(\w+):\s+(\d+) kB$/mg;
	return ($is{RssAnon}, $is{VmHWM} - $is{RssShmem} - $is{RssFile});
}

my %calls = (
	'a booking' => q(SELECT outcome FROM jb_schedule('Beside', '30 minutes', start_timestamp => '2027-01-05 05:30+01', calendars => '{waits}')),
	'a cancellation' => q(SELECT outcome FROM jb_cancel((SELECT min(id) FROM jb_event WHERE event_name = 'Block' AND calendars = '{awaited}'))),
	'a pre-emption' => q(SELECT outcome FROM jb_schedule('Urgent', '1 hour', not_before => '2027-01-05 00:00+01', not_after => '2027-01-20 00:00+01', priority => 90, preempt => true, calendars => '{full}')),
	'a batch with speakers' => "SELECT count(*) FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object($item, 'calendars', '[\"conference\"]'::jsonb, 'attendees', jsonb_build_array('speaker:' || i), 'check_attendees', true)) FROM generate_series(1, 5) AS i))",
);
for my $what (sort keys %calls)
{
	my $session = $stack->session;
	$session->sql("SET jb_scheduler.now = '$now'");
	my $repeat = sub { $session->sql(join ";\n", ('BEGIN', $calls{$what}, 'ROLLBACK') x $_[0]) };
	$repeat->(100);
	my ($before) = memory($session);
	$repeat->(100) for 1 .. 10;
	my ($after) = memory($session);
	cmp_ok($after - $before, '<', 4096, "a backend has no more memory after a thousand calls: $what (${before} kB, then ${after} kB)");
	$session->close;
}

done_testing();
