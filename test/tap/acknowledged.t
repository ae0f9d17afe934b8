# An acknowledged call has everything that was asked of it. If an answer waits for a standby
# (synchronous_standby_names), so do a repeated call under the same Idempotency-Key and a reader of all changes.
#
# A client that hangs up ends the wait of its COMMIT; the booking is then visible to everybody, but is on no standby. It
# could break if the stored answer is found by reading alone, which waits for no standby: a client that repeats its
# request would be told 201 of a booking that is lost with the machine. A follower would be told of this booking, or
# keep a place in the log that the next leader lacks, and be sent back to the beginning (JB410) without need.
use strict;
use warnings;

use IPC::Run;
use Test::More;

use Stack;

$ENV{JB_WORKER} = 'off';
my $stack = Stack->new('acknowledged');
%ENV = (%ENV, $stack->env);

sub wait_for_standby
{
	my ($names) = @_;
	$stack->sql("ALTER SYSTEM SET synchronous_standby_names = '$names'");
	$stack->sql('SELECT pg_reload_conf()');
	Stack::wait_until { $stack->sql('SHOW synchronous_standby_names') eq $names } 'the setting';
	return;
}

sub waiting { return $stack->sql(q(SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jb_fcgi' AND wait_event = 'SyncRep')) }
sub booked { return $stack->sql(q(SELECT count(*) FROM jb_event WHERE event_name = 'Once')) }

# A request in a process of its own.
sub book
{
	my ($told) = @_;
	my @curl = ('curl', '-s', '--max-time', 60, '--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY});
	my @call = ('-H', 'Content-Type: application/json', '-H', 'Idempotency-Key: again', '-d', '{"event_name": "Once", "duration": 600}');
	return IPC::Run::start([ @curl, @call, '-o', '/dev/null', '-w', '%{http_code}', "$ENV{JB_URL}/events" ], '<', \'', '>', $told);
}

wait_for_standby('nobody');
my ($first, $second) = ('', '');
my $request = book(\$first);
Stack::wait_until { waiting() == 1 } 'a COMMIT that waits for the standby';
is(booked(), 0, 'what waits for the standby is not seen');
$request->kill_kill;
Stack::wait_until { booked() == 1 } 'the end of the wait';
is($first, '', 'who hung up was told nothing');

$request = book(\$second);
Stack::wait_until { waiting() == 1 } 'the same request, which waits for the standby too';
$request->pump_nb;
is($second, '', 'sent again under its key it is not acknowledged yet');

my $follower = $stack->session;
$follower->send('SELECT event_name FROM jb_changes_all() AS c JOIN jb_event AS e ON e.id = (c.change).event_id');
my $asks = q(SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%jb_changes_all() AS c%' AND wait_event_type = 'Extension' AND pid <> pg_backend_pid());
Stack::wait_until { $stack->sql($asks) == 1 } 'the follower, who waits for the standby';
pass('who follows all changes is not told of what no standby has');
is($stack->sql(q(SELECT count(*) FROM jb_events('ceo') WHERE event_name = 'Once')), 1, 'though the event is seen');
wait_for_standby('');
is($follower->answer, 'Once', 'and is told as soon as nobody asks for the standby any more');
$request->finish;
is($second, '201', 'but once nobody asks for the standby any more');
is(booked(), 1, 'and it is booked once');

done_testing();
