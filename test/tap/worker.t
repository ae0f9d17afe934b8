# Rule 11.6: what falls due is written without a call. Within a second of its deadline a hold is expired, with change,
# rejection and NOTIFY, its time is offered again, and an event that waited for it has it. The worker comes back however
# it ended, writes nothing on a standby, holds up no session, and does nothing while nothing is due.
#
# Could break: a deadline is announced before its commit, or lost between two checks; one calendar that is locked, or
# broken, holds up the others; the worker keeps a database open that an operator wants to drop.
use strict;
use warnings;

use Cwd qw(abs_path);
use IPC::Run;
use Test::More;

use Stack;

my $stack = Stack->new('worker', 'database');
my $always = '[{"start": "00:00", "end": "24:00"}]';
my $hours = join ',', map { qq("$_": $always) } qw(monday tuesday wednesday thursday friday saturday sunday);
my $slots_taken = 0;

# The interval is for unannounced deadlines. It is long here, so whatever the worker does in time was announced.
sub configure
{
	my (%settings) = @_;
	$stack->sql("ALTER SYSTEM SET jb_scheduler.$_ = '$settings{$_}'") for keys %settings;
	$stack->sql('SELECT pg_reload_conf()');
	return;
}

sub worker { my ($column, $database) = @_; return $stack->sql("SELECT $column FROM jb_worker()", $database) }

sub is_on { my ($database) = @_; return eval { worker('state', $database) eq 'on' } }

sub calendar { my ($name, $database) = @_; return $stack->sql("SELECT jb_calendar_set('$name', '{\"hours\": {$hours}}')", $database) }

# A call that holds one hour next week for some time; each call takes another hour.
sub hold_call
{
	my ($calendar, $for) = @_;
	my $start = q(date_trunc('hour', now()) + interval '7 days ) . $slots_taken++ . q( hours');
	return "SELECT event_id FROM jb_schedule('Held', '1 hour', start_timestamp => $start, calendars => '{$calendar}', hold_for => '$for')";
}

sub hold { my ($calendar, $for, $database) = @_; return $stack->sql(hold_call($calendar, $for), $database) }

sub status { my ($id, $database) = @_; return $stack->sql("SELECT status FROM jb_event WHERE id = $id", $database) }

sub expires
{
	my ($id, $what, $database) = @_;
	Stack::wait_until { eval { status($id, $database) eq 'expired' } } $what;
	return pass($what);
}

# What was not announced would come an hour late. On a machine with other work the worker may be some seconds late.
sub expires_in_time
{
	my ($id, $what) = @_;
	Stack::wait_until { status($id) eq 'expired' } $what;
	my $late = $stack->sql("SELECT extract(epoch FROM updated_at - expires_at)::int FROM jb_event WHERE id = $id");
	ok($late <= 10, $what) or diag("$late s late");
	return;
}

sub is_sound { return is($stack->sql('SELECT count(*) FROM jb_check()'), 0, 'jb_check finds nothing to complain about') }

configure(worker_interval => '1h');
Stack::wait_until { is_on() } 'the worker is on';
is(worker('visits'), 1, 'a database that has just been made is found, and looked into once');
my $idle = $stack->sql('SHOW server_version_num') >= 170000 ? 'JbSchedulerIdle' : 'Extension';
Stack::wait_until { $stack->sql("SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'jb_scheduler launcher'") eq $idle } 'the launcher waits';
pass("pg_stat_activity says that the launcher waits for $idle");
calendar($_) for qw(room:a room:b room:c);

# ---- a hold left alone ----
my $listener = $stack->session;
$listener->sql('LISTEN jb_rejected');
my $held = hold('room:a', '2 seconds');
my $its_time = "(SELECT start_timestamp FROM jb_event WHERE id = $held)";
my $waiting = $stack->sql("SELECT event_id FROM jb_schedule('Next', '1 hour', start_timestamp => $its_time, calendars => '{room:a}', on_no_slot => 'wait')");
is(status($waiting), 'waiting', 'somebody waits for the time of a hold');
expires_in_time($held, 'a hold that nobody confirms is expired within a second of its deadline');
is(status($waiting), 'scheduled', 'and who waited for its time has it');

