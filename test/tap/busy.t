# A request that comes while there is no room is eventually answered. A request whose client has hung up is not carried
# out.
#
# Another transaction holds a calendar: the writes that wait for it must leave threads to reads, to probes and
# eventually to writes on other calendars. When a client hangs up, its request is not carried out, so that its next try
# finds the time free. A statement that takes too long, and a server that does not answer, are given up. Programs
# replaced under load refuse no request: nginx by reloading, jb_fcgi by a socket that another process keeps open, as
# systemd does.
#
# Could break: the pool of threads is smaller than the crowd, and one caller may take all of it; the session of a
# cancelled statement is reused; a listening socket is closed for all processes that share it.
use strict;
use warnings;

use IO::Socket::UNIX;
use IPC::Run;
use POSIX ();
use Test::More;

use Stack;

$ENV{JB_THREADS}   = 8;     # six of them write
$ENV{JB_LOCK_WAIT} = 60;    # longer than a slow machine needs for any answer
my $stack = Stack->new('busy');
%ENV = (%ENV, $stack->env);
my @curl = ('curl', '-s', '--max-time', 60, '--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY});
my $answers = $stack->dir . '/answer';

# The arguments for curl of one request; the status of the answer goes to curl's output.
sub post_arguments
{
	my ($name, $calendar, %with) = @_;
	my $body = qq({"event_name": "$name", "duration": 60, "calendars": ["$calendar"]});
	my @key = $with{key} ? ('-H', "Idempotency-Key: $with{key}") : ();
	return ('-o', "$answers.$name", '-w', '%{http_code}\n', '-H', 'Content-Type: application/json', @key, '-d', $body, "$ENV{JB_URL}/events");
}

# A POST in a process of its own.
sub post
{
	my ($name, $calendar, %with) = @_;
	my $post = { name => $name, status => '' };
	$post->{run} = IPC::Run::start([ @curl, post_arguments($name, $calendar, %with) ], '<', \'', '>', \$post->{status});
	return $post;
}

# Ends a POST, as its client would by closing the tab.
sub hang_up { my ($post) = @_; return $post->{run}->kill_kill }

sub status
{
	my ($post) = @_;
	$post->{run}->finish;
	chomp $post->{status};
	return $post->{status};
}

sub get { my ($path) = @_; return qx(@curl -o /dev/null -w '%{http_code}' '$ENV{JB_URL}$path') }
sub booked { my ($like) = @_; return $stack->sql("SELECT count(*) FROM jb_event WHERE event_name LIKE '$like'") }

my $waiting = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'jb_gateway' AND wait_event_type = 'Lock'";
sub wait_until_waiting
{
	my ($count) = @_;
	Stack::wait_until { return $stack->sql($waiting) == $count } "$count sessions that wait for a calendar";
	return;
}

# Waits until jb_fcgi is serving this many requests, besides the one that asks it.
sub wait_until_in_hand
{
	my ($count) = @_;
	Stack::wait_until
	{
		my %told = qx(curl -s --max-time 60 '$ENV{JB_ADMIN_URL}/metrics') =~ /^(jb_threads_busy|jb_requests_in_line) (\d+)$/mg;
		return $told{jb_threads_busy} + $told{jb_requests_in_line} - 1 >= $count
	}
	"$count requests";
	return;
}

sub socket_path { my $path = $ENV{PGHOST}; $path =~ s{postgres$}{fcgi/socket}; return $path }

$stack->sql(qq(SELECT jb_calendar_set('$_', '{}'))) for qw(ceo other);
my $session = $stack->session;

# ---- a crowd waits for a calendar ----

$session->sql("BEGIN; SELECT jb_lock('{ceo}')");
my @crowd = map { post("crowd_$_", 'ceo') } 1 .. 20;
wait_until_waiting(6);
wait_until_in_hand(20);
is(get('/events'),  200, 'while more requests wait for a calendar than there are threads, lists are read');
is(get('/health'), 200, 'and the front end is healthy');
is(get('/calendars/ceo'), 200, 'and the calendar that they wait for can be read');
$session->sql('COMMIT');
is_deeply([ map { status($_) } @crowd ], [ (201) x 20 ], 'each of them is answered 201 when the calendar is free');
is(booked('crowd%'), 20, 'and booked');

# ---- a crowd of one caller's reads waits ----

# The readers wait for the table of polls, which neither a booking nor the metrics touch, and which takes a secretary.
$stack->sql(q{UPDATE jb_principal SET role = 'secretary' WHERE principal = 'viewer'});
my @viewer = map { s{/manager\.(crt|key)$}{/viewer.$1}r } @curl;
$session->sql('BEGIN; LOCK TABLE jb_poll');
my @readers = map {
	my $reader = { status => '' };
	$reader->{run} = IPC::Run::start([ @viewer, '-o', '/dev/null', '-w', '%{http_code}', "$ENV{JB_URL}/polls" ], '<', \'', '>', \$reader->{status});
	$reader
} 1 .. 20;
wait_until_waiting(6);
wait_until_in_hand(20);
is(status(post("beside_$_", 'other')), 201, "a booking of somebody else's does not wait for a crowd of readers") for 1 .. 3;
is(get('/events'), 200, 'nor does a list');
is(qx(curl -s --max-time 60 -o /dev/null -w '%{http_code}' '$ENV{JB_ADMIN_URL}/health'), 200, 'nor does a probe');
is($stack->sql($waiting), 6, 'the crowd has all but the reserve, and no more');
$session->sql('COMMIT');
is_deeply([ map { status($_) } @readers ], [ (200) x 20 ], 'each of them is answered in the end');

# ---- clients hang up ----

$session->sql("BEGIN; SELECT jb_lock('{ceo}')");
@crowd = map { post("gone_$_", 'ceo') } 1 .. 20;
wait_until_waiting(6);
wait_until_in_hand(20);
$_->{run}->kill_kill for @crowd;
wait_until_waiting(0);
is(status(post('next', 'other')), 201, 'when those who waited have hung up, another calendar is booked while that one is still held');
$session->sql('COMMIT');
is(status(post('last', 'ceo')), 201, 'and that one, when it is free');
is(booked('gone%'), 0, 'what nobody waited for is not booked');
my $log = Stack::slurp($stack->dir . '/log/fcgi.log');
is(scalar(() = $log =~ / status=499 /g), 20, 'and the log tells of each client that hung up');

# ---- a calendar is held for too long ----

sub set_lock_wait { local $ENV{JB_LOCK_WAIT} = shift; return $stack->up }

set_lock_wait(1);
$session->sql("BEGIN; SELECT jb_lock('{ceo}')");
my $held = post('held', 'ceo');
is(status($held), 503, 'a calendar that stays locked is given up, and the answer is 503');
like(Stack::slurp("$answers.held"), qr{"type":"/problems/unavailable"}, 'as a problem that says so');
$session->sql('ROLLBACK');
is(booked('held'), 0, 'and nothing is booked');
set_lock_wait(60);

# ---- a statement takes too long, and a server does not answer ----

# A trigger of the owner's makes the statement slow: like a slow function it neither waits for a lock nor ends by
# itself.
$stack->sql($_) for (
	q(CREATE FUNCTION too_slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(100000); RETURN NEW; END'),
	q(CREATE TRIGGER too_slow BEFORE INSERT ON jb_event FOR EACH ROW WHEN (NEW.event_name LIKE 'slow%') EXECUTE FUNCTION too_slow()),
	q(SELECT jb_calendar_set(name, '{}') FROM unnest('{slow,still,left}'::text[]) AS name));
my $sleeping = q(FROM pg_stat_activity WHERE usename = 'jb_gateway' AND wait_event = 'PgSleep');
sub sleeping { my ($what) = @_; return $stack->sql("SELECT $what $sleeping") }

my $left = post('slow_left', 'left');
Stack::wait_until { return sleeping('count(*)') == 1 } 'a statement that takes long';
hang_up($left);
Stack::wait_until { return sleeping('count(*)') == 0 } 'the end of it';
pass('a statement that takes long is cancelled when its client hangs up');
is(booked('slow_left'), 0, 'and nothing is booked');

my $orphan = post('slow_orphan', 'left');
Stack::wait_until { return sleeping('count(*)') == 1 } 'a statement that takes long';
kill 'KILL', $stack->pid('fcgi');
Stack::wait_until { return sleeping('count(*)') == 0 } 'the end of it';
pass('and when the front end is killed');
status($orphan);

set_lock_wait(1);    # the statement has ten more seconds, and the server another five to report it
my $still = post('slow_still', 'still');
Stack::wait_until { return sleeping('count(*)') == 1 } 'a statement in a session that will be stopped';
my $still_in = sleeping('pid');
my $slow = post('slow', 'slow');
Stack::wait_until { return sleeping('count(*)') == 2 } 'a statement that takes too long';
# Every session but the slow one stops, and so does the postmaster, which would start new ones.
my $all = $stack->sql("SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE usename = 'jb_gateway'");
my $slow_in = sleeping("max(pid) FILTER (WHERE pid <> $still_in)");
my @stopped = ($stack->pid('postgres'), grep { $_ != $slow_in } split / /, $all);
kill 'STOP', @stopped;
my $unread = post('unread', 'other', key => 'unread');
is(status($slow), 503, 'a statement that takes too long is given up, and the answer is 503');
like(Stack::slurp("$answers.slow"), qr{"type":"/problems/unavailable"}, 'as a problem that says so');
for my $post ($still, $unread)
{
	is(status($post), 503, "and so it is where the server has stopped and says nothing at all: $post->{name}");
	like(Stack::slurp("$answers.$post->{name}"), qr{"type":"/problems/unavailable"}, 'in the same words');
}
kill 'CONT', @stopped;
Stack::wait_until { return !-e "/proc/$still_in" } 'the end of the session';
my $under_way = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'jb_gateway' AND state <> 'idle'";
Stack::wait_until { return $stack->sql($under_way) == 0 } 'the end of all that had begun';
is(sleeping('count(*)'), 0, 'no statement goes on by itself');
is(booked('slow%'), 0, 'and nothing of it is booked');
is(status(post('unread', 'other', key => 'unread')), 201, 'what the server had not read is done, sent again under its key');
is(booked('unread'), 1, 'once');

# ---- a COMMIT takes too long, and the front end has stopped ----

SKIP:
{
	skip 'transaction_timeout is of PostgreSQL 17', 2 if $stack->sql('SHOW server_version_num') < 170000;
	$stack->sql(q(CREATE CONSTRAINT TRIGGER too_slow_to_commit AFTER INSERT ON jb_event DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW WHEN (NEW.event_name LIKE 'commit%') EXECUTE FUNCTION too_slow()));
	my $commit = post('commit', 'other');
	Stack::wait_until { return sleeping('count(*)') == 1 } 'a COMMIT that takes long';
	my $fcgi = $stack->pid('fcgi');
	kill 'STOP', $fcgi;
	Stack::wait_until { return sleeping('count(*)') == 0 } 'the end of it';
	pass('a COMMIT that never ends is ended by the server itself');
	kill 'CONT', $fcgi;
	isnt(status($commit), 201, 'and is not answered as if the event were booked');
}
is(status(post('not_slow', 'still')), 201, 'the calendars are free for the next');
$stack->sql('DROP FUNCTION too_slow CASCADE');

# A COMMIT is sent along with its statement, so a test cannot hold it back. Instead the session shows its limits.
$stack->sql($_) for (
	q(CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.event_location := current_setting(NEW.event_name); RETURN NEW; END'),
	q(CREATE TRIGGER tell BEFORE INSERT ON jb_event FOR EACH ROW WHEN (NEW.event_name LIKE '%_timeout') EXECUTE FUNCTION tell()));
my %limits = (lock_timeout => '1s', statement_timeout => '11s', idle_in_transaction_session_timeout => '10s');
status(post($_, 'other')) for sort keys %limits;
my $told = $stack->sql(q(SELECT string_agg(event_name || ' => ' || event_location, ' ' ORDER BY event_name)
  FROM jb_event WHERE event_name LIKE '%_timeout'));
is($told, join(' ', map { "$_ => $limits{$_}" } sort keys %limits), 'the sessions of jb_fcgi have these limits');
$stack->sql('DROP FUNCTION tell CASCADE');
set_lock_wait(60);

# ---- a principal is shut out while a write of theirs stands in line ----

my ($issuer, $subject) = split /\|/, $stack->sql(q(SELECT issuer, subject FROM jb_principal WHERE principal = 'manager'));
$session->sql("BEGIN; SELECT jb_lock('{ceo}')");
@crowd = map { post("before_$_", 'ceo') } 1 .. 6;
wait_until_waiting(6);
my $late = post('late', 'ceo');
wait_until_in_hand(7);
is(get('/events'), 200, 'a principal is known');
my $shut_out = $stack->sql("SELECT clock_timestamp() FROM jb_principal_set('$issuer', '$subject', NULL, NULL)");
Stack::wait_until { $stack->sql("SELECT clock_timestamp() > '$shut_out'::timestamptz + interval '1 second'") eq 't' } 'the end of a second';
$session->sql('COMMIT');
is(status($late), 403, 'a write whose turn comes more than a second after its principal was shut out is refused');
is(booked('late'), 0, 'and not booked');
status($_) for @crowd;
$stack->sql("SELECT jb_principal_set('$issuer', '$subject', 'manager', 'manager')");
Stack::wait_until { get('/events') eq '200' } 'the principal let in again';

# ---- programs are replaced under load ----

# Starts clients that book one event after another and read the calendar after each; returns them.
sub under_load
{
	my ($name) = @_;
	my @clients;
	for my $client (1 .. 4)
	{
		my $run = { status => '' };
		my @get = ('-o', "$answers.calendar", '-w', '%{http_code}\n', "$ENV{JB_URL}/calendars/load$client");
		my @requests = map { ([ post_arguments("${name}_${client}_$_", "load$client") ], \@get) } 1 .. 60;
		my @all = map { ('--next', @curl[ 1 .. $#curl ], @{ $requests[$_] }) } 0 .. $#requests;
		$run->{run} = IPC::Run::start([ 'curl', @all[ 1 .. $#all ] ], '<', \'', '>', \$run->{status});
		push @clients, $run;
	}
	return @clients;
}

# Replaces a program three times, each time after another twenty bookings.
sub while_booking
{
	my ($name, $replace) = @_;
	my @clients = under_load($name);
	for my $times (1 .. 3)
	{
		Stack::wait_until { return booked("$name%") >= 20 * $times } 'some bookings';
		$replace->();
	}
	$_->{run}->finish for @clients;
	my %statuses;
	$statuses{$_}++ for map { split /\n/, $_->{status} } @clients;
	is_deeply(\%statuses, { 201 => 240, 200 => 240 }, "every request is answered while $name is replaced three times");
	is(booked("$name%"), 240, 'and booked');
	return;
}

$stack->sql(qq(SELECT jb_calendar_set('load$_', '{}'))) for 1 .. 4;
while_booking('nginx', sub { kill 'HUP', $stack->pid('nginx') });

# Starts jb_fcgi as the stack does, but with a socket that is kept open here.
my $old = $stack->pid('fcgi');
my $program = readlink "/proc/$old/exe";
my @environment = split /\0/, Stack::slurp("/proc/$old/environ");
my $user = (stat "/proc/$old")[4];
kill 'TERM', $old;
Stack::wait_until { return !-e "/proc/$old" } 'the end of jb_fcgi';
unlink socket_path();
my $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => socket_path(), Listen => 1000) or die "could not listen: $!";
chmod 0666, socket_path();

# Starts it and waits until it has blocked SIGTERM, which would kill it before that.
sub start_fcgi
{
	my $pid = fork // die "could not fork: $!";
	if ($pid)
	{
		Stack::wait_until
		{
			my ($blocked) = Stack::slurp("/proc/$pid/status") =~ /^SigBlk:\s+[0-9a-f]*([0-9a-f]{8})$/m;
			return hex($blocked) & 1 << POSIX::SIGTERM() - 1;
		}
		'jb_fcgi to be ready';
		return $pid;
	}
	POSIX::dup2(fileno $socket, 3);
	POSIX::setgid((getpwuid $user)[3]);
	POSIX::setuid($user);
	open STDERR, '>>', '/dev/null';
	exec('/usr/bin/env', '-i', @environment, 'LISTEN_FDS=1', "LISTEN_PID=$$", $program) or POSIX::_exit(1);
	return;
}

my $fcgi = start_fcgi();
while_booking('jb_fcgi', sub
	{
		my $next = start_fcgi();
		kill 'TERM', $fcgi;
		waitpid $fcgi, 0;
		is($?, 0, 'jb_fcgi ends when it is told to');
		$fcgi = $next;
	});
kill 'TERM', $fcgi;
waitpid $fcgi, 0;
$socket->close;

my $refused = qx(sh -c 'exec 3</dev/null; LISTEN_FDS=1 LISTEN_PID=\$\$ JB_SOCKET=/nowhere exec "$program"' 2>&1);
isnt($?, 0, 'handed something else than a listening socket, jb_fcgi does not start');
like($refused, qr/no listening socket/, 'and says why');

$session->close;
is($stack->sql('SELECT count(*) FROM jb_check()'), 0, 'jb_check finds nothing to complain about');

done_testing();
