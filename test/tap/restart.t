# A request in progress when a program is told to end gets a true answer: 201 and booked, or 503 and not booked. But if
# the database connection breaks in the middle of its COMMIT, the front end cannot know which, and also answers 503. A
# client that sent a key learns by the key what became of its request. The front end needs no operator when the database
# comes back.
#
# Could break: SIGTERM ends a thread that waits for the database; the front end answers a lost connection with a guess,
# or retries on a guess. test/torture tests that nothing is lost under load and kill -9; here one request at a time is
# held still while a program ends.
use strict;
use warnings;

use IPC::Run;
use Test::More;

use Stack;

my $stack = Stack->new('restart');
%ENV = (%ENV, $stack->env);
my @identity = ('--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY});
my $answers = $stack->dir . '/answer';

# A POST in a process of its own; the status, headers and body of its answer go to a file of this name.
sub post
{
	my ($name, %with) = @_;
	my $body = qq({"event_name": "$name", "duration": 900});
	my @curl = ('curl', '-s', '--max-time', 60, '-D', '-', @identity, '-H', 'Content-Type: application/json', '-d', $body);
	push @curl, '-H', "Idempotency-Key: $with{key}" if $with{key};
	return IPC::Run::start([ @curl, "$ENV{JB_URL}/events" ], '<', \'', '>', "$answers.$name");
}

sub answer
{
	my ($request, $name) = @_;
	$request->finish;
	return Stack::slurp("$answers.$name");
}

sub booked { my ($name) = @_; return $stack->sql("SELECT count(*) FROM jb_event WHERE event_name = '$name'") }

# Starts a POST and holds it in the database, where it waits for a lock of the returned session.
sub held_post
{
	my ($name) = @_;
	my $session = $stack->session;
	$session->sql("BEGIN; SELECT jb_lock('{ceo}')");
	my $request = post($name);
	Stack::wait_until
	{
		return $stack->sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'jb_gateway' AND wait_event_type = 'Lock'")
	}
	'the POST waits for the lock';
	return ($session, $request);
}

like(answer(post('before'), 'before'), qr/^HTTP\S+ 201/, 'an event is booked');

my $front_end = $stack->pid('fcgi');
my ($session, $request) = held_post('in_flight');
kill 'TERM', $front_end;
is($stack->pid('fcgi'), $front_end, 'told to end, jb_fcgi stays while a request is being worked on');
$session->sql('COMMIT');
like(answer($request, 'in_flight'), qr/^HTTP\S+ 201/, 'the request is answered 201');
Stack::wait_until { return !defined $stack->pid('fcgi') } 'the end of jb_fcgi';
is(booked('in_flight'), 1, 'and booked, and then jb_fcgi ends');
$session->close;
$stack->up;

$front_end = $stack->pid('fcgi');
# The session that holds the lock ends last: otherwise the request may get the lock, and be booked, before its own
# session is told to end.
($session, $request) = held_post('cut_off');
my $holder = $session->sql('SELECT pg_backend_pid()');
kill 'STOP', $holder;
kill 'INT', $stack->pid('postgres');    # ends sessions, as a restart of the service does
my $text = answer($request, 'cut_off');
kill 'CONT', $holder;
like($text, qr/^HTTP\S+ 503/, 'when the database goes down under a request, the answer is 503');
like($text, qr/^Retry-After: \d+\r$/mi, 'with Retry-After');
like($text, qr{^Content-Type: application/problem\+json\r$}mi, 'as problem+json');
unlike($text, qr/terminating|psql|libpq|connection to server/i, 'that shows nothing internal');
$session->abandon;
Stack::wait_until { return !defined $stack->pid('postgres') } 'the end of the postmaster';
like(answer(post('meanwhile'), 'meanwhile'), qr/^HTTP\S+ 503/, 'and so is that of the next');
$stack->up;
like(answer(post('after'), 'after'), qr/^HTTP\S+ 201/, 'when the database is back, the next request is booked');
is($stack->pid('fcgi'), $front_end, 'by the same jb_fcgi');
is(booked($_), 0, "what was answered 503 is not booked: $_") for qw(cut_off meanwhile);

# ---- the connection breaks in the middle of a commit ----

# The COMMIT is written and waits for a missing standby: the only moment between commit and answer that a test can hold.
my $waits_for_standby = q(wait_event = 'SyncRep');
$session = $stack->session;
$stack->sql(q(ALTER SYSTEM SET synchronous_standby_names = 'nowhere'));
$stack->sql('SELECT pg_reload_conf()');
Stack::wait_until
{
	$session->send(q(SELECT pg_logical_emit_message(true, 'a commit', '')));
	return $stack->sql("SELECT count(*) FROM pg_stat_activity WHERE usename <> 'jb_gateway' AND $waits_for_standby")
}
'commits that wait for a standby';
my @keys = (undef, 'in_commit');
for my $key (@keys)
{
	my $name = 'in_commit_' . ($key ? 'keyed' : 'bare');
	my $ours = "FROM pg_stat_activity WHERE usename = 'jb_gateway' AND $waits_for_standby";
	$request = post($name, key => $key);
	Stack::wait_until { return $stack->sql("SELECT count(*) $ours") } 'the COMMIT waits for a standby';
	is($stack->sql("SELECT count(pg_terminate_backend(pid)) $ours"), 1, 'a session is terminated in the middle of its COMMIT');
	like(answer($request, $name), qr/^HTTP\S+ 503/, 'and what became of it nobody can know: the answer is 503');
	is(booked($name), 1, 'though it is booked');
}
$stack->sql('ALTER SYSTEM RESET synchronous_standby_names');
$stack->sql('SELECT pg_reload_conf()');
$session->answer;
$session->close;
my ($first) = $stack->sql(q(SELECT id FROM jb_event WHERE event_name = 'in_commit_keyed'));
like(answer(post('in_commit_keyed', key => 'in_commit'), 'in_commit_keyed'), qr{^HTTP\S+ 201.*^Location: /events/$first\r$}ms,
	'sent again under its key it is answered with the event that was booked');
is(booked('in_commit_keyed'), 1, 'and booked once');
is(booked('in_commit_bare'), 1, 'the one without a key was not tried again either');

# One request after another, each with a line: when it was answered, and with what status.
my $asked = "$answers.asked";
my $asking = IPC::Run::start(
	[
		'sh', '-c',
		'while :; do status=$(curl -s -o /dev/null --max-time 10 -w "%{http_code}" "$@"); echo "$(date +%s.%N) $status"; done',
		'sh', @identity, "$ENV{JB_URL}/events"
	],
	'<', \'', '>', $asked);
my $has_heard = sub { my ($status, $after) = @_; return grep { /^(\S+) $status$/ && $1 > $after } split /\n/, Stack::slurp($asked) };
Stack::wait_until { return $has_heard->(200, 0) } 'answers before the restart';
kill 'INT', $stack->pid('postgres');
Stack::wait_until { return $has_heard->(503, 0) } 'a 503';
Stack::wait_until { return !defined $stack->pid('postgres') } 'the end of the postmaster';
$stack->up;
my $back = $stack->sql('SELECT extract(epoch FROM pg_postmaster_start_time())');
Stack::wait_until { return $has_heard->(200, $back + 2) } 'answers long after the restart';
$asking->kill_kill;
is(scalar $has_heard->(503, $back + 2), 0, 'two seconds after the database has begun to start, nobody hears 503');
is(scalar $has_heard->('(?!200|503)...', 0), 0, 'nor anything but 200 and 503 at any time');

is($stack->sql('SELECT count(*) FROM jb_check()'), 0, 'jb_check finds nothing to complain about');

done_testing();