# ---- a database whose owner has set a trap ----
# The worker is a superuser, and the database's own settings also apply to its session.
$stack->sql(<<'SQL');
CREATE SCHEMA trap;
CREATE FUNCTION trap.equal(name, name) RETURNS bool LANGUAGE plpgsql AS $$BEGIN RAISE 'trapped, as %', current_user; END$$;
CREATE OPERATOR trap.= (LEFTARG = name, RIGHTARG = name, FUNCTION = trap.equal);
CREATE FUNCTION trap.jb_due(OUT calendar text, OUT due timestamptz) RETURNS SETOF record LANGUAGE plpgsql AS $$BEGIN RAISE 'trapped, as %', current_user; END$$;
ALTER DATABASE jb SET search_path = trap, pg_catalog, public;
SQL
expires_in_time(hold('room:c', '2 seconds'), 'a search_path that the owner of a database has set for it does not reach the worker');
$stack->sql('ALTER DATABASE jb RESET search_path; DROP SCHEMA trap CASCADE');
my @heard;
Stack::wait_until { push @heard, $listener->heard; scalar @heard } 'the notification';
like($heard[0], qr/"event_id" : $held\b.*"hold_expired"/, 'it is announced');
is($stack->sql("SELECT reason || ' ' || principal FROM jb_rejection WHERE event_id = $held"), 'hold_expired jb_worker', 'there is a rejection');
is($stack->sql("SELECT kind || ' ' || principal FROM jb_change_log WHERE event_id = $held ORDER BY version DESC LIMIT 1"), 'expired jb_worker', 'and a change');
$listener->close;

# ---- an earlier deadline, a rollback ----
my $later = hold('room:b', '1 hour');
my $visits = worker('visits');
$stack->sql('BEGIN; ' . hold_call('room:b', '1 second') . '; ROLLBACK');
$held = $stack->sql('BEGIN; SAVEPOINT s; ' . hold_call('room:b', '1 day') . '; ROLLBACK TO s; ' . hold_call('room:b,room:c', '2 seconds') . '; COMMIT');    # on two calendars, so it takes another path through the code
$held =~ s/.*\n//;
expires_in_time($held, 'a deadline is heard of while the worker sleeps until a later one');
is(status($later), 'held', 'the later one is left alone');
is(worker('visits'), $visits + 1, 'one deadline costs one look, what was rolled back none, and waiting for either none');
ok($stack->sql("SELECT due = (SELECT expires_at FROM jb_event WHERE id = $later) FROM jb_worker()") eq 't', 'and then it sleeps until the next');

$stack->sql('CREATE ROLE watcher IN ROLE jb_viewer');
is($stack->sql(q(BEGIN; SELECT jb_default_rights_set('nothing'); SET LOCAL ROLE watcher; SELECT state, heartbeat, due, visits FROM jb_worker(); ROLLBACK)),
	"nothing\non|||", 'where calendars give nothing, no other caller learns when something is due, or was');

# ---- a window that passes ----
$stack->sql(q(SELECT jb_calendar_set('room:c', '{"slot_increment": 1}')));
$stack->sql(q(SELECT jb_schedule('Long', '1 day', start_timestamp => now(), calendars => '{room:c}')));
$waiting = $stack->sql(q(SELECT event_id FROM jb_schedule('Soon', '1 second', not_after => now() + interval '3 seconds', calendars => '{room:c}', on_no_slot => 'wait')));
is(status($waiting), 'waiting', 'somebody waits within a window');
expires($waiting, 'when the window has passed, the event is expired');
is($stack->sql("SELECT reason FROM jb_rejection WHERE event_id = $waiting"), 'window_passed', 'with a rejection');

