# pg_dump and restore keep everything, and the restored database goes on where the first one stopped.
#
# It could break where a table or a sequence is not marked as configuration of the extension (its rows or its count
# would be missing), where the install script inserts rows that the dump brings too, or where it makes roles that the
# cluster has, or needs roles that it has not.
use strict;
use warnings;

use Test::More;

use Stack;

my @TABLES    = qw(jb_calendar jb_override jb_event jb_series jb_attachment jb_claim jb_tree jb_change_log jb_rejection jb_idempotency jb_principal
  jb_poll jb_poll_participant);
my @SEQUENCES = qw(jb_calendar_id_seq jb_event_id_seq jb_rejection_id_seq jb_poll_id_seq);
my @ROLES     = qw(jb_viewer jb_secretary jb_manager jb_guest jb_gateway);

my $stack = Stack->new('dump', 'database');
my $dump  = $stack->dir . '/dump';
fill();
my %rows = map { $_ => rows_of($stack, 'jb', $_) } @TABLES;
is($stack->sql("SELECT count(*) FROM unnest((SELECT extconfig FROM pg_extension WHERE extname = 'jb_scheduler')) AS c WHERE c::regclass::text <> ALL ('{@{[join ',', @TABLES, @SEQUENCES]}}')"),
	0, 'whatever a dump takes along is looked at here');
for my $table (@TABLES) { isnt($rows{$table}, '', "$table holds something to lose") }
my %counts = map { $_ => $stack->sql("SELECT last_value FROM $_") } @SEQUENCES;

$stack->run_command('pg_dump', '-Fc', '-f', $dump, 'jb');
$stack->run_command('createdb', 'restored');
$stack->run_command('pg_restore', '--exit-on-error', '-d', 'restored', $dump);
goes_on($stack, 'restored', 'pg_restore into a new database');

