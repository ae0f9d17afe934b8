# Whatever is killed at whatever moment, every event that was acknowledged is there with its time, none is there twice,
# nothing stays in doubt for those who repeat it under an idempotency key, and jb_check() has nothing to say.
#
# It could break where an answer leaves before its commit, where a front end tries again what it is not sure of, where a
# key is kept without what it did or the other way round, or where a restart needs a hand.
use strict;
use warnings;

use JSON::PP;
use Test::More;

use Client;
use Stack;

my $SQL_CLIENTS  = 3;
my $HTTP_CLIENTS = 2;

my $stack = Stack->new('crash');
my $room  = $stack->dir;
my @calendars = qw(room:1 room:2);
my $always = '[{"start": "00:00", "end": "24:00"}]';
my $hours = join ',', map { qq("$_": $always) } qw(monday tuesday wednesday thursday friday saturday sunday);
$stack->sql(qq(SELECT jb_calendar_set('$_', '{"hours": {$hours}}'))) for @calendars;

my $first = (int(time / $Client::LENGTH) + 8) * $Client::LENGTH;
my @starts = map { $first + $_ * $Client::LENGTH } 0 .. 299;
my (@journals, @clients);
for my $number (0 .. $SQL_CLIENTS + $HTTP_CLIENTS - 1)
{
	push @journals, "$room/journal.$number";
	my $class = $number < $SQL_CLIENTS ? 'Client::Sql' : 'Client::Http';
	push @clients, $class->start(stack => $stack, number => $number, journal => $journals[-1], stop => "$room/stop",
		calendars => \@calendars, starts => \@starts);
}

sub answers
{
	my (@of) = @_;
	return scalar grep { /"answer"/ } map { -e $_ ? split /\n/, Stack::slurp($_) : () } @of;
}

# Until the SQL and the HTTP clients have been answered so many times more.
sub wait_for_work
{
	my ($sql, $http) = @_;
	my @sql  = @journals[ 0 .. $SQL_CLIENTS - 1 ];
	my @http = @journals[ $SQL_CLIENTS .. $#journals ];
	my @before = (answers(@sql), answers(@http));
	Stack::wait_until { answers(@sql) >= $before[0] + $sql } 'answers over SQL';
	Stack::wait_until { answers(@http) >= $before[1] + $http } 'answers over HTTPS';
	return;
}

sub kill_programs
{
	my (@names) = @_;
	my @pids = map { $stack->pid($_) } @names;
	is(kill('KILL', @pids), scalar @names, "kill -9 of @names while clients are at work");
	$stack->up;
	return;
}

sub kill_a_backend
{
	my $pid;
	Stack::wait_until {
		$pid = $stack->sql('SELECT pid FROM pg_stat_activity '
			  . "WHERE query ~ 'jb_schedule' AND pid <> pg_backend_pid() LIMIT 1");
	} 'a backend that books';
	is(kill('KILL', $pid), 1, 'kill -9 of a backend while clients are at work');
	Stack::wait_until { eval { $stack->sql('SELECT 1') } } 'the server after its own restart';
	return;
}

for my $kill (
	sub { kill_programs('postgres') },
	sub { kill_a_backend() },
	sub { kill_programs('fcgi') },
	sub { kill_programs('nginx') },
	sub { kill_programs(qw(nginx fcgi postgres)) })
{
	wait_for_work(60, 10);
	$kill->();
	is($stack->sql('SELECT count(*) FROM jb_check()'), 0, 'jb_check finds nothing to complain about');
}
wait_for_work(30, 5);
pass('all clients go on by themselves');

open my $stop, '>', "$room/stop" or die "could not write: $!";
for my $client (@clients)
{
	waitpid $client, 0;
	is($?, 0, 'a client ends in order') or diag($?);
}

# What each event's journal says it may be: a list of "status start", status first, with what is in doubt.
my (%may_be, %doubt, %automatic);
for my $line (map { split /\n/, Stack::slurp($_) } @journals)
{
	my $entry = decode_json($line);
	if ($entry->{try})
	{
		$doubt{ $entry->{client} } = $entry;
		$automatic{ $entry->{name} } = !$entry->{start} if $entry->{op} eq 'book';
		$may_be{ $entry->{name} } //= ['absent'];
		push @{ $may_be{ $entry->{name} } },
			$entry->{op} eq 'cancel' ? 'cancelled' : 'scheduled ' . ($entry->{start} // 'anywhere');
		next;
	}
	my $try = delete $doubt{ $entry->{client} };
	my $options = $may_be{ $try->{name} };
	my $wanted = pop @$options;
	next if $entry->{outcome} eq 'rejected';
	$automatic{ $try->{name} } = 0 if $try->{op} eq 'move';
	@$options = ($wanted);
}

my %found;
my $events = $stack->sql('SELECT event_name, status, extract(epoch FROM start_timestamp)::bigint FROM jb_event');
for my $row (split /\n/, $events)
{
	my ($name, $status, $start) = split /\|/, $row;
	push @{ $found{$name} }, $status eq 'cancelled' ? $status : "$status " . ($start || 'none');
}

my @doubled = grep { @{ $found{$_} } > 1 } keys %found;
is_deeply(\@doubled, [], 'no event is there twice');
is_deeply([ grep { !$may_be{$_} } keys %found ], [], 'no event is there that nobody asked for');
my (@wrong, $placed, $in_doubt);
for my $name (sort keys %may_be)
{
	my $is = $found{$name} ? $found{$name}[0] : 'absent';
	my @options = @{ $may_be{$name} };
	$placed++ if @options == 1 && $options[0] =~ /scheduled/;
	$in_doubt++ if @options > 1;
	# A fixed event of somebody else's may have moved an automatic one, or made it wait.
	$is =~ s/^(scheduled|waiting) .*/scheduled anywhere/ if $automatic{$name};
	push @wrong, "$name is $is, not " . join(' or ', @options) unless grep { $_ eq $is } @options;
}
my @keyed = grep { /^client (\d+)/ && $1 % 2 && @{ $may_be{$_} } > 1 } keys %may_be;
is_deeply(\@keyed, [], 'nothing that was repeated under a key is in doubt');
my $keys = $stack->sql('SELECT count(*) FROM jb_idempotency');
my $tries = grep { /"answer"/ && /"client":[13]\b/ } map { split /\n/, Stack::slurp($_) } @journals;
is($keys, $tries, 'each key stands for one answer');
is_deeply(\@wrong, [], 'every event is what its client was last answered');
note("$placed events acknowledged and standing, $in_doubt in doubt");
cmp_ok($placed, '>', 50, 'and there are many of them');
is($stack->sql('SELECT count(*) FROM jb_check()'), 0, 'jb_check finds nothing to complain about in the end');

done_testing();