# ---- the worker holds up no session, and no session holds up the worker ----
my $busy = $stack->session;
$busy->sql("BEGIN; SELECT jb_lock('{room:a}')");
$stack->sql('BEGIN; ' . hold_call('room:b', '1 second') . '; COMMIT');
my $snapshot = $stack->session;
$snapshot->sql('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM jb_event');
$busy->sql('COMMIT');
my $locked = hold('room:a', '3 seconds');
$busy->sql("BEGIN; SELECT jb_lock('{room:a}')");
my $free = hold('room:b', '4 seconds');
my $its_slot = "(SELECT tstzrange(start_timestamp, end_timestamp) FROM jb_event WHERE id = $free)";
my $is_offered = "SELECT count(*) FROM jb_slots('1 hour', '{room:b}', lower($its_slot), upper($its_slot)) AS slot WHERE slot = $its_slot";
is($stack->sql($is_offered), 0, 'the time of a hold is not offered');
expires_in_time($free, 'a calendar that somebody has locked holds up no other');
is($stack->sql($is_offered), 1, 'after the deadline it is offered again');
is(status($locked), 'held', 'its own holds wait');
Stack::wait_until { worker('state') eq 'late' } 'the worker is late';
pass('what is overdue for five seconds makes the worker late');
is($stack->sql('SELECT worker FROM jb_health()'), 'late', 'and jb_health says so');
$busy->sql('COMMIT');
$busy->close;
expires($locked, 'once the lock is given back, they end');
is(worker('state'), 'on', 'and it is late no more');
$snapshot->close;

# ---- a calendar that fails ----
calendar('room:lost');
# In one transaction: the hold does not fall due before its calendar has failed.
my $lose = q(UPDATE jb_calendar SET time_zone = 'Nowhere/Lost' WHERE name = 'room:lost');
my $broken = $stack->sql('BEGIN; ' . hold_call('room:lost', '1 second') . "; $lose; COMMIT");
my $sane = hold('room:b', '2 seconds');
expires_in_time($sane, 'a calendar that cannot be read holds up no other');
is(status($broken), 'held', 'its own holds stay');
like(Stack::slurp($stack->dir . '/log/postgres.log'), qr/WARNING:.*could not do what is due on calendar "room:lost".*"Nowhere\/Lost"/, 'and the log says why');
$stack->sql("UPDATE jb_calendar SET time_zone = 'Europe/Berlin' WHERE name = 'room:lost'");
expires($broken, 'once it is mended, they end');

# ---- the worker is ended ----
my $pid = worker('pid');
kill 'TERM', $pid;
Stack::wait_until { is_on() && worker('pid') != $pid } 'another launcher';
expires_in_time(hold('room:b', '1 second'), 'told to end, it comes back');
$pid = worker('pid');
kill 'KILL', $pid;
Stack::wait_until { is_on() && worker('pid') != $pid } 'another launcher, in a server that has recovered';
expires_in_time(hold('room:b', '1 second'), 'killed, it comes back');
my $altering = $stack->session;
while (1)
{
	$held = hold('room:b', '1 second');
	$altering->sql('BEGIN; LOCK TABLE jb_event');    # as ALTER TABLE does: the visit waits briefly
	last if $altering->sql("SELECT status FROM jb_event WHERE id = $held") eq 'held';
	$altering->sql('ROLLBACK');    # a busy machine: the visit came before the lock
}
Stack::wait_until {
	$stack->sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'jb_scheduler worker' AND datname = 'jb'")
}
'a visit under way';
$altering->sql('COMMIT');
$altering->close;
expires($held, 'a visit that could not read, or was told to end, is made again');

# ---- nothing is due ----
is_sound();
configure(worker_interval => '1s');
Stack::wait_until {
	my $before = $stack->sql('SELECT visits, pg_current_wal_insert_lsn() FROM jb_worker()');
	my ($seen, $lsn) = split /\|/, $before;
	Stack::wait_until { worker('visits') > $seen } 'a visit';
	return $stack->sql('SELECT pg_current_wal_insert_lsn()') eq $lsn;
}
'a visit that writes nothing';
pass('a look that finds nothing due writes no WAL');
configure(worker_interval => '1h');

# ---- other databases ----
configure(worker_databases => 'jb, "Other one"');
ok(is_on(), 'a database that is named and not there does no harm');
for my $round (1, 2)
{
	$stack->database('Other one');
	$stack->sql('SET client_min_messages = warning; CREATE EXTENSION jb_scheduler', 'Other one');
	calendar('room:a', 'Other one');
	expires(hold('room:a', '1 second', 'Other one'), 'of a database that turns up the worker hears by the first deadline there', 'Other one');
	hold('room:a', '1 hour', 'Other one');
	$stack->sql('DROP EXTENSION jb_scheduler; CREATE EXTENSION jb_scheduler', 'Other one');
	calendar('room:a', 'Other one');
	expires(hold('room:a', '1 second', 'Other one'), 'and where the extension was dropped and made again too', 'Other one');
	$stack->sql('ALTER DATABASE "Other one" RENAME TO another; DROP DATABASE another');
	pass('it keeps nobody from renaming or dropping a database');
}