$stack->run_command('pg_dump', '-f', "$dump.sql", 'jb');
$stack->run_command('createdb', 'from_text');
$stack->run_command('psql', '-Xq', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-1', '-f', "$dump.sql", 'from_text');
goes_on($stack, 'from_text', 'plain SQL in one transaction, where the roles are already there');

# A dump of what was restored is the same dump: nothing is lost on a second journey either.
$stack->run_command('pg_dump', '-f', "$dump.again.sql", 'from_text');
$stack->run_command('createdb', 'again');
$stack->run_command('psql', '-Xq', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', "$dump.again.sql", 'again');
is(rows_of($stack, 'again', 'jb_change_log'),
	rows_of($stack, 'from_text', 'jb_change_log'),
	'a restored database can be dumped and restored');

# Another cluster, in which nobody has ever installed it.
my $other = Stack->new('dump_elsewhere', 'database');
$other->sql('DROP EXTENSION jb_scheduler');
$other->sql("DROP OWNED BY $_; DROP ROLE $_") for reverse @ROLES;
$other->run_command('createdb', 'restored');
$other->run_command('pg_restore', '--exit-on-error', '-d', 'restored', $dump);
goes_on($other, 'restored', 'pg_restore into a cluster without the roles');

done_testing();

# Events of every status and kind on two calendars, refused and deleted ones, and who may call.
sub fill
{
	$stack->sql(<<'SQL');
SET jb_scheduler.now = '2026-11-20 12:00+01';
SELECT jb_calendar_set('room:1', '{"time_zone": "America/New_York", "slot_increment": "15 minutes", "strict": true,
                                   "hours": {"monday": [{"start": "09:00", "end": "12:00"}]}}');
SELECT jb_availability_set('room:1', '2026-11-24', '[{"start": "10:00", "end": "16:00"}]');
SELECT jb_schedule('Fixed', '1 hour', event_date => '2026-11-23', start_time => '09:00', attendees => '{anna,bob}');
SELECT jb_schedule('Refused', '1 hour', event_date => '2026-11-23', start_time => '09:30');
SELECT jb_schedule('Automatic ' || i, '25 minutes', priority => i) FROM generate_series(1, 20) AS i;
SELECT jb_schedule('Displaced', '9 hours', event_date => '2026-11-24');
SELECT jb_schedule('Fixed too', '1 hour', event_date => '2026-11-24', start_time => '10:00');
SELECT jb_schedule('In a room', '1 hour', calendars => '{room:1}');
SELECT jb_schedule('Weekly', '20 minutes', event_date => '2026-12-07', start_time => '17:00', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3');
SELECT jb_reschedule(5, event_date => '2026-11-27');
SELECT jb_cancel(6);
SELECT jb_delete(7);
SELECT jb_update(8, '{"event_name": "Ünïcödé ''quoted'' \\ \n line"}');
SELECT jb_attach(8, '{"name": "scan.bin"}', '\x00ff0a275c');
SELECT jb_attach(8, '{"name": "Minutes", "url": "https://example.org/minutes"}');
SELECT jb_schedule('Under a key', '1 hour', start_timestamp => '2026-11-28 08:00+01', idempotency_key => 'dumped');
SELECT jb_principal_set('CN=ca', 'CN=anna', 'anna', 'secretary');
SELECT jb_poll_create('Meeting', '2026-12-01', '2026-12-05', '1 hour', daily_to => '24:00', public => true);
SELECT jb_poll_invite(1, 'Élodie');
SELECT jb_poll_answer(1, 'Zoë', '[{"start": "2026-12-01T15:00:00Z", "end": "2026-12-01T16:00:00Z"}]');
SQL
	return;
}

sub rows_of
{
	my ($at, $database, $table) = @_;
	my $rows = "SELECT string_agg(t::text, chr(10) ORDER BY t::text) FROM $table AS t";
	return $at->sql("SET timezone = 'Etc/UTC'; $rows", $database);
}

# The restored database holds the same, says that it is sound, and counts on from the last id.
sub goes_on
{
	my ($at, $database, $how) = @_;
	subtest $how => sub {
		for my $table (@TABLES) { is(rows_of($at, $database, $table), $rows{$table}, "$table is as it was") }
		is($at->sql('SELECT count(*) FROM jb_check()', $database), 0, 'jb_check finds nothing to complain about');
		my $roles = "SELECT count(*) FROM pg_roles WHERE rolname IN ('" . join("','", @ROLES) . "')";
		is($at->sql($roles, $database), scalar @ROLES, 'the roles are there');
		is($at->sql('SET ROLE jb_viewer; SELECT jb_status(1)', $database), 'pending', 'a viewer may read');

		my $again = "SET jb_scheduler.now = '2026-11-20 12:00+01'; SELECT outcome || ' ' || (event ->> 'event_name') FROM "
		  . "jb_schedule('Under a key', '1 hour', start_timestamp => '2026-11-28 08:00+01', idempotency_key => 'dumped')";
		is($at->sql($again, $database), 'placed Under a key', 'a key still stands for its answer');

		my $book = "SET jb_scheduler.now = '2026-11-20 12:00+01'; SET ROLE jb_secretary; SELECT outcome || ' ' || ";
		my $next = $counts{jb_event_id_seq} + 1;
		my $fixed = "jb_schedule('On the free day', start_timestamp => '2026-11-28 10:00+01')";
		is($at->sql("$book event_id FROM $fixed", $database), "placed $next", 'the next event takes the next id');
		$next = $counts{jb_rejection_id_seq} + 1;
		is($at->sql("$book rejection_id FROM $fixed", $database), "rejected $next", 'and the next rejection, too');
		is($at->sql("$book to_char(start_timestamp AT TIME ZONE 'UTC', 'DD HH24:MI') FROM jb_schedule('Fits', '25 minutes', "
				  . "event_date => '2026-11-27')", $database),
			'placed 27 07:25', 'first fit passes over what was restored');
		$at->sql("SELECT jb_calendar_set('room:2', '{}')", $database);
		is($at->sql("SELECT id FROM jb_calendar WHERE name = 'room:2'", $database),
			$counts{jb_calendar_id_seq} + 1, 'and the next calendar');
		is($at->sql('SELECT count(*) FROM jb_check()', $database), 0, 'all of it soundly');
	};
	return;
}
