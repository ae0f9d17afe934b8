# pg_upgrade preserves calendars: every row and every catalogue entry. The background worker writes nothing meanwhile.
#
# Could break: a member of the extension cannot be created by itself in the order of pg_dump --binary-upgrade; the
# library does not load from the path in the catalogue; the worker writes into a half-made database.
# Both clusters run the only installed version of PostgreSQL: pg_upgrade does the same work.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use Test::More;

use Cluster;
use Sample;
use Stack;

plan skip_all => Cluster::why_not_upgraded() if Cluster::why_not_upgraded();

# A catalogue entry without the part that no dump preserves: the stored form of bound bodies. pg_dump writes them out,
# and they are read back with other parentheses, and with names for columns that had none.
sub carried
{
	my @lines = split /\n/, $_[0];
	s/("prosqlbody" : )"(?:[^"\\]|\\.)*"/$1"bound"/ for @lines;
	return @lines;
}

my $catalogue = Stack::slurp(dirname(abs_path(__FILE__)) . '/catalogue.sql');
my @databases = qw(jb second);

$ENV{JB_WORKER} = 'off';    # the worker would end holds by the real clock
my $stack = Stack->new('pg_upgrade', 'database');
$stack->database('second');
$stack->sql(q(SET client_min_messages = warning; CREATE EXTENSION jb_scheduler), 'second');
Sample::fill($stack, $_) for @databases;
$stack->sql(q(CREATE TABLE own (start_timestamp timestamptz, event_id bigint); CREATE TRIGGER place BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION jb_place_row();
	CREATE VIEW own_view AS SELECT * FROM jb_event_view; CREATE ROLE test_app; GRANT jb_manager TO test_app; GRANT SELECT ON jb_event TO test_app));
my (%rows, %entries);
for my $database (@databases)
{
	$rows{$database} = { map { $_ => Sample::rows_of($stack, $database, $_) } Sample::tables($stack, $database) };
	$entries{$database} = $stack->sql($catalogue, $database);
}
$stack->down;

my $new = Cluster->upgraded($stack, 'upgraded', 5433, $stack, $Stack::BIN, "jb_scheduler.worker_databases = 'jb, second'", 'jb_scheduler.worker_interval = 1');
$new->up('jb_scheduler.worker_databases' => '');
for my $database (@databases)
{
	is(Sample::rows_of($new, $database, $_), $rows{$database}{$_}, "$database: $_ is as it was") for sort keys %{ $rows{$database} };
	my %old = map { $_ => 1 } carried($entries{$database});
	my %now = map { $_ => 1 } carried($new->sql($catalogue, $database));
	my @differences = ((map { "- $_" } grep { !$now{$_} } sort keys %old), (map { "+ $_" } grep { !$old{$_} } sort keys %now));
	is(scalar @differences, 0, "$database: every catalogue entry too") or diag(join "\n", @differences);
}
for my $database (@databases)
{
	is($new->sql('SELECT count(*) FROM jb_check()', $database), 0, "$database: jb_check finds nothing to complain about");
	my $next = $new->sql('SELECT last_value + 1 FROM jb_event_id_seq', $database);
	is($new->sql("SET jb_scheduler.now = '$Sample::NOW'; SET ROLE jb_secretary; SELECT outcome, event_id FROM jb_schedule('Next', '1 hour')", $database), "placed|$next", "$database: it goes on");
}
is($new->sql(q(SET ROLE test_app; SELECT count(*) > 0, (jb_delete(1))::text FROM jb_event)), 't|true', 'users keep their roles and rights');
is($new->sql('INSERT INTO own DEFAULT VALUES RETURNING event_id IS NOT NULL'), 't', 'their triggers');
is($new->sql('SELECT count(*) FROM own_view'), $new->sql('SELECT count(*) FROM jb_event'), 'and their views');
$new->down;

done_testing();
