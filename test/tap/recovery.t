# Nothing is lost with a server. A standby answers every read as the primary does, and refuses a writing call with a
# clear error. When it is promoted, the same front end continues with it, and everything acknowledged under synchronous
# replication is there. A mistake is undone by recovery to the moment before it.
#
# Could break: a reading function writes (a due hold, a count); a table is not logged; the front end stays with a server
# that is gone; a count starts over and reuses a number.
use strict;
use warnings;

use IPC::Run;
use JSON::PP;
use Test::More;

use Cluster;
use Sample;
use Stack;

$ENV{JB_WORKER} = 'off';    # the worker would end holds by the real clock
my $stack = Stack->new('recovery');
%ENV = (%ENV, $stack->env);
Sample::fill($stack);
my $clock = "SET jb_scheduler.now = '$Sample::NOW'; SET timezone = 'UTC';";

# ---- a mistake, and back ----
my $backup = Cluster->from_backup($stack, 'backup', 5434);
my $archive = $backup->folder($backup->data . '/../archive');
$stack->sql('ALTER SYSTEM SET archive_mode = on');
$stack->sql("ALTER SYSTEM SET archive_command = 'cp %p $archive/%f'");
$stack->down;
$stack->up;
$stack->sql("$clock SELECT jb_schedule('After the backup', start_timestamp => '2026-12-24 09:00+01')");
my %before = Sample::rows($stack, 'jb');
my $sound = 'SELECT count(*) FROM jb_check()';
my $seen_before = $stack->sql('SELECT jb_changes_cursor()');
$stack->sql(q(SELECT pg_create_restore_point('before the mistake')));
$stack->sql('SELECT jb_delete(id) FROM jb_event');
my $seen_after = $stack->sql('SELECT jb_changes_cursor()');
my $wal = $stack->sql('SELECT pg_walfile_name(pg_switch_wal())');

my $standby = Cluster->from_backup($stack, 'standby', 5433, '--write-recovery-conf');
Stack::wait_until { $stack->sql("SELECT last_archived_wal >= '$wal' FROM pg_stat_archiver") eq 't' } 'the archive has it';
$backup->write_file('recovery.signal', '');
$backup->up(restore_command => "cp $archive/%f %p", recovery_target_name => 'before the mistake', recovery_target_action => 'promote', archive_mode => 'off');
Stack::wait_until { $backup->sql('SELECT pg_is_in_recovery()') eq 'f' } 'the end of the recovery';
is(Sample::rows_of($backup, 'jb', $_), $before{$_}, "recovered to the moment before: $_ is as it was") for @Sample::TABLES;
is($backup->sql($sound), 0, 'jb_check finds nothing to complain about');
my $last = $backup->sql('SELECT max(id) FROM jb_event');
is($backup->sql("$clock SELECT outcome, event_id > $last FROM jb_schedule('Next', '1 hour')"), 'placed|t', 'and it goes on, no number is given twice');
is($backup->sql("SELECT count(*) FROM jb_changes_all('$seen_before')"), 1, 'a reader of all changes from before the mistake goes on');
is(state_of($backup, "jb_changes_all('$seen_after')"), 'JB410', 'one that has seen the mistake hears that this is undone');
$backup->down;

