# Rule 2.1.5: a wall clock time means the same to the scheduler as to RFC 5545, around every change of seven zones from
# 1970 to 2037: a skipped time is read with the offset before the change, and a repeated time is the first.
#
# It could break because the zone's offsets come from PostgreSQL, whose own cast reads the repeated time as the second;
# or if the search for the next change stops at a boundary that changes nothing, or after the last one in the zone data.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;
use Test::More;

use Stack;

# Changes by an hour, half an hour, a whole day; backwards in summer, at midnight, around Ramadan; of a zone's standard
# time.
my @ZONES = qw(Europe/Berlin America/New_York Australia/Lord_Howe Africa/Casablanca America/Sao_Paulo Asia/Kathmandu
	Pacific/Apia);

my $stack = Stack->new('wall_clock', 'database');
my @vectors = ('/usr/bin/python3', '-B', abs_path(dirname(__FILE__)) . '/wall_clock_vectors.py', @ZONES);
my $lines;
IPC::Run::run(\@vectors, '<', \'', '>', \$lines) or die 'no vectors';

$stack->sql(<<'SQL');
CREATE TABLE wall_time (zone text, day date, at time, instant bigint);
CREATE TABLE shown (zone text, instant bigint, text text);
SQL
my %copied = (
	'wall_time (zone, day, at, instant)' => join('', $lines =~ /^read\t(.*\n)/mg),
	'shown'                              => join('', $lines =~ /^shown\t(.*\n)/mg));
while (my ($table, $rows) = each %copied) { $stack->sql("COPY $table FROM stdin;\n$rows\\.\n") }
for my $zone (@ZONES)
{
	(my $calendar = $zone) =~ tr|/|.|;
	$stack->sql(qq(SELECT jb_calendar_set('$calendar', '{"time_zone": "$zone"}')));
}

my $count = $stack->sql('SELECT count(*) FROM wall_time');
cmp_ok($count, '>', 3000, 'there are many wall clock times to read');
my @wrong = split /\n/, $stack->sql(<<'SQL');
SELECT zone, day, at, 'means', to_timestamp(instant), 'not', start_timestamp
  FROM wall_time
 CROSS JOIN LATERAL jb_schedule('x', '1 second', event_date => day, start_time => at,
                                calendars => ARRAY[translate(zone, '/', '.')], allow_past => true, dry_run => true)
 WHERE start_timestamp IS DISTINCT FROM to_timestamp(instant)
SQL
is(scalar @wrong, 0, 'jb_schedule reads each of them as RFC 5545 does') or diag(join "\n", splice @wrong, 0, 20);

is($stack->sql('SELECT count(*) FROM shown WHERE jb_timestamp_text(to_timestamp(instant), zone) <> text'),
	0, 'and jb_timestamp_text shows each instant as the clock of that place does');
cmp_ok($stack->sql('SELECT count(*) FROM shown'), '>', 1000, 'of more than a thousand instants');
is($stack->sql('SELECT count(*) FROM jb_event'), 0, 'a dry run leaves no event');

done_testing();
