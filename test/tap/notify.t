# A client that listens on jb_rejected hears of every rejection at its commit, and of nothing that did not happen.
#
# Could break: a rejection is recorded but not announced; it is announced before it can be read, or although it was
# rolled back; the payload, which every role can read, shows more than every role may know.
use strict;
use warnings;

use JSON::PP;
use Test::More;

use Stack;

my $stack = Stack->new('notify', 'database');
my $at    = '2026-11-23 09:00+01';                # a Monday
my $book  = "SELECT outcome FROM jb_schedule('Tell nobody', attendees => '{the boss}', event_location => 'Room 101', "
	. "start_timestamp => '$at'";

$stack->sql("CREATE ROLE passer_by LOGIN; ALTER DATABASE jb SET jb_scheduler.now = '2026-11-20 12:00+01'");
my $listener = $stack->session;
my $manager  = $stack->session;
$listener->sql('SET ROLE passer_by; LISTEN jb_rejected');

# Waits until this many payloads have arrived, and returns all that have.
sub wait_for_payloads
{
	my ($count) = @_;
	my @payloads;
	Stack::wait_until { push @payloads, $listener->heard; @payloads >= $count } "$count notifications";
	return @payloads;
}

sub rejection
{
	my ($id) = @_;
	return $stack->sql("SELECT concat_ws(' ', reason, coalesce(event_id::text, 'null'), calendars) "
		  . "FROM jb_rejections() WHERE id = $id");
}

is($manager->sql("$book)"), 'placed',   'the first event takes its time');
is($manager->sql("$book)"), 'rejected', 'a second one at the same time is refused');
my ($payload) = wait_for_payloads(1);
my $heard = decode_json($payload);
is_deeply(
	$heard,
	{   rejection_id => $heard->{rejection_id},
		event_id     => undef,
		calendars    => ['ceo'],
		reason       => 'conflict',
		at           => '2026-11-20T12:00:00+01:00'
	},
	'a role without any grant hears the id, the event, the calendars, the reason and the time, and nothing else');
is(rejection($heard->{rejection_id}), 'conflict null {ceo}', 'the row of that id says the same');
unlike($payload, qr/Tell|boss|Room/, 'the payload holds no name of the event, its attendees or its place');

# What does not happen is not announced: the next payload heard is that of the rejection after all these calls.
$manager->sql("$book, dry_run => true)");
$manager->sql("BEGIN; $book); ROLLBACK");
$manager->sql("BEGIN; SAVEPOINT trial; $book); ROLLBACK TO trial; COMMIT");
my $taken = qq('[{"event_name": "a", "start_timestamp": "2026-11-23T09:00:00+01:00"}]');
$manager->sql(qq(SELECT jb_schedule_all($taken || '[{"event_name": ""}]'::jsonb)));
$manager->sql("SELECT jb_schedule_all($taken, dry_run => true)");
$manager->sql("SELECT jb_cancel(1, dry_run => true)");
$manager->sql("BEGIN; $book)");
is_deeply([ $listener->heard ], [], 'nothing is heard of dry runs, rollbacks and transactions that are still open');
$manager->sql('COMMIT');
my @after = wait_for_payloads(1);
is(scalar @after, 1, 'the commit announces its one rejection, and the trials before it none');
my $last = $stack->sql('SELECT max(id) FROM jb_rejections()');
is(decode_json($after[0])->{rejection_id}, $last, 'the last one in the list');

# A fixed event displaces an automatic event, which finds no other place.
my $displaced = $manager->sql(
	"SELECT event_id FROM jb_schedule('Flexible', '1 hour', event_date => '2026-11-24', "
	  . "not_after => '2026-11-24 09:00+01')");
my $fixed = "SELECT outcome FROM jb_schedule('Fixed', '1 hour', start_timestamp => '2026-11-24 08:00+01'";
$manager->sql("$fixed, dry_run => true)");
is_deeply([ $listener->heard ], [], 'a dry run that would displace an event is not announced');
is($manager->sql("$fixed)"), 'placed', 'a fixed event takes the time of an automatic one');
$heard = decode_json((wait_for_payloads(1))[0]);
is_deeply([ @$heard{qw(event_id reason)} ], [ $displaced, 'displaced' ], 'the displaced event is announced by its id');
is($stack->sql("SELECT jb_status($displaced)"), 'waiting', 'and waits');
is(rejection($heard->{rejection_id}), "displaced $displaced {ceo}", 'its rejection is on record');