# ---- a standby ----
$stack->sql("$clock SELECT jb_schedule('Automatic ' || i, '25 minutes', calendars => '{desk}') FROM generate_series(1, 5) AS i");
$stack->sql("$clock SELECT jb_schedule('For a day', '1 hour', '2026-12-01', '12:00', calendars => '{desk}', hold_for => '1 day', attendees => '{Ann}')");
$stack->sql("$clock SELECT jb_calendar_set('gap', '{}'), jb_schedule('Before', '1 hour', '2026-11-23', '08:00', calendars => '{gap}');
	SELECT jb_schedule('After it', '1 hour', '2026-11-23', calendars => '{gap}'); SELECT jb_cancel(id) FROM jb_event WHERE event_name = 'Before'");
$stack->sql("SET jb_scheduler.now = '2026-11-20 10:00+01'; SELECT jb_schedule('Due', '1 hour', '2026-12-01', '09:00', calendars => '{gap}', hold_for => '1 hour')");
$stack->sql("$clock SELECT jb_session_create('7', '9', '2026-12-02 10:00+01', 45), jb_appointment_reserve('p1', 'Ann', '2026-11-25', '09:30');
	SELECT jb_attach(id, '{\"name\": \"scan\"}', '\\x00') FROM jb_event WHERE event_name = 'For a day'");
$stack->sql(qq($clock SELECT jb_booking_make('p1', '{"client": "x", "contact": "x\@example.org", "start_timestamp": "2026-11-25T11:30:00+01:00"}', 'jbb_' || repeat('0', 48))));
$standby->up;

sub catch_up
{
	my $lsn = $stack->sql('SELECT pg_current_wal_insert_lsn()');
	Stack::wait_until { $standby->sql("SELECT pg_last_wal_replay_lsn() >= '$lsn'") eq 't' } 'the standby has replayed it';
	return;
}

catch_up();
is(Sample::rows_of($standby, 'jb', $_), Sample::rows_of($stack, 'jb', $_), "the standby has the same $_") for @Sample::TABLES;
my $id = $stack->sql(q(SELECT id FROM jb_event WHERE event_name = 'For a day'));
my ($session, $appointment) = map { $stack->sql("SELECT min(id) FROM jb_event WHERE event_name = '$_'") } qw(Session Appointment);
my @readings = (
	'jb_event(1000000)', "jb_event($id)", "jb_event_answer($id)", "jb_status($id)", "jb_event_if($id)", "jb_events('desk', '2026-11-20')", "jb_history($id)", "jb_changes('desk', 0)", "jb_change_event('desk', 1)",
	"jb_events_at('desk', 3)", "jb_explain_event($id)", "jb_proof_event($id)", "jb_calendar('desk')", 'jb_calendars()', "jb_availability('room:1', '2026-11-24')", "jb_day_start('desk', '2026-11-24')", "jb_busy('desk', '2026-11-20', '2026-12-24')",
	"jb_slots('1 hour', '{desk,room:1}')", "jb_source_as_of('{desk}')", "jb_busy_all('{desk,room:1}', '2026-11-24', '2026-12-24')", "jb_lead_time('{30 minutes,3 hours}', '{desk}')", "jb_explain('Why', '1 hour', calendars => '{desk}')",
	"jb_explain('Why', '1 hour', '2026-12-01', '09:00', calendars => '{room:1}')", q(jb_proof_request('{"event_name": "Why", "duration": 3600, "calendars": ["desk"]}')), 'jb_proof(1)', 'jb_rejections(0)', 'jb_due()', 'jb_check()', 'jb_polls()', 'jb_poll(1)',
	'jb_poll_schedules(1)', 'jb_poll_invitation(1)', 'jb_poll_others(1)', 'jb_poll_ranking(2)', 'jb_sessions()', "jb_appointments(from_time => '2026-11-20')", "jb_provider_slots('p1', '2026-11-25')", "jb_booking_page('p1')", "jb_booking_slots('p1')", "jb_booking('p1', 'x')", "jb_metrics('{desk}')",
	q(jb_explain_request('{"event_name": "Why", "duration": 3600, "calendars": ["desk"]}')), "jb_attachment($id, 1)", "jb_icalendar('desk', '2026-11-20', '2026-12-24')",
	"jb_icalendar_tag('desk')", "jb_feed_read('jbf_of_nobody')", 'jb_health()',
	"jb_rights('desk')", "jb_grants('desk')", 'jb_default_rights()', "jb_time_zone('desk')", "jb_version($id)", "jb_session($session)", "jb_appointment($appointment)",
	'jb_coaches()', 'jb_clients()', "jb_changes_after('desk', 2)", 'jb_rejections_after(2)', 'jb_rejections_all()', 'jb_rejections_cursor(2)', "jb_may('desk', 'book')", "jb_sight('{desk}', NULL)", "jb_seen('{desk}')");
# Dry runs only read, of whatever call: one that would place, move, cancel or book.
my @trials = (
	"jb_schedule('x', '1 hour', dry_run => true)", "jb_schedule('x', '1 hour', '2026-12-01', '09:00', calendars => '{desk,room:1}', dry_run => true)",
	q(jb_schedule_all('[{"event_name": "x", "duration": 60}, {"event_name": "y", "duration": 60}]', dry_run => true)),
	"jb_reschedule($id, start_time => '10:00', dry_run => true)", qq(jb_update($id, '{"event_name": "x"}', dry_run => true)), "jb_cancel($id, dry_run => true)",
	"jb_confirm($appointment, dry_run => true)", "jb_deny($appointment, dry_run => true)", "jb_replan('desk', dry_run => true)", "jb_rezone('desk', dry_run => true)",
	"jb_import('desk', E'BEGIN:VCALENDAR\\nBEGIN:VEVENT\\nUID:1\\nDTSTART:20261201T090000Z\\nDURATION:PT1H\\nEND:VEVENT\\nEND:VCALENDAR', dry_run => true)",
	"jb_session_create('7', '9', '2026-12-01 10:00Z', 30, dry_run => true)", "jb_appointment_reserve('p1', 'x', '2026-11-25', '11:00', dry_run => true)",
	"jb_appointment_status_set($appointment, 'CONFIRMED', dry_run => true)", 'jb_poll_book(1, dry_run => true)', 'jb_poll_book(2, dry_run => true)');
for my $reading (@readings, @trials)
{
	is(answer($standby, $reading), answer($stack, $reading), "it answers $reading as the primary");
}

# The answer of a read; an error is also an answer.
sub answer
{
	my ($server, $reading) = @_;
	return eval { $server->sql("$clock SELECT r FROM $reading AS r") } // $@ =~ s/ at .*//sr =~ s/psql failed: //r;
}

my $all_changes = 'SELECT count(*), md5(string_agg(c.change::text, chr(10))) FROM jb_changes_all(max_rows => 1000) AS c';
is($standby->sql($all_changes), $stack->sql($all_changes), 'it tells the changes of all calendars as the primary');
my $end = $stack->sql('SELECT jb_changes_cursor()');
is($standby->sql("SELECT count(*) FROM jb_changes_all('$end')"), 0, 'and goes on from a cursor of the primary');

# The SQLSTATE of a refusal.
sub state_of
{
	my ($server, $call) = @_;
	return eval { $server->sql("\\set VERBOSITY sqlstate\n$clock SELECT $call"); 'none' } // ($@ =~ /ERROR:\s+(\w+)/)[0];
}

my @writings = (
	"jb_schedule('x', '1 hour')", q(jb_schedule_all('[{"event_name": "x", "duration": 60}]')),
	"jb_reschedule($id, start_time => '10:00')", qq(jb_update($id, '{"event_name": "x"}')), qq(jb_update_all('[{"id": $id, "event_name": "x"}]')), "jb_cancel($id)", "jb_confirm($id)", "jb_deny($id)", "jb_delete($id)",
	'jb_expire()', "jb_lock('{ceo}')", q(jb_calendar_set('x', '{}')), "jb_availability_set('desk', '2026-12-01', '[]')", "jb_rebuild('desk')",
	qq(jb_attach($id, '{"name": "x"}', '\\x00')), "jb_replan('gap')", "jb_purge('1 day')", "jb_principal_set('a', 'b', 'c', 'viewer')",
	"jb_session_create('7', '9', '2026-12-01 10:00Z', 30)", "jb_appointment_reserve('p1', 'x', '2026-11-25', '11:00')",
	"jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour')", q(jb_poll_answer(1, 'x', '[{"start": "2026-12-01T09:00:00Z", "end": "2026-12-01T10:00:00Z"}]')), 'jb_poll_delete(1)',
	"jb_detach($id, 1)", "jb_attend($id, 'x')", "jb_leave($id, 'Ann')", "jb_seat_set($id, 'x', true)", "jb_rezone('desk')", "jb_calendar_delete('gap')", "jb_import('desk', E'BEGIN:VCALENDAR\\nBEGIN:VEVENT\\nUID:1\\nDTSTART:20261201T090000Z\\nDURATION:PT1H\\nEND:VEVENT\\nEND:VCALENDAR')",
	"jb_coach_create('8')", "jb_client_create('8')", q(jb_session_post('{"session": {"coach_hash_id": "7", "client_hash_id": "9", "start": "2026-12-01T10:00:00Z", "duration": 30}}')),
	qq(jb_session_patch($session, '{"session": {"duration": 60}}')), qq(jb_appointment_status_set($appointment, 'CONFIRMED')),
	q(jb_appointment_post('{"provider_id": "p1", "client": "x", "date": "2026-11-25", "start_time": "11:00"}')), q(jb_provider_availability_add('p1', '2026-11-26', '{"09:00": "12:00"}')),
	q(jb_provider_availability_post('p1', '{"date": "2026-11-26", "slots": {"09:00": "12:00"}}')), "jb_provider_availability_remove('p1', '2026-11-25')",
	q(jb_poll_create_json('{"title": "x", "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z", "duration": "PT1H"}')), "jb_poll_invite(1, 'x')", "jb_poll_revoke(1, (SELECT participant FROM jb_poll_schedules(1) LIMIT 1))", 'jb_poll_revoke_guests(1)', 'jb_poll_set_public(1, false)', 'jb_poll_book(1)',
	"jb_feed_create('desk')", "jb_feed_revoke('desk')",
	q(jb_booking_make('p1', '{"client": "x", "contact": "x@example.org", "start_timestamp": "2026-11-25T11:00:00+01:00"}')), "jb_booking_move('p1', (SELECT 'jbb_' || repeat('0', 48)), '2026-11-25 11:15+01')", "jb_booking_cancel('p1', 'jbb_' || repeat('0', 48))",
	"jb_calendar_make('made')", "jb_session_enrol('coach', '9')", "jb_key_take('k', '1')",
	"jb_grant('desk', 'principal:x', 'read')", "jb_revoke('desk', 'role:jb_viewer')", "jb_grants_set('desk', '[]')");
for my $writing (@writings)
{
	is(refusal($writing), '25006', "it refuses $writing");
}
# Rights and arguments are checked before anything would be written, and a caller without a token cannot withdraw an
# answer.
my $judged = "jb_poll_withdraw(1, 'x')";
is(refusal($judged), 'P0002', "it refuses $judged as the primary does");

# Every function open to callers is in these lists, or only formats a value, or is tested elsewhere.
sub names { my (@calls) = @_; my %seen; return join ',', sort grep { !$seen{$_}++ } map { /^(\w+)/ } @calls }
my $callable = q(SELECT string_agg(DISTINCT p.proname::text COLLATE "C", ',') FROM pg_proc p
  WHERE p.proname LIKE 'jb\_%' AND (p.proname NOT LIKE '%\_json' OR p.proname = 'jb_poll_create_json') AND has_function_privilege('jb_manager', p.oid, 'execute') AND p.provolatile = );
my $shape = q( AND p.proname NOT IN ('jb_timestamp_text', 'jb_folded', 'jb_event_cursor', 'jb_slot_dictionary', 'jb_status_at', 'jb_appointment_status', 'jb_tree_problems', 'jb_wall_clock_problems', 'jb_poll_problems', 'jb_id_problems', 'jb_list_problems', 'jb_schema_problems', 'jb_fault', 'jb_refuse', 'jb_request_read', 'jb_session_faults', 'jb_session_of', 'jb_session_strangers'));
is(names(@readings, qw(jb_feed_read jb_changes_all jb_changes_cursor)), $stack->sql("$callable 's' $shape"), 'these are all the readings');
is(names(@writings, $judged, 'jb_key_keep'), $stack->sql("$callable 'v' AND p.proname NOT IN ('jb_now', 'jb_place_row', 'jb_follow_rows', 'jb_purge_in_pieces', 'jb_worker')"), 'and these all the writings');

sub refusal { my ($writing) = @_; return state_of($standby, $writing) }

# ---- a front end that knows both ----
my @identity = ('--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY});

sub request
{
	my ($path, $body) = @_;
	my @data = $body ? ('-H', 'Content-Type: application/json', '-d', encode_json($body)) : ();
	my $answer = '';
	IPC::Run::run([ 'curl', '-s', '-i', '--max-time', 60, @identity, @data, "$ENV{JB_URL}$path" ], '<', \'', '>', \$answer);
	my ($status) = $answer =~ /^HTTP\S+ (\d+)/;
	return ($status // '', $answer);
}

# Books an event of one hour on a calendar that is always open, so that each event gets a time of its own.
sub book { my ($name) = @_; return request('/events', { event_name => $name, duration => 3600, calendars => ['open'] }) }

my $hours = encode_json({ hours => { map { $_ => [ { start => '00:00', end => '24:00' } ] } qw(monday tuesday wednesday thursday friday saturday sunday) } });
$stack->sql("SELECT jb_default_rights_set('all by role'), jb_calendar_set('open', '$hours')");
my $front_end = $stack->pid('fcgi');
my %its = map { /^(\w+)=(.*)$/ } split /\0/, Stack::slurp("/proc/$front_end/environ");
my $program = readlink "/proc/$front_end/exe";
kill 'TERM', $front_end;
Stack::wait_until { !defined $stack->pid('fcgi') } 'the end of the front end that knows one';
unlink $its{JB_SOCKET};
my $both;
{
	local %ENV = (%its, PGHOST => "$its{PGHOST},$its{PGHOST}", PGPORT => '5432,5433');
	my @as = $> == 0 ? qw(setpriv --reuid=www-data --regid=www-data --init-groups) : ();
	$both = IPC::Run::start([ @as, $program ], '<', \'', '>&', $stack->dir . '/both.log');
}
END { if ($both) { my $status = $?; eval { $both->kill_kill(grace => 5) }; $? = $status } }
Stack::wait_until { (request('/health'))[0] eq '200' } 'the front end that knows both';
$stack->sql(q(ALTER SYSTEM SET synchronous_standby_names = '*'));
$stack->sql('SELECT pg_reload_conf()');
Stack::wait_until { $stack->sql('SELECT sync_state FROM pg_stat_replication') eq 'sync' } 'synchronous replication';
my ($status, $text) = book('acknowledged');
is($status, 201, 'the front end books on the primary') or diag($text);
$stack->kill_postmaster;
Stack::wait_until { ($status, $text) = request('/events?calendar=open'); $status eq '200' } 'an answer of the standby';
like($text, qr/acknowledged/, 'the primary killed, reads are answered by the standby, with what was acknowledged last');
($status, $text) = book('refused');
is($status, 503, 'placing is refused');
like($text, qr/^Retry-After: \d+\r$/mi, 'with Retry-After');
like($text, qr/"detail" *: *"The database takes no writes at present\. Try again\."/, 'and a clear word');

# How many threads are connected to the standby.
sub on_standby { return $standby->sql(q(SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jb_fcgi')) }

request('/events') for 1 .. 20;
cmp_ok(on_standby(), '>', 0, 'the front end has connected to the standby');
{
	local $stack->{what} = 'database';
	$stack->up;
}
Stack::wait_until { $stack->sql('SELECT sync_state FROM pg_stat_replication') eq 'sync' } 'synchronous replication again';
is_deeply([ map { (book("back $_"))[0] } 1 .. 20 ], [ (201) x 20 ], 'when the primary is back as it was, the same front end books there again');
Stack::wait_until { request('/events'); on_standby() == 0 } 'every thread at the primary again, those that have only read too';
$stack->kill_postmaster;
Stack::wait_until { (request('/events?calendar=open'))[0] eq '200' } 'an answer of the standby again';

my $given = $standby->sql('SELECT max(id) FROM jb_event');
is($standby->sql('SELECT pg_promote()'), 't', 'the standby is promoted');
($status, $text) = book('after');
is($status, 201, 'and the same front end books there') or diag($text);
is($standby->sql("SELECT count(*) FROM jb_event WHERE event_name IN ('acknowledged', 'after')"), 2, 'both are there');
is($standby->sql(q(SELECT count(*) FROM jb_event WHERE event_name = 'refused')), 0, 'what was refused is not');
ok($standby->sql(q(SELECT id FROM jb_event WHERE event_name = 'after')) > $given, 'no number is given twice');
is($standby->sql($sound), 0, 'jb_check finds nothing to complain about');
$both->signal('TERM');
$both->finish;
undef $both;
$standby->down;

done_testing();
