# Whatever calls come in whatever order, the scheduler answers like test/model/rules.py, which states rules 2.1 to 2.18
# and 3 as plainly as possible; and what is refused can be proved to the checkers of examples/ (rule 2.19).
#
# Could break where two rules meet that no other test combines: a displacement beside a clock change, a hold that ends
# on a full day, an update under new settings, an event that waits for two calendars at once. Each run makes the same
# calls, so that a passing run stays so; JB_SEED=… makes other calls, JB_ROUNDS=… and JB_STEPS=… more of them, and make
# check-long both.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;
use Test::More;

use Stack;

$ENV{JB_WORKER} = 'off';    # the worker would end holds by the real clock
my $stack = Stack->new('model', 'database');
%ENV = (%ENV, $stack->env);
my $rounds = $ENV{JB_ROUNDS} // 8;

# Runs a hunt of test/model. Result: its output.
sub finds_nothing
{
	my ($what, $program, @arguments) = @_;
	my @hunt = ('/usr/bin/python3', '-B', abs_path(dirname(__FILE__)) . "/../model/$program", '--seed', $ENV{JB_SEED} // 100, @arguments);
	my $said = '';
	ok(IPC::Run::run(\@hunt, '<', \'', '>&', \$said), $what) or diag($said);
	note($said);
	return $said;
}

my $said = finds_nothing('random calls are answered as the rules say, and leave what the rules say', 'hunt.py', '--rounds', $rounds, '--steps', $ENV{JB_STEPS} // 1000);
like($said, qr/^\d+ steps without a difference/m, 'in every step of every round');

$said = finds_nothing('a refusal is proved to foreign checkers, and no fact can be left out', 'proofs.py', '--proofs', 200 * $rounds);
like($said, qr/^\d{4,} refusals, \d{4,} facts, each proof accepted by both checkers/m, 'in every round');

done_testing();
