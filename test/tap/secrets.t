# The server's log contains nothing that a calendar hides, whoever calls and however the call fails.
#
# Could break: a call fails on data that it has read. The log keeps message, detail, context and statement of each error
# that reaches a client. The calls and secrets are those of test/pgtap/two_applications_share_a_person.sql.
use strict;
use warnings;

use File::Basename;
use IPC::Run;
use Test::More;

use Stack;

my $stack = Stack->new('secrets', 'database');
my $file  = dirname(__FILE__) . '/../pgtap/two_applications_share_a_person.sql';
$stack->sql('CREATE EXTENSION pgtap');
my ($out, $err) = ('', '');
{
	local %ENV = (%ENV, $stack->env);
	IPC::Run::run([ 'psql', '-XAtq', '-d', 'jb', '-v', 'sweep_log=1', '-f', $file ], '>', \$out, '2>', \$err);
}
my @secrets = $out =~ /^secret (x[0-9a-f]{32})$/mg;
my $log     = Stack::slurp($stack->dir . '/log/postgres.log');
cmp_ok(scalar @secrets, '>=', 25, 'there are secrets');
cmp_ok(scalar(() = $log =~ /ERROR:/g), '>=', 100, 'and calls that failed, in the log') or diag($err);
for my $secret (@secrets)
{
	my @held = grep { /\Q$secret\E/ } split /\n/, $log;
	is("@held", '', 'the log holds no word of what is hidden');
}
done_testing();
