# What the database holds of a person can be listed, and be erased without a trace: not in a table, not in the history,
# not in a dump. Times, numbers and what others know stay.
#
# Could break: a column, a nested value or a sentence of the scheduler is forgotten; a new column that holds people's
# words is in nobody's list; a booking that waited writes the name back; the history no longer replays; a kept change
# is numbered before one that a reader has seen.
use strict;
use warnings;

use Test::More;

use Sample;
use Stack;

$ENV{JB_WORKER} = 'off';
my $stack = Stack->new('person', 'database');
my $letters = join '', map { ('a' .. 'z')[ rand 26 ] } 1 .. 12;
my $person  = "$letters\@example.org";
my $typed   = ucfirst $letters . '@Example.ORG';
Sample::fill($stack);

# Each column that may hold the person does. $typed has the address as people write it.
$stack->sql(<<"SQL");
SET client_min_messages = warning;
SET jb_scheduler.now = '$Sample::NOW';
SELECT jb_default_rights_set('all by role');
SELECT jb_calendar_set('$person', '{"time_zone": "Europe/Berlin", "check_attendees": true, "display_name": "$typed"}');
SELECT jb_grant('$person', 'principal:$typed', 'manage');
SELECT jb_grant('$person', 'principal:$person', 'read');
SELECT jb_calendar_set('beside', '{}');
SELECT jb_calendar_set('lab', '{"check_attendees": true, "time_zone": "Europe/Berlin"}');
SELECT jb_calendar_set('$person', '{"max_events_per_day": 1}');
SELECT jb_schedule('Talk', '1 hour', event_date => '2026-12-01', start_time => '09:00', calendars => '{lab}', attendees => '{$typed,Tom}',
  description => 'Ask $person about it', metadata => '{"contact": [{"mail": "$typed"}], "n": 1.50}', idempotency_key => 'of a person', principal => '$person');
SELECT jb_schedule('$typed', '1 hour', event_date => '2026-12-01', start_time => '11:00', calendars => '{lab}', event_location => '$person', description => '$typed');
SELECT jb_schedule('Refused', '1 hour', event_date => '2026-12-01', start_time => '09:30', calendars => '{$person}', attendees => '{$typed}', principal => '$typed');
SELECT jb_schedule('Own', '1 hour', event_date => '2026-12-02', start_time => '09:00', calendars => '{$person}', event_location => '$typed');
SELECT jb_schedule('Full', '1 hour', event_date => '2026-12-02', start_time => '14:00', calendars => '{lab,$person}');
SELECT jb_schedule('Either', '1 hour', event_date => '2026-12-03', one_of => '[{"calendars": ["lab", "$person"], "choose": "least_busy"}]');
SELECT jb_schedule('Moved', '1 hour', event_date => '2026-12-03', start_time => '13:00', one_of => '[{"calendars": ["lab", "$person"], "chosen": ["$person"]}]');
SELECT jb_update(id, '{"attendees": ["Kim", "$typed"]}') FROM jb_event WHERE event_name = 'Talk';
SELECT jb_update(id, '{"event_location": "elsewhere"}') FROM jb_event WHERE event_name = '$typed';
SELECT jb_delete((s).event_id) FROM jb_schedule('Gone', '1 hour', calendars => '{lab}', attendees => '{$typed}') AS s;
SELECT jb_attach(id, '{"name": "$typed", "url": "https://example.org/?of=$person"}') FROM jb_event WHERE event_name = 'Own';
SELECT jb_import('lab', E'BEGIN:VCALENDAR\\nBEGIN:VEVENT\\nUID:of-a-person\\nSUMMARY:$typed\\nDTSTART:20261203T080000Z\\nDURATION:PT1H\\nATTENDEE;PARTSTAT=DECLINED:mailto:$typed\\nEND:VEVENT\\nEND:VCALENDAR', idempotency_key => 'import');
SELECT jb_poll_create('$typed', '2026-12-01', '2026-12-05', '1 hour', calendars => '{$person}', public => true, principal => '$person');
SELECT jb_poll_invite(max(id), '$typed') FROM jb_poll;
SELECT jb_feed_create('lab', 'busy', principal => '$person');
SELECT jb_feed_create('lab', 'busy', principal => '$typed');
SELECT jb_schedule('Again', '1 hour', event_date => '2026-12-01', start_time => '15:00', calendars => '{lab}', idempotency_key => 'of a person', principal => '$typed',
  metadata => '{"detail": "With $person or alone?"}');
