# Rules 3.9 to 3.11 and 2.11: a caller who is told "confirmed" keeps the time; a caller who is late has lost the time at
# the deadline, and is told so once; a waiting event gets the time as soon as it is free. All of this holds whether a
# session or the background worker comes first.
#
# Could break: two sessions end, or confirm, one hold at once; the worker is killed midway. The calls are random;
# JB_SEED=… repeats the choice of calls, but not their timing.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;
use Test::More;

use Stack;

my $stack = Stack->new('deadlines', 'database');
my @hunt = ('/usr/bin/python3', '-B', abs_path(dirname(__FILE__)) . '/../model/deadlines.py');
push @hunt, '--rounds', int($ENV{JB_ROUNDS} / 10) + 1 if defined $ENV{JB_ROUNDS};
push @hunt, '--seed', $ENV{JB_SEED} if defined $ENV{JB_SEED};

my $said = '';
%ENV = (%ENV, $stack->env);
my $run = IPC::Run::start(\@hunt, '<', \'', '>&', \$said);
my $ended = 0;
until ($said =~ /changes by the worker/ || !$run->pumpable)
{
	$ended += $stack->sql('SELECT count(pg_terminate_backend(pid)) FROM jb_worker() WHERE pid IS NOT NULL');
	my $seen = $stack->sql('SELECT visits FROM jb_worker()') || 0;
	Stack::wait_until { $run->pump_nb; $said =~ /changes by the worker/ || !$run->pumpable || ($stack->sql('SELECT visits FROM jb_worker()') || 0) > $seen + 4 }
	'visits of the worker';
}
ok($run->finish, 'each deadline is kept, by whoever comes first') or diag($said);
note($said);
cmp_ok($ended, '>', 0, 'though the worker was ended again and again');

done_testing();
