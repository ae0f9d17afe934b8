# Whatever calls come in whatever order, the scheduler answers like test/model/rules.py, which states rules 2.1 to 2.18
# and 3 as plainly as possible; and what is refused can be proved to the checkers of examples/ (rule 2.19).
#
# Could break where two rules meet that no other test combines: a displacement beside a clock change, a hold that ends
# on a full day, an update under new settings, an event that waits for two calendars at once. Each run makes the same
# calls, so that a passing run stays so; JB_SEED=… makes other calls, JB_ROUNDS=… and JB_STEPS=… more of them, and make
# check-long both.
use strict;
use warnings;

use Test::More;

use Stack;

$ENV{JB_WORKER} = 'off';    # the worker would end holds by the real clock
my $stack = Stack->new('model', 'database');
my @seed = ('--seed', $ENV{JB_SEED} // 100);
my $rounds = $ENV{JB_ROUNDS} // 8;

my $said = $stack->hunt('random calls are answered as the rules say, and leave what the rules say', 'hunt.py', @seed, '--rounds', $rounds, '--steps', $ENV{JB_STEPS} // 1000);
like($said, qr/^\d+ steps without a difference/m, 'in every step of every round');

$said = $stack->hunt('a refusal is proved to foreign checkers, and no fact can be left out', 'proofs.py', @seed, '--proofs', 200 * $rounds);
like($said, qr/^\d{4,} refusals, \d{4,} facts, each proof accepted by both checkers/m, 'in every round');

done_testing();
