# pg_dump and restore keep everything, and the restored database continues where the first one stopped.
#
# Could break: a table or a sequence is not marked as configuration of the extension (its rows or its count would be
# missing); the install script inserts rows that the dump also contains, creates roles that the cluster has, or needs
# roles that it lacks.
use strict;
use warnings;

use Test::More;

use Sample;
use Stack;

$ENV{JB_WORKER} = 'off';    # the worker would end holds by the real clock
my $stack = Stack->new('dump', 'database');
my $dump  = $stack->dir . '/dump';
Sample::fill($stack);
$stack->sql(q(SELECT jb_update(1, '{"description": "Kept", "metadata": {"n": 1.50}}')));
my %rows = Sample::rows($stack, 'jb');
is($stack->sql("SELECT count(*) FROM unnest((SELECT extconfig FROM pg_extension WHERE extname = 'jb_scheduler')) AS c WHERE c::regclass::text <> ALL ('{@{[join ',', @Sample::TABLES, @Sample::SEQUENCES]}}')"),
	0, 'whatever a dump takes along is looked at here');
for my $table (@Sample::TABLES) { isnt($rows{$table}, '', "$table holds something to lose") }
my %counts = map { $_ => $stack->sql("SELECT last_value FROM $_") } @Sample::SEQUENCES;
my $last_calendar = $stack->sql('SELECT max(id) FROM jb_calendar_number');

my $cursor = $stack->sql('SELECT jb_changes_cursor()');
my $refusal = "DO \$\$BEGIN PERFORM jb_changes_all('$cursor'); RAISE 'not refused'; EXCEPTION WHEN SQLSTATE 'JB410' THEN NULL; END\$\$";

$stack->run_command('pg_dump', '-Fc', '-f', $dump, 'jb');
$stack->run_command('createdb', 'restored');
$stack->run_command('pg_restore', '--exit-on-error', '-d', 'restored', $dump);
goes_on($stack, 'restored', 'pg_restore into a new database');
is($stack->sql('SELECT count(*) FROM jb_changes_all(max_rows => 1000)', 'restored') > 50, 1, 'a reader of all changes begins anew');
$stack->sql($refusal, 'restored');
pass('where it stood in the dumped database is refused');

