# When the zone data of the system changes, jb_check() reports exactly the events whose wall clock moved; jb_rezone()
# moves them back, and moves the events that give way to them.
#
# Could break: a calendar deliberately given another zone is taken for one whose zone has new rules; rules of a zone are
# cached beyond a restart of the server; the day tree remembers the old hours.
#
# The server is restarted with the file of one zone showing the rules of another: in a mount namespace of its own, which
# needs root.
use strict;
use warnings;

use IPC::Run;
use Test::More;

use Stack;

my $zones = '/usr/share/zoneinfo';
my @elsewhere = ('unshare', '--mount', 'sh', '-ec', "mount --bind $zones/Asia/Kolkata $zones/Asia/Kathmandu; exec \"\$@\"", 'sh');
plan skip_all => 'a mount namespace needs root'
	unless $> == 0 && IPC::Run::run([ @elsewhere, 'true' ], '<', \'', '>&', \my $refusal);

my $stack = Stack->new('zone_data', 'database');
my $clock = q(SET jb_scheduler.now = '2027-03-01 00:00Z'; SET timezone = 'UTC'; SET datestyle = 'ISO';);
my $problems = "$clock SELECT rule, calendar, event_id FROM jb_check() WHERE rule <> 'free time equals what claims leave'";
sub asked { my ($sql) = @_; return $stack->sql("$clock $sql") }

asked(q(SELECT jb_calendar_set(name, '{"time_zone": "Asia/Kathmandu"}') FROM unnest('{there,kept,other}'::text[]) AS name));
asked(q(SELECT jb_schedule('Fixed', '1 hour', '2027-03-02', '09:00', calendars => '{there}')));
asked(q(SELECT jb_schedule('By instant', '1 hour', start_timestamp => '2027-03-02 06:15Z', calendars => '{there}')));
asked(q(SELECT jb_schedule('Automatic', '1 hour', '2027-03-02', calendars => '{there}', not_before => '2027-03-02 03:00Z')));
asked(q(SELECT jb_schedule('Kept', '1 hour', '2027-03-02', '09:00', calendars => '{kept}')));
asked(q(SELECT jb_calendar_set('kept', '{"time_zone": "Asia/Tokyo"}')));
asked(q(SELECT jb_schedule('Begun', '1 hour', '2027-03-01', '05:30', calendars => '{other}', allow_past => true)));
is($stack->sql($problems), '', 'before, nothing is out of place');

$stack->down;
my $said = '';
IPC::Run::run([ @elsewhere, $ENV{JB_STACK} // 'dev/stack', 'up', $stack->dir, 'database' ], '<', \'', '>&', \$said) or die $said;
is(asked(q(SELECT jb_timestamp_text('2027-03-02 00:00Z', 'Asia/Kathmandu'))), '2027-03-02T05:30:00+05:30', 'the server reads other rules');

is($stack->sql($problems), 'wall clock is kept|there|1', 'the fixed event that is to come is reported, and it alone');
is(asked('SELECT event_id, rule FROM jb_wall_clock_problems() ORDER BY 1'), "1|wall clock is kept\n4|wall clock is the calendar's",
	'that of the calendar with another zone is told apart');
my $moves = "1|2027-03-02 03:15:00+00|2027-03-02 03:30:00+00\n3|2027-03-02 04:15:00+00|2027-03-02 04:30:00+00";
is(asked(q(SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_rezone('there', dry_run => true))), $moves, 'a trial tells what would move');
is(asked(q(SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_rezone('there'))), $moves, 'it moves back, and what is in its way gives way');
asked(q(SELECT jb_rebuild(name) FROM jb_calendars()));
is(asked('SELECT * FROM jb_check()'), '', 'then all is sound');
is(asked(q(SELECT start_timestamp FROM jb_schedule('After', '1 hour', '2027-03-03', '09:00', calendars => '{there}'))), '2027-03-03 03:30:00+00', 'and the new rules hold');

done_testing();
