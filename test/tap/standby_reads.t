# A read-only front end (JB_STALENESS) relieves the primary of reads, and reports their age: an answer of a standby has
# an Age, which is never above the bound. If the standby is further behind, the primary answers; without a primary,
# nobody does.
#
# Could break: a standby that no longer replays is taken for one with nothing to replay; the age is that of another
# transaction than the answer's; a session that has turned to the primary stays there, or never turns.
use strict;
use warnings;

use IPC::Run;
use List::Util qw(max);
use Test::More;

use Cluster;
use Stack;

my $BOUND = 3;    # seconds
$ENV{JB_WORKER} = 'off';
my $stack = Stack->new('standby_reads');
%ENV = (%ENV, $stack->env);
my $standby = Cluster->from_backup($stack, 'standby', 5433, '--write-recovery-conf');
$standby->up;

# ---- the front end reads, in the place of the stack's ----
my $front_end = $stack->pid('fcgi');
my %its = map { /^(\w+)=(.*)$/ } split /\0/, Stack::slurp("/proc/$front_end/environ");
my $program = readlink "/proc/$front_end/exe";
kill 'TERM', $front_end;
Stack::wait_until { !defined $stack->pid('fcgi') } 'the end of the front end that writes';
unlink $its{JB_SOCKET};
my $reading;
{
	local %ENV = (%its, PGHOST => "$its{PGHOST},$its{PGHOST}", PGPORT => '5432,5433', JB_STALENESS => $BOUND);
	my @as = $> == 0 ? qw(setpriv --reuid=www-data --regid=www-data --init-groups) : ();
	$reading = IPC::Run::start([ @as, $program ], '<', \'', '>&', $stack->dir . '/reading.log');
}
END { if ($reading) { my $status = $?; eval { $reading->kill_kill(grace => 5) }; $? = $status } }

my @told;    # the Age of each answer by a standby

# Status, Age or undef, and the whole answer.
sub request
{
	my ($path, @options) = @_;
	my $answer = '';
	IPC::Run::run([ 'curl', '-s', '-i', '--max-time', 60, '--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY}, @options, "$ENV{JB_URL}$path" ],
		'<', \'', '>', \$answer);
	my ($status) = $answer =~ /^HTTP\S+ (\d+)/;
	my ($age) = $answer =~ /^Age: (.*)\r$/mi;
	push @told, $age if defined $age;
	return ($status // '', $age, $answer);
}

sub book { my ($name) = @_; return $stack->sql("SELECT outcome FROM jb_schedule('$name', '10 minutes')") }
sub replayed { my $lsn = $stack->sql('SELECT pg_current_wal_insert_lsn()'); return $standby->sql("SELECT pg_last_wal_replay_lsn() >= '$lsn'") eq 't' }

my ($status, $age, $answer);
Stack::wait_until { (request('/health'))[0] eq '200' } 'the front end that reads';
Stack::wait_until
{
	book('Seen');
	Stack::wait_until { replayed() } 'the standby has replayed it';
	($status, $age, $answer) = request('/events');
	defined $age;
}
'an answer of the standby';
is($status, '200', 'the standby answers');
like($answer, qr/Seen/, 'with what it has replayed');
is((request('/events', '-H', 'Content-Type: application/json', '-d', '{"event_name": "x", "duration": 600}'))[0], '503', 'a write is refused');
is($stack->sql(q(SELECT count(*) FROM jb_event WHERE event_name = 'x')), 0, 'and nothing is booked');

# ---- where nobody writes, no standby can show how fresh it is ----
Stack::wait_until { ($status, $age, $answer) = request('/events'); !defined $age } 'an answer of the primary';
is($status, '200', 'after a while without writes the primary answers');
Stack::wait_until { book('Again'); Stack::wait_until { replayed() } 'replayed'; defined((request('/events'))[1]) } 'the standby again';
pass('and the standby again, once there are writes');

# ---- a standby that does not get on ----
$standby->sql('SELECT pg_wal_replay_pause()');
Stack::wait_until { $standby->sql('SELECT pg_get_wal_replay_pause_state()') eq 'paused' } 'the pause';
book('Unseen');    # beside so many others that a page may lack it
my @without_age_and_unseen;
Stack::wait_until
{
	($status, $age, $answer) = request('/events?q=Unseen');
	push @without_age_and_unseen, $answer if !defined $age && $answer !~ /Unseen/;
	$answer =~ /Unseen/;
}
'what the standby does not have';
is($age, undef, 'a standby that is too far behind is not asked: the primary answers');
is_deeply(\@without_age_and_unseen, [], 'and no answer without an Age is old');

$stack->kill_postmaster;
Stack::wait_until { ($status, $age, $answer) = request('/events'); $status ne '200' } 'the end of the answers';
is($status, '503', 'without a primary nobody answers: rather nothing than something old');
like($answer, qr/^Retry-After: \d+\r$/mi, 'with Retry-After');
cmp_ok(max(@told), '<=', $BOUND, 'no Age was above the bound');

$reading->signal('TERM');
$reading->finish;
undef $reading;
$standby->down;

done_testing();