# A rejected change of an existing event.
is($manager->sql("SELECT outcome FROM jb_reschedule(1, start_timestamp => '2026-11-24 08:30+01')"),
	'rejected', 'a move into taken time is refused');
$heard = decode_json((wait_for_payloads(1))[0]);
is_deeply([ @$heard{qw(event_id reason)} ], [ 1, 'conflict' ], 'the refused move is announced with the id of its event');

# Several rejections in one transaction, on a calendar with the longest possible name.
my $name = 'x' x 200;
$stack->sql("SELECT jb_calendar_set('$name', '{}')");
my $refused = "SELECT jb_schedule('Past', calendars => '{$name}', start_timestamp => '2026-11-01 08:00+01');";
$manager->sql("BEGIN; $refused $refused $refused COMMIT");
my @several = wait_for_payloads(3);
my @ids = map { decode_json($_)->{rejection_id} } @several;
is_deeply(\@ids, [ sort { $a <=> $b } @ids ], 'the rejections of one transaction come in the order of their ids');
is(scalar @ids, 3, 'each of them once');
cmp_ok(length($several[0]), '<', 8000, 'a payload is shorter than NOTIFY allows');
is_deeply(decode_json($several[0])->{calendars}, [$name], 'and names its calendar in full');

# A client that listens for the last of many calendars.
$stack->sql("SELECT count(jb_calendar_set('room:' || n, '{}')) FROM generate_series(10, 20) AS n");
my $rooms = "(SELECT array_agg('room:' || n ORDER BY n) FROM generate_series(10, 20) AS n)";
$manager->sql("SELECT jb_schedule('Past', calendars => $rooms, start_timestamp => '2026-11-01 08:00+01')");
$heard = decode_json((wait_for_payloads(1))[0]);
is_deeply($heard->{calendars}, [ map { "room:$_" } 10 .. 20 ], 'a payload names more than ten calendars');
ok(!exists $heard->{calendars_left_out}, 'and leaves out none');
# ---- announced by the worker: each once, in order, and none lost, whatever becomes of the server ----
sub configure { $stack->sql("ALTER SYSTEM SET jb_scheduler.worker_databases = '$_[0]'"); $stack->sql('SELECT pg_reload_conf()'); return }
sub worker_is { my ($state) = @_; Stack::wait_until { eval { $stack->sql('SELECT state FROM jb_worker()') eq $state } } "the worker is $state"; return }
sub pending { return $stack->sql('SELECT count(*) FROM jb_announcement') }
configure('jb');
worker_is('on');
like($stack->session->sql("SET SESSION AUTHORIZATION passer_by; SET jb_scheduler.announce = 'worker'"), qr/permission denied/, 'not everybody chooses who announces');
$stack->sql("ALTER DATABASE jb SET jb_scheduler.announce = 'worker'");
my $other = $stack->session;
my $past = "SELECT (jb_schedule('Past', start_timestamp => '2026-11-01 08:00+01')).rejection_id";
my $before = $other->sql('SELECT coalesce(max(id), 0) FROM jb_rejections(max_rows => 1000)');
$other->sql("BEGIN; $past; ROLLBACK");
$other->sql($past) for 1 .. 5;
my @by_worker = map { decode_json($_)->{rejection_id} } wait_for_payloads(5);
is_deeply(\@by_worker, [ split /\n/, $stack->sql("SELECT id FROM jb_rejections($before)") ], 'the worker announces each rejection once, in order');
Stack::wait_until { pending() == 0 } 'what was announced is forgotten';
$other->sql("BEGIN; $past; $past");
configure('');
worker_is('off');
$other->sql('COMMIT');
is(pending(), 2, 'what was left to a worker that is gone stays');
$other->sql("SELECT outcome FROM jb_schedule('Past', start_timestamp => '2026-11-01 08:00+01')");
is(scalar wait_for_payloads(1), 1, 'without a worker the commit announces');
$_->abandon for $listener, $manager, $other;
$stack->kill_postmaster;
$stack->up;
$_ = $stack->session for $listener, $manager;
$listener->sql('LISTEN jb_rejected');
configure('jb');
@by_worker = map { decode_json($_)->{rejection_id} } wait_for_payloads(2);
is(scalar @by_worker, 2, 'and is announced by the next one, also after a kill');
cmp_ok($by_worker[0], '<', $by_worker[1], 'in order');
Stack::wait_until { pending() == 0 } 'and is forgotten then';
is($stack->sql('SELECT count(*) FROM jb_check()'), 0, 'jb_check finds nothing to complain about');

$_->close for $listener, $manager;
done_testing();