SELECT jb_calendar_set('client:$person', '{}');
SELECT jb_delete((s).event_id) FROM jb_schedule('Gone too', '1 hour', calendars => '{client:$person}') AS s;
SELECT jb_calendar_delete('client:$person');
UPDATE jb_calendar_past SET name = '$person' WHERE name = 'client:$person';
UPDATE jb_event SET held_by = '$person', proposed_on = '{$person}' WHERE event_name = 'Own';
UPDATE jb_poll SET made_as = '$person' WHERE title = '$typed';
UPDATE jb_feed SET made_as = '$person' WHERE created_by = '$person';
SQL
is($stack->sql('SELECT * FROM jb_check()'), '', 'what is erased from is sound');
my $before = $stack->sql("SELECT string_agg(concat(id, start_timestamp, end_timestamp, status), ' ' ORDER BY id) FROM jb_event");
my $cursor = $stack->sql('SELECT jb_changes_cursor()');

# ---- every column that holds people's words is looked at, and holds the person ----
my @forgotten = split /\n/, $stack->sql(<<'SQL');
SELECT a.attrelid::regclass || '.' || a.attname
  FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'r' JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e' AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'jb_scheduler')
   AND a.atttypid::regtype::text IN ('text', 'text[]', 'jsonb', 'json', 'jb_outcome[]', 'jb_import_row[]')
EXCEPT SELECT p.place || '.' || unnest(p.columns) FROM jb_person_places() AS p ORDER BY 1
SQL
is_deeply(\@forgotten, [qw(jb_announcement.payload jb_attachment.media_type jb_calendar.buffers_used jb_calendar.color jb_calendar.hours jb_calendar.overrides_version
	jb_calendar.slots_from jb_calendar.time_zone jb_change_log.fields jb_change_log.kind jb_change_log.new_status jb_change_log.old_status
	jb_default_rights.gives jb_event.status jb_event.within jb_feed.shows jb_grant.rights jb_idempotency.key jb_imported.recurrence_id jb_imported.said
	jb_imported.uid jb_override.spans jb_poll.time_zone jb_principal.issuer jb_principal.role jb_rejection.reason jb_series.recurrence)],
	'all other columns of text hold words of programs');
my $columns = 'SELECT p.place, c.name FROM jb_person_places() AS p CROSS JOIN unnest(p.columns) AS c (name)';
for my $column (split /\n/, $stack->sql($columns))
{
	my ($table, $name) = split /\|/, $column;
	next if $table eq 'jb_principal';    # erased only once it is empty
	is($stack->sql("SELECT count(*) > 0 FROM $table WHERE $name\::text ILIKE '%$letters%'"), 't', "the person is in $table.$name");
}

# ---- listed ----
my %rows = map { split /\|/ } split /\n/, $stack->sql("SELECT place, count(*) FROM jb_person_export('$typed') GROUP BY 1");
is($rows{jb_event}, $stack->sql("SELECT count(*) FROM jb_event WHERE event_name <> 'x' AND to_jsonb(jb_event)::text ILIKE '%\"$person\"%'"), 'the export lists each event of the person');
is($rows{jb_rejection}, 2, 'and each rejection');
unlike($stack->sql("SELECT \"row\" FROM jb_person_export('$typed')"), qr/token|fingerprint/, 'but no secret');

