# A full disk fails the calls that need room, and loses nothing that was acknowledged: writes are answered 503 and book
# nothing, reads go on, and once there is room again the next write is booked without an operator. If there is no room
# for the write-ahead log either, PostgreSQL ends all sessions; restarted with some room, it has all that was answered
# 201.
#
# Could break: the front end takes 53100 for a fault of its own; a statement that failed midway leaves something behind;
# a kept session is not reused. test/torture fills the disk under load.
use strict;
use warnings;

use File::Path qw(make_path);
use IPC::Run;
use Test::More;

use Stack;

plan skip_all => 'only root may mount a file system' if $> != 0;

my $work = File::Temp::tempdir('/tmp/jb_disk.XXXXXX', CLEANUP => 1);
my $disk = "/var/lib/jb_scheduler/disk.$$";
my ($image, $ballast, $dir) = ("$work/image", "$disk/ballast", "$work/stack");
make_path($disk, $dir);
IPC::Run::run([ 'truncate', '-s', '512M', $image ]) or die;
IPC::Run::run([ qw(mkfs.ext4 -q -F -m 0), $image ]) or die;
if (!IPC::Run::run([ qw(mount -o loop), $image, $disk ], '2>', \my $why))
{
	rmdir $disk;
	plan skip_all => "no file system can be mounted here: $why";
}
symlink $disk, "$dir/room" or die;
$ENV{JB_FSYNC} = 'on';    # a full disk is noticed on writing
my $stack;

# Runs before Stack removes the folder: no file on the disk may be open by then.
END
{
	my $status = $?;
	$stack->down if $stack;
	system('umount', $disk);
	rmdir $disk;
	$? = $status;
}

$stack = Stack->in($dir);
%ENV = (%ENV, $stack->env);
my @curl = ('curl', '-s', '--max-time', 60, '--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY});
my ($number, @booked) = (0);

sub get { my ($path) = @_; return qx(@curl -o /dev/null -w '%{http_code}' '$ENV{JB_URL}$path') }

# Books an event with the next number. Result: the answer's status, headers and body.
sub post
{
	my $name = 'event ' . ++$number;
	my $body = qq({"event_name": "$name", "duration": 60});
	IPC::Run::run([ @curl, '-D', '-', '-H', 'Content-Type: application/json', '-d', $body, "$ENV{JB_URL}/events" ], '<', \'', '>', \my $answer);
	push @booked, $name if $answer =~ /^HTTP\S+ 201/;
	return $answer;
}

# Fills the disk to its last page.
sub fill
{
	my (undef, $free) = split ' ', qx(df --output=size,avail -k '$disk' | tail -n 1);
	system("fallocate -l ${free}K '$ballast' 2>/dev/null");    # fallocate may need slightly more than there is
	system("dd if=/dev/zero of='$ballast.rest' bs=4k status=none 2>/dev/null");
	return;
}

sub make_room { unlink $ballast, "$ballast.rest"; return }

# Every event that was answered 201 is there once, and no other event is.
sub nothing_is_lost
{
	my ($when) = @_;
	is($stack->sql('SELECT string_agg(event_name, \',\' ORDER BY id) FROM jb_event'), join(',', @booked), "$when: what was acknowledged is there, and nothing else");
	is($stack->sql('SELECT count(*) FROM jb_check()'), 0, "$when: jb_check finds nothing to complain about");
	return;
}

like(post(), qr/^HTTP\S+ 201/, 'an event is booked');
my $front_end = $stack->pid('fcgi');

fill();
my $refusal;
Stack::wait_until { ($refusal) = grep { !/^HTTP\S+ 201/ } post(); return $refusal } 'a booking that finds no room';
like($refusal, qr/^HTTP\S+ 503/, 'when the disk is full, a write is answered 503');
like($refusal, qr/^Retry-After: \d+\r$/mi, 'with Retry-After');
like($refusal, qr{^Content-Type: application/problem\+json\r$}mi, 'as problem+json');
unlike($refusal, qr/extend|base\/|No space|hint/i, 'that shows nothing internal');
is(get('/events'), 200, 'reads are answered');
is(get('/health'), 200, 'and so is the probe');
nothing_is_lost('while the disk is full');

make_room();
like(post(), qr/^HTTP\S+ 201/, 'once there is room, the next write is booked');
is($stack->pid('fcgi'), $front_end, 'by the same front end');

fill();
# Messages fill the write-ahead log, segment by segment, until there is no room for another segment.
my $log = sub { return Stack::slurp("$dir/log/postgres.log") };
Stack::wait_until
{
	eval { $stack->sql(q(SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 4000000)))) };
	return $log->() =~ /PANIC:  could not write to file/
}
'the end of the room for the log';
pass('without room for its log PostgreSQL ends');
make_room();
$stack->up;
like(post(), qr/^HTTP\S+ 201/, 'with some room again it has started, and books');
is($stack->pid('fcgi'), $front_end, 'for the same front end');
nothing_is_lost('after that');

done_testing();
