# Calls that meet see no deadlock, serialization failure or violated constraint, and leave sound tables.
#
# The isolation specs show how some calls meet, step by step. Here each call meets each other call in the middle of a
# transaction, and the result must be that of a serial execution. Sixty-four clients ask for one thing at the same
# moment. And sessions make random calls, on calendars that other sessions lock in another order, rename, make and
# remove. JB_SEED=… repeats the choice of calls, but not their timing; JB_SHARE=8, as set by make check-long, takes all
# pairs of calls.
use strict;
use warnings;

use Test::More;

use Stack;

$ENV{JB_WORKER} = 'off';    # the worker would end holds by the real clock
my $stack = Stack->new('race', 'database');
my @seed = defined $ENV{JB_SEED} ? ('--seed', $ENV{JB_SEED}) : ();

my $said = $stack->hunt('what comes of two calls that meet is what comes of one after the other', 'pairs.py', @seed, '--share', $ENV{JB_SHARE} // 0.04);
like($said, qr/^[1-9]\d* pairs of \d+ calls, [1-9]\d* waited, [1-9]\d* repeated, 0 wrong$/m, 'whichever they are');

$said = $stack->hunt('of sixty-four that want the same one gets it', 'crowd.py', @seed, '--rounds', $ENV{JB_SHARE} ? 1000 : 60);
like($said, qr/, 0 rounds wrong$/m, 'in every round');

$said = $stack->hunt('no session sees an error that another one caused, and jb_check finds nothing to complain about', 'race.py', @seed);
like($said, qr/^\d+ calls, no error of concurrency/m, 'in any of the calls');

done_testing();
