# jb relay delivers every change and every rejection at least once and in order, though both the receiver and the relay
# fail at random. What it delivers is signed, and a repeated message has the same id.
#
# Could break: the place is written before the message has left; a page restarted after a failure omits messages in
# between; a message that the receiver took without an answer is considered lost; one unwanted message holds up all
# others.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;
use JSON::PP;
use Test::More;

use Stack;

$ENV{JB_WORKER} = 'off';    # the worker would end holds by the real clock
my $stack = Stack->new('relay', 'database');
%ENV = (%ENV, $stack->env);
my $jb     = ($ENV{TESTDIR} // abs_path(dirname(__FILE__) . '/../../build')) . '/jb';
my $folder = $stack->dir;
my $secret = 'whsec_' . 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
my $seed   = $ENV{JB_SEED} // int(rand 1_000_000);
note("JB_SEED=$seed");
srand $seed;

my $receiver = IPC::Run::start([ '/usr/bin/python3', '-B', dirname(__FILE__) . '/receiver.py', $folder, $secret, $seed ], '<', \'', '>&', "$folder/receiver.log");
my @relays;
END { my $status = $?; for (grep { defined } $receiver, @relays) { eval { $_->kill_kill(grace => 1) } } $? = $status }
my $port = Stack::wait_until { -e "$folder/port" && Stack::slurp("$folder/port") } 'the receiver listens';
sub write_file { my ($path, $text) = @_; open my $file, '>', $path or die "$path: $!"; print $file $text; close $file or die; return }
write_file("$folder/secret", "$secret\n");

# One run of the relay.
my $said = '';
sub relay
{
	my ($path, @options) = @_;
	return IPC::Run::start([ $jb, 'relay', '--to', "http://127.0.0.1:$port$path", '--secret', "$folder/secret", '--state', "$folder/state", '--metrics', "$folder/metrics", @options ],
		'<', \'', '>&', \$said);
}
sub ends { my ($relay) = @_; $relay->finish; return $relay->result(0) }

# The accepted messages, each once, in the order of first arrival. A message may come again, but not after a later one
# of its calendar or of the rejections. In between, other calendars may have got changes that committed late.
sub taken
{
	my (@messages, %known, %last);
	for my $line (-e "$folder/taken" ? split /\n/, Stack::slurp("$folder/taken") : ())
	{
		my ($id, $body) = split /\t/, $line, 2;
		my $message = decode_json($body);
		my $list    = $message->{type} eq 'change' ? $message->{data}{calendar} : 'rejections';
		die "$id came again after others of $list" if $known{$id} && $id ne $last{$list};
		$last{$list} = $id;
		push @messages, $message if !$known{$id}++;
	}
	return @messages;
}

# ---- killed at random, while three sessions book, are refused, and roll back ----
push @relays, relay('/', '--from-start');
Stack::wait_until { -e "$folder/state" } 'the relay has begun';
$stack->sql("SELECT jb_calendar_set(name, '{\"time_zone\": \"UTC\"}') FROM unnest('{room:1,room:2,room:3}'::text[]) AS name");
my @sessions = map { $stack->session } 1 .. 3;
my $work = <<'SQL';
DO $$
DECLARE
  calendar text;
BEGIN
  FOR i IN 1..25 LOOP
    calendar := 'room:' || 1 + i % 3;
    IF i % 7 = 0 THEN PERFORM jb_lock('{room:1,room:2,room:3}'); END IF;
    PERFORM jb_schedule('Event', '5 minutes', calendars => ARRAY[calendar]);
    IF i % 5 = 0 THEN PERFORM jb_schedule('Too long', '30 days', calendars => ARRAY[calendar]); END IF;
    IF i % 7 = 0 THEN PERFORM jb_schedule('On all', '5 minutes', calendars => '{room:1,room:2,room:3}'); END IF;
    IF i % 11 = 0 THEN ROLLBACK; ELSE COMMIT; END IF;
  END LOOP;
END $$
SQL
my $written = 'SELECT (SELECT count(*) FROM jb_change) + (SELECT count(*) FROM jb_rejection)';
$_->send($work) for @sessions;
for my $life (1 .. 12)
{
	my $before = () = taken();
	my $more   = int rand 15;
	Stack::wait_until { my $now = () = taken(); $now >= $before + $more || $now >= $stack->sql($written) || $life > 8 } 'more is delivered, or all there is';
	$relays[-1]->signal('KILL');
	$relays[-1]->finish;
	push @relays, relay('/', '--from-start');
}
$_->answer for @sessions;
my $all = $stack->sql($written);
Stack::wait_until { my $now = () = taken(); $now == $all } 'everything is delivered';
my @messages = taken();
my %seqs;
push @{ $seqs{ $_->{data}{calendar} } }, $_->{data}{seq} for grep { $_->{type} eq 'change' } @messages;
for my $calendar (sort keys %seqs)
{
	my $count = $stack->sql("SELECT change_seq FROM jb_calendar('$calendar')");
	is_deeply($seqs{$calendar}, [ 1 .. $count ], "every change of $calendar came, in order");
}
is(join(' ', map { $_->{data}{id} } grep { $_->{type} eq 'rejection' } @messages), $stack->sql("SELECT string_agg(id::text, ' ' ORDER BY id) FROM jb_rejection"), 'every rejection came, in order');
my ($change) = grep { $_->{type} eq 'change' } @messages;
is_deeply($change->{data}, decode_json($stack->sql("SELECT jb_change_json(c) FROM jb_changes('$change->{data}{calendar}', 0, 1) AS c")), 'a change is shown as GET /changes shows it');
is_deeply([ sort keys %$change ], [qw(data timestamp type)], 'in the frame of Standard Webhooks');
ok(!-e "$folder/forged", 'every message was signed');
like(Stack::slurp("$folder/metrics"), qr/^jb_relay_delivered_total \d+$/m, 'the relay counts what it delivers');

# ---- it ends when it is told to, and goes on where it was ----
$relays[-1]->signal('TERM');
is(ends($relays[-1]), 0, 'SIGTERM ends it');
$stack->sql("SELECT jb_schedule('Later', '5 minutes', calendars => '{room:1}')");
is(ends(relay('/', '--once')), 0, 'with --once it delivers what there is, and ends');
is((taken())[-1]{data}{seq}, $stack->sql("SELECT change_seq FROM jb_calendar('room:1')"), 'which is what came meanwhile');

# ---- a reader who may only know when calendars are taken ----
chomp(my $me = `id -un`);
$stack->sql(q{CREATE ROLE watcher LOGIN IN ROLE jb_viewer; SELECT jb_default_rights_set('nothing'), jb_grant('room:1', 'role:watcher', 'busy')});
open my $map, '>>', $stack->dir . '/room/data/pg_ident.conf' or die $!;
print $map "jb_scheduler $me watcher\n";
close $map;
$stack->sql('SELECT pg_reload_conf()');
rename "$folder/taken", "$folder/taken.before" or die $!;
is(ends(relay('/calm', '--once', '--from-start', '--state', "$folder/watched", '--expand', 'event', 'user=watcher')), 0, 'a reader of busy times has a relay of its own');
is_deeply([ map { $_->{data}{seq} } taken() ], [ 1 .. $stack->sql("SELECT change_seq FROM jb_calendar('room:1')") ], 'whose receiver leaves out none of its messages as known');
is((grep { defined $_->{data}{event} } taken()), 0, 'and tells no event');
unlink "$folder/taken" or die $!;
is(ends(relay('/calm', '--once', '--from-start', '--state', "$folder/expanded", '--expand', 'event')), 0, 'a reader of everything has the events');
my ($expanded) = grep { $_->{data}{event} } taken();
is_deeply($expanded->{data}, decode_json($stack->sql("SELECT jb_change_event_json(c) FROM jb_changes('$expanded->{data}{calendar}', $expanded->{data}{seq} - 1, 1) AS c")), 'as each change left them');
rename "$folder/taken.before", "$folder/taken" or die $!;
$stack->sql("SELECT jb_default_rights_set('all by role')");

# ---- what nobody wants is put aside ----
$stack->sql("SELECT jb_schedule('Unwanted', '30 days', calendars => '{room:1}'), jb_schedule('Wanted', '30 days', calendars => '{room:1}')");
is(ends(relay('/calm', '--once', '--attempts', 2)), 0, 'a message that is refused holds up no other');
is((taken())[-1]{data}{request}{event_name}, 'Wanted', 'the next one is delivered');
my @dead = map { decode_json($_) } split /\n/, Stack::slurp("$folder/state.dead");
is(join(' ', map { "$_->{status} $_->{attempts} $_->{body}{data}{request}{event_name}" } @dead), '400 2 Unwanted', 'the refused one stands in the dead-letter file');
is(join(' ', map { sprintf '%o', (stat "$folder/$_")[2] & 0777 } qw(state state.dead)), '600 600', 'no other user reads what the relay leaves');
is(sprintf('%o', (stat "$folder/metrics")[2] & 0777), '644', 'but its counters, which an exporter of another user reads');

is(ends(relay('/', '--dead-again', '--attempts', 2)), 1, 'which is sent again when somebody asks');
is(scalar(split /\n/, Stack::slurp("$folder/state.dead")), 1, 'and stays as long as the receiver refuses it');
is(ends(relay('/mended', '--dead-again')), 0, 'from a receiver that takes it');
is((taken())[-1]{data}{request}{event_name}, 'Unwanted', 'it is delivered, signed');
ok(!-e "$folder/state.dead", 'and put aside no more');

# ---- two on one state file ----
push @relays, relay('/calm');
# The lock itself is not tested: the test would hold it for a moment, just when the relay may need it.
Stack::wait_until { $stack->sql(q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jb relay'}) } 'a relay runs';
for my $second ([], ['--dead-again'])
{
	$said = '';
	is(ends(relay('/calm', '--once', @$second)), 1, 'a second one on its state file ends');
	like($said, qr/another jb relay uses \Q$folder\E\/state$/m, 'and says why');
}
$relays[-1]->signal('TERM');
ends($relays[-1]);

# ---- a receiver that has gone, a purge, a wrong secret ----
$stack->sql("SELECT jb_schedule('Last', '5 minutes', calendars => '{room:1}')");
my $state = Stack::slurp("$folder/state");
$said = '';
is(ends(relay('/gone?key=s3cret', '--to', "http://me:s3cret\@127.0.0.1:$port/gone?key=s3cret")), 4, '410 ends the relay, by a status of its own');
like($said, qr/the receiver has gone \(410\): nothing more is sent to http:\/\/127.0.0.1:$port$/m, 'which says so');
unlike($said, qr/s3cret/, 'and shows nothing of the address but the host');
like(Stack::slurp(dirname(__FILE__) . '/../../systemd/jb_relay.service'), qr/^RestartPreventExitStatus=4$/m, 'after which the unit does not begin it again');
unlike(Stack::slurp(dirname(__FILE__) . '/../../systemd/jb_relay.service'), qr/^ExecStart=.*JB_RELAY_TO/m, 'whose arguments show no address');
is(ends(relay('/calm', "http://127.0.0.1/s3cret")), 2, 'an address in the place of the database is refused');
unlike($said, qr/s3cret/, 'and not shown');
{
	local $ENV{JB_RELAY_TO} = "http://127.0.0.1:$port/gone";
	my $in_environment = IPC::Run::start([ $jb, 'relay', '--secret', "$folder/secret", '--state', "$folder/state" ], '<', \'', '>&', \$said);
	is(ends($in_environment), 4, 'the address may stand in the environment');
}
is(Stack::slurp("$folder/state"), $state, 'and keeps its place');
$stack->sql("SET jb_scheduler.now = '2999-01-01'; SELECT jb_purge('0')");
$said = '';
is(ends(relay('/calm', '--once')), 4, 'where changes were purged that were not delivered, it ends');
like($said, qr/have been purged/, 'and says so');
write_file("$folder/secret", "whsec_short\n");
is(ends(relay('/calm', '--once')), 1, 'what is no secret is refused');
unlike($said, qr/whsec_short/, 'and not shown');
done_testing();
