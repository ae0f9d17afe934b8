# Two databases of one server do not affect each other: nothing booked, locked, announced, admitted or dropped in one
# database matters to the other. They share the roles. A session continues after the extension was dropped and created
# again.
#
# Could break: something is kept in shared memory or in a lock of the cluster without the database's number; DROP
# EXTENSION removes more than its own objects; a session remembers a dropped table.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;
use Test::More;

use Stack;

$ENV{JB_WORKER} = 'off';
my $stack = Stack->new('databases', 'database');
$stack->database('other');
my $make = 'SET client_min_messages = warning; CREATE EXTENSION jb_scheduler';
$stack->sql($make, 'other');
my ($here, $there) = ($stack->session('jb'), $stack->session('other'));
my $clock = q(SET jb_scheduler.now = '2026-11-20 12:00+01');
$_->sql($clock) for $here, $there;
$there->sql('LISTEN jb_rejected');
my $book = "SELECT outcome, event_id FROM jb_schedule('Same time', '1 hour', '2026-11-23', '09:00')";

$here->sql('BEGIN');
is($here->sql($book), 'placed|1', 'an event in one database');
$here->sql("SELECT jb_lock('{ceo}')");
is($there->sql($book), 'placed|1', 'one at the same time on the calendar of the same name in the other, which does not wait');
$here->sql('COMMIT');
is($here->sql(q(SELECT outcome FROM jb_schedule('Refused', '1 hour', '2026-11-23', '09:00'))), 'rejected', 'refused in the one');
is_deeply([ $there->heard ], [], 'nobody hears of it in the other');
is($there->sql('SELECT count(*) FROM jb_rejections()'), 0, 'or reads of it');
$here->sql(q(SELECT jb_principal_set('CN=ca', 'CN=anna', 'anna', 'manager')));
is($there->sql(q(SELECT count(*) FROM jb_principal_of('CN=ca', 'CN=anna'))), 0, 'who is let in is let in by one');

is($there->sql('DROP EXTENSION jb_scheduler'), '', 'dropped in one');
is($stack->sql('SELECT count(*) FROM jb_check()'), 0, 'it is sound in the other');
is($here->sql(q(SET ROLE jb_secretary; SELECT outcome FROM jb_schedule('Still', '1 hour', '2026-11-24', '09:00'); RESET ROLE)), 'placed', 'with its roles');
like($there->sql($book), qr/function jb_schedule\(.*does not exist/, 'there it is gone');
$stack->sql($make, 'other');
is($there->sql($book), 'placed|1', 'made again it begins anew, in a session that knew the old one too');
is($stack->sql('SELECT count(*) FROM jb_check()', 'other'), 0, 'soundly');

# The functions find the extension's objects by its schema, whichever it is.
$stack->sql('DROP EXTENSION jb_scheduler; CREATE SCHEMA elsewhere', 'other');
$stack->sql("$make SCHEMA elsewhere", 'other');
is($there->sql(q(SET search_path = elsewhere; SELECT outcome FROM jb_schedule('Again', '1 hour', '2026-11-24', '09:00'))), 'placed', 'in another schema, in the same session');
is($stack->sql('SELECT count(*) FROM elsewhere.jb_check()', 'other'), 0, 'soundly');

# The command line does too, past anything that other users have put before it in a schema of the role's name.
sub jb
{
	my @arguments = @_;
	local %ENV = (%ENV, $stack->env);
	my $told = '';
	IPC::Run::run([ ($ENV{TESTDIR} // abs_path(dirname(__FILE__) . '/../../build')) . '/jb', @arguments ], '<', \'', '>&', \$told);
	return $told;
}

$stack->sql('CREATE SCHEMA postgres; CREATE FUNCTION postgres.jb_check() RETURNS SETOF elsewhere.jb_problem LANGUAGE sql RETURN NULL::elsewhere.jb_problem', 'other');
like($there->sql(q(SELECT outcome FROM jb_schedule('Refused', '1 hour', '2026-11-24', '09:00'))), qr/^rejected$/m, 'one is refused there');
is(jb('check', 'dbname=other'), "sound\n", 'jb check asks the extension');
like(jb('listen', '--once', '--after', 0, 'dbname=other'), qr/ rejection 1: conflict, "Refused" on ceo/, 'jb listen tells of its rejections');
like(jb('check', 'dbname=postgres'), qr/^jb: the database has no extension jb_scheduler$/m, 'where there is none, jb says so');
$_->close for $here, $there;

done_testing();