# ---- a dump that is restored ---- While its tables are filled in turn, the worker may not write: its rows would
# collide with rows still to come.
$held = hold('room:b', '2 seconds');
my $dump = $stack->dir . '/dump.sql';
$stack->run_command('sh', '-c', "pg_dump --dbname=jb > $dump");
configure(worker_interval => '1s');
$stack->database('Other one');
$stack->run_command('psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-d', 'Other one', '-f', $dump);
expires($held, 'a hold ends');
Stack::wait_until { (worker('visits', 'Other one') || 0) >= 2 } 'visits to the other database';
is(status($held, 'Other one'), 'held', 'where a dump was restored, the worker writes nothing by itself');
cmp_ok($stack->sql('SELECT jb_expire()', 'Other one'), '>', 0, 'until somebody does');
configure(worker_interval => '1h');
expires(hold('room:b', '1 second', 'Other one'), 'and then it goes on', 'Other one');

# ---- a database whose clock a test has set ----
$stack->sql(q(ALTER DATABASE "Other one" SET jb_scheduler.now = '2026-11-23 07:00Z'));
$held = hold('room:b', '1 second', 'Other one');
my $looks = worker('visits', 'Other one');
Stack::wait_until { worker('visits', 'Other one') > $looks } 'a look when a second has passed elsewhere';
is(status($held, 'Other one'), 'held', 'the worker goes by the clock of the database');
$stack->sql(q(ALTER DATABASE "Other one" SET jb_scheduler.now = '2026-11-23 07:00:01Z'));
expires($held, 'and ends the hold when that says so', 'Other one');
$stack->sql('DROP DATABASE "Other one"');

configure(worker_databases => '');
Stack::wait_until { worker('state') eq 'off' } 'the worker is off';
pass('taken from the settings, a database is left alone');
is($stack->sql('SELECT worker FROM jb_health()'), 'off', 'and jb_health says so');
$stack->sql('ALTER SYSTEM RESET jb_scheduler.worker_databases');
$stack->sql('SELECT pg_reload_conf()');
Stack::wait_until { is_on() } 'the worker is on';

# ---- a restart ----
$held = hold('room:b', '1 second');
$stack->down;
$stack->up;
expires($held, 'a deadline that passed while the server was down is kept when it is back');
is_sound();

# ---- a standby ----
$held = hold('room:b', '20 seconds');    # longer than the server takes to stop
my $data = abs_path($stack->dir . '/room/data');    # the server's user cannot enter the folder of the tests
$stack->down;
open my $signal, '>', "$data/standby.signal" or die "could not write: $!";
close $signal;
my @postgres = ('postgres', '-D', $data);
if ($> == 0)
{
	chown +(stat $data)[ 4, 5 ], "$data/standby.signal";
	unshift @postgres, qw(setpriv --reuid=postgres --regid=postgres --init-groups);
}
local $ENV{PATH} = "$Stack::BIN:$ENV{PATH}";
my $said = '';
my $standby = IPC::Run::start([@postgres], '<', \'', '>&', \$said);
Stack::wait_until { $standby->pump_nb; eval { $stack->sql('SELECT pg_is_in_recovery()') eq 't' } } 'a standby';
Stack::wait_until { $stack->sql("SELECT status FROM jb_event_view WHERE id = $held") eq 'expired' } 'the deadline';
is(status($held), 'held', 'a standby shows a hold expired and writes nothing');
is(worker('state'), 'off', 'there the worker is off');
$stack->sql('SELECT pg_promote()');
expires($held, 'promoted, it does what is due');
Stack::wait_until { is_on() } 'and the worker is on';
is_sound();
$standby->signal('INT');
$standby->finish;

done_testing();
