# Sessions that ask at random, all at once, see no deadlock, no serialization failure and no broken constraint, and leave
# sound tables.
#
# The isolation specs run each pair of calls that meet; here calls meet in threes and more, on calendars that others
# lock in another order, rename, make and remove. JB_SEED=… repeats the choice of calls, though not who comes first.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;
use Test::More;

use Stack;

$ENV{JB_WORKER} = 'off';    # it would look at the real clock, and end holds of another time
my $stack = Stack->new('race', 'database');
my @race = ('/usr/bin/python3', '-B', abs_path(dirname(__FILE__)) . '/../model/race.py');
push @race, '--seed', $ENV{JB_SEED} if defined $ENV{JB_SEED};

my $said = '';
%ENV = (%ENV, $stack->env);
my $went_well = IPC::Run::run(\@race, '<', \'', '>&', \$said);
ok($went_well, 'no session sees an error that another one caused, and jb_check finds nothing to complain about')
	or diag($said);
note($said);
like($said, qr/^\d+ calls, no error of concurrency/m, 'in any of the calls');

done_testing();
