# The data of an older major version of PostgreSQL work under this version: by pg_upgrade, and by dump and restore.
#
# Could break: the newer server creates a member of the extension that the older one did not (array types are members
# since 17), reads a bound body differently, or orders an index differently.
#
# JB_OLD_TREE is a checkout built for the older server, JB_OLD_PG_CONFIG that server's pg_config.
use strict;
use warnings;

use Test::More;

use Cluster;
use Sample;
use Stack;

my ($tree, $pg_config) = @ENV{qw(JB_OLD_TREE JB_OLD_PG_CONFIG)};

sub goes_on
{
	my ($stack, $database, $rows, $how) = @_;
	is(Sample::rows_of($stack, $database, $_), $rows->{$_}, "$how: $_ is as it was") for sort keys %$rows;
	is($stack->sql('SELECT count(*) FROM jb_check()', $database), 0, "$how: jb_check finds nothing to complain about");
	my $next = $stack->sql('SELECT last_value + 1 FROM jb_event_id_seq', $database);
	is($stack->sql("SET jb_scheduler.now = '$Sample::NOW'; SET ROLE jb_secretary; SELECT outcome, event_id FROM jb_schedule('Next', '1 hour')", $database), "placed|$next", "$how: it goes on");
	return;
}

$ENV{JB_WORKER} = 'off';    # the worker would end holds by the real clock
my $new = Stack->new('newer_server', 'database');
$new->down;
my $version = $new->dir . '/room/data/PG_VERSION';
chomp(my $made_by = Stack::slurp($version));
Stack::run_quietly('sh', '-c', 'echo 9 >"$0"', $version);
like(eval { $new->up; 'it comes up' } // $@, qr/PostgreSQL 9 made the data/, 'a stack with the data of another version says so');
Stack::run_quietly('sh', '-c', 'echo "$1" >"$0"', $version, $made_by);
$new->up;

if (!$tree || !$pg_config)
{
	diag('JB_OLD_TREE and JB_OLD_PG_CONFIG name no checkout for an older server');
	done_testing();
	exit;
}
chomp(my $old_bin = `"$pg_config" --bindir`);

my ($old, %rows, $dump);
{
	local $Stack::SCRIPT = "$tree/dev/stack";
	local $ENV{PG_CONFIG} = $pg_config;
	$old  = Stack->new('older_server', 'database');
	$dump = $old->dir . '/dump';
	Sample::fill($old);
	%rows = Sample::rows($old, 'jb');
	$old->run_command("$Stack::BIN/pg_dump", '-Fc', '-f', $dump, 'jb');    # by the newer pg_dump, as PostgreSQL advises
	$old->down;
}

my ($before, $now) = map { Stack::version($_) } $old_bin, $Stack::BIN;
cmp_ok($now, '>', $before, "PostgreSQL $now is newer than $before");
$new->run_command('createdb', 'restored');
$new->run_command('pg_restore', '--exit-on-error', '-d', 'restored', $dump);
goes_on($new, 'restored', \%rows, "a dump of PostgreSQL $before");

SKIP:
{
	skip Cluster::why_not_upgraded(), 1 if Cluster::why_not_upgraded();
	my $upgraded = Cluster->upgraded($new, 'upgraded', 5433, $old, $old_bin);
	$upgraded->up('jb_scheduler.worker_databases' => '');
	goes_on($upgraded, 'jb', \%rows, "pg_upgrade from PostgreSQL $before");
	$upgraded->down;
}

done_testing();