$stack->run_command('pg_dump', '-f', "$dump.sql", 'jb');
$stack->run_command('createdb', 'from_text');
$stack->run_command('psql', '-Xq', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-1', '-f', "$dump.sql", 'from_text');
goes_on($stack, 'from_text', 'plain SQL in one transaction, where the roles are already there');

$stack->run_command('pg_dump', '-Fd', '-j', 2, '-f', "$dump.parts", 'jb');
$stack->run_command('createdb', 'from_parts');
# Several jobs fill the tables in an unknown order. The reverse of the usual order is tested instead.
$stack->run_command('pg_restore', '-l', '-f', "$dump.list", "$dump.parts");
my @entries = split /^/, Stack::slurp("$dump.list");
my @tables  = reverse grep { /TABLE DATA/ } @entries;
open my $list, '>', "$dump.list" or die "$dump.list: $!";
print {$list} map { /TABLE DATA/ ? shift @tables : $_ } @entries;
close $list;
$stack->run_command('pg_restore', '--exit-on-error', '-L', "$dump.list", '-d', 'from_parts', "$dump.parts");
goes_on($stack, 'from_parts', 'the parts of a directory, in another order');

# The data alone, restored into an existing extension, and in another schema.
$stack->run_command('pg_dump', '--data-only', '-f', "$dump.data.sql", 'jb');
$stack->run_command('sed', '-Ei', q{s/^(COPY |SELECT pg_catalog\.setval\(')public\.jb_/\1calendars.jb_/}, "$dump.data.sql");
$stack->run_command('createdb', 'elsewhere');
$stack->sql('SET client_min_messages = warning; CREATE SCHEMA calendars; CREATE EXTENSION jb_scheduler SCHEMA calendars;
	ALTER DATABASE elsewhere SET search_path = calendars, public', 'elsewhere');
$stack->run_command('psql', '-Xq', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', "$dump.data.sql", 'elsewhere');
goes_on($stack, 'elsewhere', 'the data alone, into another schema');

# A dump of the restored database is identical: a second restore loses nothing either.
$stack->run_command('pg_dump', '-f', "$dump.again.sql", 'from_text');
$stack->run_command('createdb', 'again');
$stack->run_command('psql', '-Xq', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', "$dump.again.sql", 'again');
is(Sample::rows_of($stack, 'again', 'jb_change_log'),
	Sample::rows_of($stack, 'from_text', 'jb_change_log'),
	'a restored database can be dumped and restored');

# The data alone, where a user's table has a trigger that books its rows: a booked row is not booked twice, and a
# rejected row not at all. Rows that do not record their result need their trigger disabled.
my $tables = <<'SQL';
CREATE TABLE repair (car text, takes interval, begins timestamptz, ends timestamptz, event_id bigint, outcome text, reason text);
CREATE TRIGGER book BEFORE INSERT ON repair FOR EACH ROW EXECUTE FUNCTION jb_place_row('takes', '', 'begins', 'ends', 'event_name=car', 'on_no_slot:=wait');
CREATE TABLE visit (takes interval, begins timestamptz, state text);
CREATE TRIGGER book BEFORE INSERT ON visit FOR EACH ROW EXECUTE FUNCTION jb_place_row('takes', '', 'begins', '', 'outcome=state');
CREATE TABLE talk (takes interval, begins timestamptz, event_id bigint, why text);
CREATE TRIGGER book BEFORE INSERT ON talk FOR EACH ROW EXECUTE FUNCTION jb_place_row('takes', '', 'begins', '', 'reason=why');
CREATE TABLE nap (takes interval, begins timestamptz);
CREATE TRIGGER book BEFORE INSERT ON nap FOR EACH ROW EXECUTE FUNCTION jb_place_row('takes', '', 'begins', '');
SQL
with_tables('shop');
$stack->sql(<<"SQL", 'shop');
SET jb_scheduler.now = '$Sample::NOW';
INSERT INTO repair (car, takes, begins) VALUES ('red', '1 hour', '2026-11-23 10:00+01'), ('black', '1 hour', '2026-11-23 10:30+01'), ('old', '1 hour', '2020-01-01 08:00Z');
INSERT INTO repair (car, takes) VALUES ('blue', '90 minutes');
INSERT INTO visit (takes) VALUES ('10 minutes'), ('20 hours');
INSERT INTO talk (takes) VALUES ('15 minutes'), ('20 hours');
INSERT INTO nap (takes) VALUES ('20 minutes'), ('20 hours');
SQL
my @booked = (qw(repair visit talk nap), @Sample::TABLES);
my %booked = map { $_ => Sample::rows_of($stack, 'shop', $_) } @booked;
is($stack->sql("SELECT string_agg(outcome, ' ' ORDER BY car) FROM repair", 'shop'), 'waiting placed rejected placed', 'there are rows of each outcome');
my %how = (as_it_is => '--exclude-table=nap', without_triggers => '--disable-triggers');
for my $database (sort keys %how)
{
	my $option = $how{$database};
	$stack->run_command('pg_dump', '--data-only', $option, '-f', "$dump.shop.sql", 'shop');
	with_tables($database);
	$stack->run_command('psql', '-Xq', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', "$dump.shop.sql", $database);
	for my $table (grep { $option !~ /=$_$/ } @booked)
	{
		is(Sample::rows_of($stack, $database, $table), $booked{$table}, "a data-only dump $database: $table is as it was");
	}
	is($stack->sql('SELECT count(*) FROM jb_check()', $database), 0, 'all of it soundly');
}

# Another cluster, where the extension has never been installed.
my $other = Stack->new('dump_elsewhere', 'database');
$other->sql('DROP EXTENSION jb_scheduler');
$other->sql("DROP OWNED BY $_; DROP ROLE $_") for reverse @Sample::ROLES;
$other->run_command('createdb', 'restored');
$other->run_command('pg_restore', '--exit-on-error', '-d', 'restored', $dump);
goes_on($other, 'restored', 'pg_restore into a cluster without the roles');

done_testing();

# A new database with the extension and the user's tables, still empty.
sub with_tables
{
	my ($database) = @_;
	$stack->database($database);
	$stack->sql("SET client_min_messages = warning; CREATE EXTENSION jb_scheduler; $tables", $database);
	return;
}

# The restored database holds the same rows, is sound by jb_check(), and counts on from the last id.
sub goes_on
{
	my ($at, $database, $how) = @_;
	subtest $how => sub {
		for my $table (@Sample::TABLES) { is(Sample::rows_of($at, $database, $table), $rows{$table}, "$table is as it was") }
		is($at->sql('SELECT count(*) FROM jb_check()', $database), 0, 'jb_check finds nothing to complain about');
		my $roles = "SELECT count(*) FROM pg_roles WHERE rolname IN ('" . join("','", @Sample::ROLES) . "')";
		is($at->sql($roles, $database), scalar @Sample::ROLES, 'the roles are there');
		is($at->sql("SET jb_scheduler.now = '$Sample::NOW'; SET ROLE jb_viewer; SELECT jb_status(1)", $database), 'pending', 'a viewer may read');

		my $again = "SET jb_scheduler.now = '$Sample::NOW'; SELECT outcome || ' ' || (event ->> 'event_name') FROM "
		  . "jb_schedule('Under a key', '1 hour', start_timestamp => '2026-11-28 08:00+01', idempotency_key => 'dumped')";
		is($at->sql($again, $database), 'placed Under a key', 'a key still stands for its answer');

		my $book = "SET jb_scheduler.now = '$Sample::NOW'; SET ROLE jb_secretary; SELECT outcome || ' ' || ";
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
			$last_calendar + 1, 'and the next calendar');
		is($at->sql('SELECT count(*) FROM jb_check()', $database), 0, 'all of it soundly');
	};
	return;
}
