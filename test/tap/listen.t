# jb listen prints every rejection, in order, whatever is restarted: the database, the postmaster by kill -9, itself by
# kill -9. It prints no rejection twice in one life. If it dies after printing a rejection and before writing its state,
# the next life may print this rejection again.
#
# Could break: it trusts notifications (it gets none while it does not listen); it starts after the newest rejection
# instead of the last one printed; it gives up on a server that is away; it takes a rejection for printed because
# another one had the same id.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use JSON::PP;
use POSIX ();
use Test::More;

use Stack;

my $jb    = ($ENV{TESTDIR} // abs_path(dirname(__FILE__) . '/../../build')) . '/jb';
my $stack = Stack->new('listen', 'database');
my $state = $stack->dir . '/last_rejection';
%ENV = (%ENV, $stack->env);

my (@lives, $listener);
my $writer = $stack->session;
my $made   = 0;

# A new life of jb listen, with an output file of its own.
sub start_listener
{
	push @lives, $stack->dir . '/printed.' . @lives;
	$listener = fork // die "could not fork: $!";
	return if $listener;
	open STDOUT, '>', $lives[-1] or POSIX::_exit(1);
	open STDERR, '>', "$lives[-1].errors" or POSIX::_exit(1);
	exec $jb, 'listen', '--json', '--state', $state or POSIX::_exit(1);
}

sub kill_listener
{
	kill 'KILL', $listener;
	waitpid $listener, 0;
	return;
}

END { kill_listener() if $listener }

sub printed
{
	my ($life) = @_;
	return map { decode_json($_)->{id} } grep { /\}$/ } split /\n/, -e $life ? Stack::slurp($life) : '';
}

sub reject
{
	my ($count) = @_;
	for (1 .. $count)
	{
		$made++;
		$writer->sql("SELECT jb_schedule('past $made', start_timestamp => '2020-01-01 00:00+00')");
	}
	return;
}

sub last_id { return $stack->sql('SELECT coalesce(max(id), 0) FROM jb_rejection') }

sub is_up_to_date
{
	my ($what) = @_;
	my $last = last_id();
	Stack::wait_until { return Stack::slurp($state) =~ /^$last( |$)/ } $what;
	pass($what);
	return;
}

start_listener();
Stack::wait_until { return -e $state } 'jb listen listens';
reject(30);
is_up_to_date('it prints what happens while it listens');

kill_listener();
reject(20);
start_listener();
is_up_to_date('killed and started again, it prints what happened meanwhile');
is(scalar printed($lives[1]), 20, 'and nothing that it printed before');

$stack->down;
$stack->up;
$writer->abandon;
$writer = $stack->session;
reject(20);
is_up_to_date('it comes back to a database that was restarted');

is($stack->kill_postmaster, 1, 'kill -9 of the postmaster');
$stack->up;
$writer->abandon;
$writer = $stack->session;
reject(20);
is_up_to_date('and to one whose postmaster was killed');
is(kill(0, $listener), 1, 'all in the same life');

for (1 .. 5)
{
	reject(20);
	kill_listener();
	start_listener();
}
is_up_to_date('killed in the midst of a burst, it goes on with the next');

# A rejection that commits after a later one: jb listen skips neither.
my ($slow, $fast) = ($stack->session, $stack->session);
$stack->sql("SELECT jb_calendar_set('other', '{}')");
my $refused = "SELECT (jb_schedule('late', start_timestamp => '2020-01-01 00:00+00', calendars => '{%s}')).rejection_id";
my $early = $slow->sql('BEGIN; ' . sprintf $refused, 'ceo');
my $late = $fast->sql(sprintf $refused, 'other');
cmp_ok($early, '<', $late, 'a rejection has the smaller id and commits later');
$slow->sql('COMMIT');
is_up_to_date('both are printed');

kill 'TERM', $listener;
waitpid $listener, 0;
is($?, 0, 'SIGTERM ends it in order');
$listener = undef;
for my $life (@lives)
{
	my @ids = printed($life);
	my %once = map { $_ => 1 } @ids;
	is_deeply(\@ids, [ sort { $a <=> $b } keys %once ], 'each once and in order, ' . basename($life));
}
my %all = map { $_ => 1 } map { printed($_) } @lives;
is_deeply([ sort { $a <=> $b } keys %all ],
	[ split /\n/, $stack->sql('SELECT id FROM jb_rejection ORDER BY id') ], 'all of them, and no others');

$_->close for $writer, $slow, $fast;

# The database is put back to an earlier moment. Later rejections then get the ids of undone rejections. If jb listen
# kept only the last id, it would find these ids below it, and print none of these rejections.
sub refused
{
	my ($name) = @_;
	$stack->sql("SELECT jb_schedule('$name', start_timestamp => '2020-01-01 00:00+00')");
	return $name;
}

sub printed_once
{
	my $errors = $stack->dir . '/errors';
	my $lines = qx{'$jb' listen --once --json --state '$state' 2>'$errors'};
	is($?, 0, 'it ends well');
	return (scalar Stack::slurp($errors), map { decode_json($_)->{request}{event_name} } split /\n/, $lines);
}

my $data = $stack->dir . '/room/data';
$stack->down;
is(system('cp', '-a', "$data/.", $stack->dir . '/room/earlier'), 0, 'a copy of the database is kept');
$stack->up;
my @undone = map { refused("undone $_") } 1 .. 5;
my ($said, @seen) = printed_once();
is_deeply(\@seen, \@undone, 'what happens after it is printed');
is($said, '', 'and nothing is said');
$stack->down;
is(system("rm -rf '$data'/* && cp -a '@{[ $stack->dir ]}/room/earlier/.' '$data'"), 0, 'the database is put back');
$stack->up;
my @new = map { refused("new $_") } 1 .. 3;
($said, @seen) = printed_once();
is_deeply(\@seen, \@new, 'what it refuses then is printed');
like($said, qr/ is not in this database: it is another one, or was restored/, 'and why it went on elsewhere is said');

done_testing();