# ---- refused ----
sub refused { my ($sql) = @_; my $session = $stack->session; my $answer = $session->sql($sql); $session->close; return $answer }
for my $nobody ("' '", 'NULL', "'CEO'", "'role:jb_viewer'", "'client:'", "'booking page'")
{
	like(refused("SELECT * FROM jb_person_erase($nobody)"), qr/person .*is nobody's name/, "$nobody is nobody");
}
$stack->sql("SELECT jb_principal_set('CN=ca', 'CN=x', '$person', 'viewer')");
like(refused("SELECT * FROM jb_person_erase('$typed')"), qr/may still call this database/, 'a person who may still call is not erased');
like(refused("SELECT * FROM jb_person_erase('jb_manager')"), qr/may still call this database/, 'nor is a role');
$stack->sql("SELECT jb_principal_set('CN=ca', 'CN=x', '$person', NULL)");
like(refused("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM jb_person_erase('$typed')"), qr/READ COMMITTED transaction only/, 'an older snapshot would miss some');
like(refused("SET ROLE jb_manager; SELECT * FROM jb_person_export('$typed')"), qr/permission denied/, 'a manager exports nobody');
is($stack->sql("SELECT count(*) FROM jb_event WHERE attendees::text ILIKE '%$person%'") > 0, 1, 'nothing was changed');

# ---- erased, while somebody books the person, and somebody else waits to book the person's time ----
my $erasing = $stack->session;
my $booking = $stack->session;
my $open    = $stack->session;
my $waits   = q(SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock');
$open->sql("SET jb_scheduler.now = '$Sample::NOW'; BEGIN; SELECT jb_schedule('Meanwhile', '1 hour', event_date => '2026-12-08', start_time => '17:00', calendars => '{lab}', attendees => '{$typed}')");
$erasing->sql("BEGIN");
$erasing->send("SELECT * FROM jb_person_erase('$typed')");
Stack::wait_until { $stack->sql($waits) } 'erasing waits for the open booking';
like($stack->sql("SET statement_timeout = '30s'; SET jb_scheduler.now = '$Sample::NOW'; SELECT outcome FROM jb_schedule('Beside', '1 hour', event_date => '2026-12-09', start_time => '10:00', calendars => '{beside}')"),
	qr/placed/, 'nobody else waits for that one');
$open->sql('COMMIT');
my %erased = map { my ($place, $n, $left) = split /\|/; ($place => [ $n, $left ]) } split /\n/, $erasing->answer;
is($erased{jb_event}[1], 2, 'it says that two events name the person within a longer text');
is($erased{jb_idempotency}[0], 3, 'answers under keys are overwritten');
$booking->send("SET jb_scheduler.now = '$Sample::NOW'; SELECT jb_schedule('Late', '1 hour', event_date => '2026-12-01', start_time => '14:00', calendars => '{lab}', attendees => '{Tom}')");
Stack::wait_until { $stack->sql($waits) } 'the booking waits';
$erasing->sql('COMMIT');
like($booking->answer, qr/placed/, 'a booking that waited goes on');

is($stack->sql("SELECT place, erased, remaining FROM jb_person_erase('$typed', in_texts => true)"), "jb_change_log|3|0\njb_idempotency|2|0\njb_attachment|1|0\njb_event|3|0", 'mentions in longer texts are erased on request');
is($stack->sql("SELECT description = 'Ask … about it' FROM jb_event WHERE event_name = 'Talk'"), 't', 'without the rest of the text');
is($stack->sql('SELECT * FROM jb_check()'), '', 'the database is sound');
is($stack->sql("SELECT string_agg(concat(id, start_timestamp, end_timestamp, status), ' ' ORDER BY id) FROM jb_event WHERE event_name NOT IN ('Late', 'Meanwhile', 'Beside')"), $before, 'no event has another time or number');
is($stack->sql("SELECT DISTINCT (change).kind FROM jb_changes_all('$cursor') WHERE (change).kind <> 'placed'"), 'erased', 'followers learn of each');
is($stack->sql('SELECT count(*) FROM jb_calendar_view c CROSS JOIN jb_changes(c.name) h WHERE h.new_status IS NOT NULL AND jb_change_event(c.name, h.seq) IS NULL'), 0, 'each change still shows its event');
is($stack->sql("SELECT jb_change_event('lab', seq) -> 'attendees' ->> 0 LIKE 'erased-%' FROM jb_changes('lab') WHERE kind = 'placed' ORDER BY seq LIMIT 1"), 't', 'with the pseudonym');
is($stack->sql("SELECT outcome FROM jb_schedule('Talk', '1 hour', event_date => '2026-12-01', start_time => '09:00', calendars => '{lab}', check_attendees => false)"), 'rejected', 'the time stays taken');
$stack->run_command('pg_dump', '-f', $stack->dir . '/dump.sql', 'jb');
is_deeply([ grep { /$letters/i } split /\n/, Stack::slurp($stack->dir . '/dump.sql') ], [], 'a dump holds no trace of the person');
is($stack->sql("SELECT count(*) FROM jb_person_export('$typed')"), 0, 'and nothing is listed any more');

# ---- a person whose name is one of the scheduler's own words ----
$stack->sql("SET jb_scheduler.now = '$Sample::NOW'; SELECT jb_delete((jb_schedule('Visit', '1 hour', event_date => '2026-12-04', start_time => '10:00', calendars => '{lab}', attendees => '{Held}', hold_for => '1 day', idempotency_key => 'held')).event_id)");
$stack->sql("SELECT * FROM jb_person_erase('Held')");
is($stack->sql(q(SELECT image ->> 'status', image -> 'attendees' ->> 0 LIKE 'erased-%' FROM jb_change_log WHERE kind = 'deleted' ORDER BY id DESC LIMIT 1)), 'held|t', 'what the scheduler said stays');
is($stack->sql(q(SELECT (answer[1]).outcome FROM jb_idempotency WHERE key = 'held')), 'held', 'in kept answers, too');
$stack->sql("SET jb_scheduler.now = '$Sample::NOW'; SELECT jb_calendar_set('week', '{\"time_zone\": \"Europe/Berlin\"}'); SELECT jb_schedule('Any', '1 hour', one_of => '[{\"calendars\": [\"lab\", \"week\"], \"chosen\": [\"week\"]}]')");
$stack->sql("SELECT * FROM jb_person_erase('week')");
is($stack->sql(q(SELECT one_of -> 0 ->> 'per', one_of #>> '{0,calendars,1}' LIKE 'erased-%', one_of -> 0 -> 'chosen' = to_jsonb(calendars) FROM jb_event WHERE event_name = 'Any')),
	'week|t|t', 'and in lists of candidates');

# ---- another person, whose name or address begins with the word, keeps them, and may still call ----
$stack->sql(<<"SQL");
SET client_min_messages = warning;
SET jb_scheduler.now = '$Sample::NOW';
SELECT jb_principal_set('CN=ca', 'CN=Robot of Ann Lee', 'ann.lee', 'secretary');
SELECT jb_calendar_set('ann.lee', '{}');
SELECT jb_grant('ann.lee', 'principal:ann.lee', 'manage');
SELECT jb_schedule('Ann''s visit', '1 hour', event_date => '2026-12-04', start_time => '15:00', calendars => '{lab,ann.lee}', attendees => '{Ann,ann.lee\@example.org}',
  description => E'With Ann, not ann.lee\@example.org; Ann', idempotency_key => 'of Ann Lee', principal => 'ann.lee');
SELECT jb_poll_create('Trip', '2026-12-01', '2026-12-05', '1 hour', principal => 'ann.lee');
SELECT jb_poll_invite(max(id), 'Ann Lee') FROM jb_poll;
SELECT jb_poll_invite(max(id), 'Tom Lee') FROM jb_poll;
SELECT jb_schedule('Note', '1 hour', event_date => '2026-12-04', start_time => '17:00', calendars => '{lab}', description => E'Of Tom\nLee; mailto:kim\@example.org, Kim: \@kim');
SELECT jb_calendar_set('mill', '{"display_name": "Kim Mill"}');
SELECT * FROM jb_person_erase('Ann', in_texts => true);
SELECT * FROM jb_person_erase('Tom Lee', in_texts => true);
SELECT * FROM jb_person_erase('kim\@example.org', in_texts => true);
SELECT * FROM jb_person_erase('Kim', in_texts => true);
SQL
is($stack->sql("SELECT subject, principal FROM jb_principal WHERE principal = 'ann.lee'"), 'CN=Robot of Ann Lee|ann.lee', 'a mention is erased in no identity');
is($stack->sql("SELECT string_agg(name, ',') FROM jb_poll_participant WHERE poll_id = (SELECT max(id) FROM jb_poll) AND name NOT LIKE 'erased-%'"), 'Ann Lee', 'and in no other name');
is($stack->sql("SELECT event_name || '|' || attendees[2] || '|' || description FROM jb_event WHERE calendars \@> '{ann.lee}'"),
	"…'s visit|ann.lee\@example.org|With …, not ann.lee\@example.org; …", 'but in what people read');
is($stack->sql("SELECT description FROM jb_event WHERE event_name = 'Note'"), 'Of …; mailto:…, …: @…', 'over the end of a line, and behind other signs, too');
is($stack->sql("SELECT display_name FROM jb_calendar WHERE name = 'mill'"), 'Kim Mill', 'a calendar is called as before');
is($stack->sql("SELECT (jb_schedule('Ann''s visit', '1 hour', event_date => '2026-12-04', start_time => '15:00', calendars => '{lab,ann.lee}', attendees => '{Ann,ann.lee\@example.org}',
  description => E'With Ann, not ann.lee\@example.org; Ann', idempotency_key => 'of Ann Lee', principal => 'ann.lee')).event_id = max(id) FROM jb_event WHERE calendars \@> '{ann.lee}'"), 't',
	'a retry of theirs books nothing twice');

# ---- who waits for a calendar that is renamed meanwhile is told so; who changes rights waits, and both go on ----
$stack->sql("SELECT jb_calendar_set('kim', '{}'), jb_grant('lab', 'principal:Kim', 'read')");
for my $call ("jb_calendar_set('kim', '{\"strict\": true}')", "jb_availability_set('kim', '2026-12-09', '[]')", "jb_rezone('kim')", "jb_lock('{kim}')", "jb_import('kim', E'BEGIN:VCALENDAR\\nEND:VCALENDAR')")
{
	my ($waiting, $renaming) = ($stack->session, $stack->session);
	$renaming->sql("BEGIN; SELECT * FROM jb_person_erase('kim')");
	$waiting->send("SELECT $call");
	Stack::wait_until { $stack->sql($waits) } "$call waits";
	$renaming->sql('ROLLBACK') if $call =~ /calendar_set/;    # which makes the calendar anew
	$renaming->sql('COMMIT');
	unlike($waiting->answer, qr/unexpected failure/, "$call");
	$stack->sql("SELECT jb_calendar_set('kim', '{}')");
	$_->close for $waiting, $renaming;
}
$open = $stack->session;
my ($revoking, $granting) = ($stack->session, $stack->session);
$erasing = $stack->session;
$stack->sql("SELECT jb_grant('lab', 'principal:kim', 'read')");
$open->sql("BEGIN; SELECT jb_lock('{lab}')");
$revoking->send("SELECT jb_revoke('lab', 'principal:kim')");
Stack::wait_until { $stack->sql($waits) == 1 } 'a revocation waits for a booking';
$erasing->send("SELECT * FROM jb_person_erase('kim')");
Stack::wait_until { $stack->sql($waits) == 2 } 'erasing waits for both';
$granting->send("SELECT jb_grant('lab', 'principal:KIM', 'read')");
Stack::wait_until { $stack->sql($waits) == 3 } 'another spelling comes meanwhile';
$open->sql('COMMIT');
like($erasing->answer, qr/jb_calendar\|1/, 'erasing goes on');
is($revoking->answer, 't', 'so does the revocation');
$granting->answer;
is($stack->sql('SELECT * FROM jb_check()'), '', 'the database is sound at the end');

done_testing;
