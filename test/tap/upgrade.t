# ALTER EXTENSION jb_scheduler UPDATE turns a database of version 1.0 into what CREATE EXTENSION makes today, to the
# last catalogue entry, and keeps the rows and objects of its users. The database works with the library of today
# before, during and after the update, and no session and no front end has to be started again.
#
# It could break with every change of the schema: the schema is written twice, and a column in another place, a comment,
# a grant or a mark for dumps that was forgotten in the upgrade script shows nowhere but here.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;
use JSON::PP;
use Test::More;

use Sample;
use Stack;

my $FIRST = '1.0';
my $catalogue = Stack::slurp(dirname(abs_path(__FILE__)) . '/catalogue.sql');
my $update = 'ALTER EXTENSION jb_scheduler UPDATE';

$ENV{JB_WORKER} = 'off';
my $stack = Stack->new('upgrade', 'database');
my $current = version_of('jb');

sub make
{
	my ($database, $version) = @_;
	$stack->sql("SET client_min_messages = warning; CREATE EXTENSION jb_scheduler VERSION '$version' CASCADE", $database);
	return;
}

sub version_of { my ($database) = @_; return $stack->sql(q(SELECT extversion FROM pg_extension WHERE extname = 'jb_scheduler'), $database) }

# Roles belong to the cluster, and an install script makes those that are missing: without roles each version makes its
# own.
sub forget_roles { $stack->sql(join ";", map { "DROP OWNED BY $_; DROP ROLE $_" } reverse @Sample::ROLES); return }

sub entries
{
	my ($database) = @_;
	my $roles = q(SELECT 'role ' || (to_jsonb(r) - 'oid')::text FROM pg_roles r WHERE rolname LIKE 'jb\_%' UNION ALL
		SELECT format('%s in %s', member::regrole, roleid::regrole) || ' ' || (to_jsonb(m) - '{oid,member,roleid,grantor}'::text[])::text FROM pg_auth_members m WHERE roleid::regrole::text LIKE 'jb\_%' ORDER BY 1);
	return split /\n/, $stack->sql("$catalogue; $roles", $database);
}

# The lines that one of two lists has and the other lacks, marked like a diff.
sub differences
{
	my ($old, $new) = @_;
	my (%old, %new);
	$old{$_}++ for @$old;
	$new{$_}++ for @$new;
	return ((map { "- $_" } grep { !$new{$_} } @$old), (map { "+ $_" } grep { !$old{$_} } @$new));
}

sub is_sound { my ($database, $when) = @_; return is($stack->sql('SELECT count(*) FROM jb_check()', $database), 0, "jb_check finds nothing to complain about $when") }

# Makes a call of each kind, in a session that stays open; true: all went well.
my $calls = 0;
sub works
{
	my ($session, $when) = @_;
	my $calendar = 'calls:' . ++$calls;
	my $answer = $session->sql(<<"SQL");
SET jb_scheduler.now = '$Sample::NOW';
SELECT name FROM jb_calendar_set('$calendar', '{"time_zone": "Europe/Berlin"}');
SELECT outcome FROM jb_schedule('Automatic', '1 hour', event_date => '2026-11-23', calendars => '{$calendar}');
SELECT outcome, cardinality(moves) FROM jb_schedule('Fixed', '1 hour', '2026-11-23', '08:00', calendars => '{$calendar}');
SELECT outcome, reason FROM jb_schedule('Refused', '1 hour', '2026-11-23', '08:30', calendars => '{$calendar}');
SELECT outcome FROM jb_schedule('Held', '1 hour', '2026-11-23', '11:00', calendars => '{$calendar}', hold_for => '1 hour');
SELECT (jb_confirm(id)).outcome FROM jb_event WHERE event_name = 'Held' AND calendars = '{$calendar}';
SELECT (jb_reschedule(id, start_time => '12:00')).outcome FROM jb_event WHERE event_name = 'Held' AND calendars = '{$calendar}';
SELECT (jb_update(id, '{"event_name": "Other"}')).outcome FROM jb_event WHERE event_name = 'Held' AND calendars = '{$calendar}';
SELECT (jb_cancel(id)).outcome FROM jb_event WHERE event_name = 'Other' AND calendars = '{$calendar}';
SELECT count(*) FROM jb_slots('1 hour', '{$calendar}', max_rows => 3);
SELECT count(*) > 0 FROM jb_changes('$calendar');
SELECT status, jb_event_json(e) ->> 'event_name' FROM jb_events('$calendar', '2026-11-23', max_rows => 1) AS e;
SELECT jb_delete(id) FROM jb_event WHERE event_name = 'Other' AND calendars = '{$calendar}';
SELECT poll_id > 0 FROM jb_poll_create('$calendar', '2026-12-01', '2026-12-02', '1 hour', calendars => '{$calendar}', public => true);
SELECT participant FROM jb_poll p, jb_poll_answer(p.id, 'Guest', '[{"start": "2026-12-01T15:00:00Z", "end": "2026-12-01T16:00:00Z"}]') WHERE title = '$calendar';
SELECT participant FROM jb_poll p, jb_poll_invite(p.id, 'Invited') WHERE title = '$calendar';
SELECT participant_count, answer_count FROM jb_poll_view WHERE title = '$calendar';
SELECT (jb_poll_book(id)).outcome FROM jb_poll WHERE title = '$calendar'
SQL
	return is($answer, join("\n", $calendar, 'placed', 'placed|1', 'rejected|conflict', 'held', qw(confirmed updated updated cancelled 3 t), 'pending|Fixed', 't',
		't', 'Guest', 'Invited', '2|1', 'placed'), "calls work $when");
}

# ---- the same to the last entry ----
$stack->sql('DROP EXTENSION jb_scheduler');
forget_roles();
$stack->database('old');
make('old', $FIRST);
Sample::fill($stack, 'old');
is($stack->sql('SELECT string_agg(DISTINCT status, chr(32)) FROM jb_event', 'old'), 'cancelled denied expired held scheduled waiting', 'there are events of every status');
my $session = $stack->session('old');
works($session, "with version $FIRST under the library of today");
# A column that version 1.0 does not have: what is given for it must not get lost without a word.
my $kept = q(SELECT outcome FROM jb_update((SELECT min(id) FROM jb_event WHERE status = 'scheduled'), '{"description": "Kept", "metadata": {"n": 1.50}}'));
like($session->sql("$kept;"), qr/22023|invalid description/, 'what it cannot keep is refused');
my %columns = map {
	$_ => $stack->sql("SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '$_'::regclass AND attnum > 0 AND NOT attisdropped", 'old')
} Sample::tables($stack, 'old');
# A kept answer has the fields that it had, without the fields of the new version.
$columns{jb_idempotency} =~ s/\banswer\b/jsonb_strip_nulls(to_jsonb(answer))/;
# The update takes columns out of jb_calendar and keeps them in jb_calendar_lock.
sub kept { my %elsewhere = @_; return map { $_ => Sample::rows_of($stack, 'old', $elsewhere{$_} // $_, $columns{$_}) } keys %columns }
my %before = kept();
isnt($before{$_}, '', "$_ holds something to lose") for sort keys %columns;
my $dump = $stack->dir . "/old.dump";
$stack->run_command('pg_dump', '-Fc', '-f', $dump, 'old');

$stack->sql($update, 'old');
is(version_of('old'), $current, "it is updated to $current");
my %after = kept(jb_calendar => '(jb_calendar JOIN jb_calendar_lock USING (id))');
is($after{$_}, $before{$_}, "$_ is as it was") for sort keys %columns;
is_sound('old', 'after the update');
is($stack->sql(q(SELECT string_agg(concat_ws(' ', participant_count, answer_count, uninvited_count, interval_count, uninvited_interval_count), ', ' ORDER BY id) FROM jb_poll WHERE id <= 2), 'old'),
	'2 1 1 1 1, 1 1 1 1 1', 'the participants of its polls are counted');
works($session, 'after the update, in a session that was open');
like($session->sql("$kept;"), qr/updated/, 'which keeps what it could not keep before');
is($stack->sql(q(SELECT concat_ws(' ', description, metadata ->> 'n') FROM jb_event WHERE metadata IS NOT NULL), 'old'), 'Kept 1.50', 'as it was given');
# The update cannot work out when an event that waits falls due: the next writer on its calendar does.
my $watched = q(SELECT w.due_at <= e.updated_at, w.due_at = e.wished_at + interval '1 second', w.room = tstzrange(e.wished_at, e.wished_at + e.duration)
	FROM jb_watched w JOIN (SELECT e.*, (e.date + e.start_time) AT TIME ZONE c.time_zone AS wished_at FROM jb_event e JOIN jb_calendar c ON c.name = e.calendars[1]) e ON e.id = w.event_id WHERE e.event_name = 'Waits');
my $at = "SET jb_scheduler.now = '$Sample::NOW'; SET timezone = 'Etc/UTC';";
is($stack->sql("$at $watched", 'old'), 't|f|f', 'an event that waited is due at once, wherever time opens');
$stack->sql("$at SELECT jb_schedule('Beside', '10 minutes', '2026-11-27', '09:00', calendars => '{desk}')", 'old');
is($stack->sql("$at $watched", 'old'), 'f|t|t', 'the next writer works out when it is due, and where it could stand');
$stack->sql("$at SELECT jb_cancel(id) FROM jb_event WHERE event_name = 'Held' AND calendars = '{desk}'", 'old');
is($stack->sql(q(SELECT status FROM jb_event WHERE event_name = 'Waits'), 'old'), 'held', 'and it takes its time when this time opens');
$session->close;
is_sound('old', 'after these calls');
is($stack->sql(q(SELECT count(*) FROM (SELECT DISTINCT event_id FROM jb_change_log) l
	WHERE (SELECT count(*) FROM jb_history(l.event_id)) <> (SELECT count(*) FROM jb_change_log h WHERE h.event_id = l.event_id)), 'old'), 0, 'the history of every event is whole');
is($stack->sql(q(SELECT count(*) > 10, count(*) = (SELECT count(*) FROM jb_change_log WHERE id IS NOT NULL) FROM jb_changes_all(max_rows => 1000)), 'old'), 't|t',
	'the changes since the update are in the list of all');
my @upgraded = entries('old');
$stack->sql('DROP DATABASE old');
forget_roles();
$stack->database('fresh');
make('fresh', $current);
my @fresh = entries('fresh');
cmp_ok(scalar @fresh, '>', 1000, 'the catalogue is read');
my @differences = differences(\@upgraded, \@fresh);
is(scalar @differences, 0, "what was updated (-) and what is made anew (+) are the same") or diag(join "\n", @differences);

# ---- a dump of that version goes into an extension of that version, which is then updated ----
$stack->database('restored');
make('restored', $FIRST);
$stack->run_command('pg_restore', '--exit-on-error', '-d', 'restored', $dump);
$stack->sql($update, 'restored');
is_sound('restored', 'after the restore and the update of what was restored');
is($stack->sql('SELECT count(*) FROM jb_event', 'restored') > 0, 1, 'and the events are there');

# ---- the update waits for the tables that it alters without holding what a caller needs ----
# The caller reads events first, then the calendars, as a view of both does.
$stack->database('used');
make('used', $FIRST);
my $caller = $stack->session('used');
$caller->sql('BEGIN; SELECT count(*) FROM jb_event');
my $updating = $stack->session('used');
$updating->send($update);
Stack::wait_until { $stack->sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'used' AND wait_event = 'PgSleep'", 'used') } 'the update waits';
is($caller->sql('SELECT count(*) FROM jb_calendar; SELECT count(*) FROM jb_rejection; COMMIT'), "0\n0", 'a caller who has read events reads calendars while the update waits');
is($updating->answer, '', 'the update goes on afterwards');
is(version_of('used'), $current, 'and is done');
$_->close for $caller, $updating;

# ---- a planted difference is found ----
my %changes = (
	'COMMENT ON FUNCTION jb_now() IS $$Another.$$' => qr/pg_description .*function jb_now\(\)/,
	'ALTER FUNCTION jb_calendars(text) VOLATILE' => qr/pg_proc .*function jb_calendars\(text\)/,
	'ALTER FUNCTION jb_check() PARALLEL UNSAFE' => qr/pg_proc .*function jb_check\(\)/,
	'ALTER FUNCTION jb_lock(text[]) SECURITY INVOKER' => qr/pg_proc .*function jb_lock\(/,
	'ALTER FUNCTION jb_due(timestamptz) SET search_path = public' => qr/pg_proc .*function jb_due\(timestamp/,
	'GRANT EXECUTE ON FUNCTION jb_health() TO PUBLIC' => qr/pg_proc .*function jb_health\(\)/,
	'CREATE OR REPLACE FUNCTION jb_event_cursor(event jb_event_view) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$SELECT NULL$$' => qr/pg_proc .*function jb_event_cursor/,
	'CREATE OR REPLACE FUNCTION jb_coach_create(coach_hash_id text = $$1$$, principal text = NULL) RETURNS jb_coach LANGUAGE c SECURITY DEFINER AS $$$libdir/jb_scheduler$$, $$jb_coach_create$$' => qr/pg_proc .*function jb_coach_create/,
	'ALTER EXTENSION jb_scheduler DROP FUNCTION jb_metrics(text[])' => qr/pg_proc .*function jb_metrics/,
	'ALTER FUNCTION jb_status(bigint, text) OWNER TO jb_manager' => qr/pg_proc .*function jb_status/,
	'ALTER TYPE jb_move ADD ATTRIBUTE another int' => qr/pg_attribute .*composite type jb_move.*another/,
	'ALTER TABLE jb_idempotency DROP COLUMN fingerprint, ADD COLUMN fingerprint bytea NOT NULL' => qr/pg_attribute .*table jb_idempotency.*fingerprint/,
	'ALTER TABLE jb_override ALTER COLUMN spans DROP NOT NULL' => qr/pg_attribute .*table jb_override.*spans/,
	'ALTER TABLE jb_calendar_lock ALTER COLUMN change_seq SET DEFAULT 1' => qr/pg_attrdef .*table jb_calendar_lock/,
	'ALTER TABLE jb_tree SET (fillfactor = 70)' => qr/pg_class .*table jb_tree/,
	'ALTER TABLE jb_claim ADD CHECK (event_id > 0)' => qr/pg_constraint .*table jb_claim/,
	'DROP INDEX jb_event_watched; CREATE INDEX jb_event_watched ON jb_event USING gin ((calendars || attendee_calendars)) WHERE status = $$held$$' => qr/pg_index .*index jb_event_watched/,
	'ALTER SEQUENCE jb_poll_id_seq INCREMENT 2' => qr/pg_sequence .*sequence jb_poll_id_seq/,
	'CREATE OR REPLACE VIEW jb_change AS SELECT c.name AS calendar, l.seq, l.at, l.principal, l.event_id, l.version, l.kind, l.old_range, l.new_range, l.old_status, l.new_status, l.fields, l.image, c.time_zone FROM jb_change_log l LEFT JOIN jb_calendar c ON c.id = l.calendar' => qr/pg_rewrite .*view jb_change\b/,
	'GRANT INSERT (event_name) ON jb_event TO jb_guest' => qr/pg_attribute .*table jb_event.*event_name/,
	'CREATE RULE nothing AS ON DELETE TO jb_rejection DO INSTEAD NOTHING' => qr/pg_rewrite .*rule nothing/,
	'CREATE TRIGGER nothing BEFORE INSERT ON jb_series FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()' => qr/pg_trigger .*trigger nothing/,
	'UPDATE pg_extension SET extconfig = extconfig[2:], extcondition = extcondition[2:] WHERE extname = $$jb_scheduler$$' => qr/pg_extension .*extension jb_scheduler/,
	'ALTER ROLE jb_guest LOGIN' => qr/role .*jb_guest/,
	'REVOKE jb_viewer FROM jb_secretary' => qr/jb_secretary in jb_viewer/,
);
$stack->database('changed');
make('changed', $current);
$stack->sql(join(";\n", sort keys %changes), 'changed');
my @seen = differences(\@fresh, [ entries('changed') ]);
for my $change (sort keys %changes)
{
	ok(scalar(grep { /$changes{$change}/ } @seen), "it would be seen: $change");
}
$stack->sql('DROP DATABASE changed');
$stack->sql('ALTER ROLE jb_guest NOLOGIN; GRANT jb_viewer TO jb_secretary');

# ---- the default privileges of the role that updates give nobody a right on new objects ----
$stack->database('generous');
make('generous', $FIRST);
$stack->sql('ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO jb_guest', 'generous');
$stack->sql('GRANT EXECUTE ON FUNCTION jb_health() TO PUBLIC', 'generous');
$stack->sql($update, 'generous');
is($stack->sql(q(SELECT has_table_privilege('jb_guest', 'jb_feed', 'SELECT'), has_function_privilege('jb_guest', 'jb_feed_revoke(text,text)', 'EXECUTE')), 'generous'),
	'f|f', 'a guest can neither read the new tables nor call the new functions');
is($stack->sql(q(SELECT has_function_privilege('jb_guest', 'jb_feed_tag(text)', 'EXECUTE'), has_function_privilege('jb_guest', 'jb_health()', 'EXECUTE')), 'generous'),
	't|t', 'but those that a guest is to call, and what somebody gave to everybody before');
$stack->sql('DROP DATABASE generous');

# ---- under a front end, beside users' own objects ----
$stack->all;
%ENV = (%ENV, $stack->env);
my @identity = ('--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY});

sub request
{
	my ($path, $body) = @_;
	my @data = $body ? ('-H', 'Content-Type: application/json', '-d', encode_json($body)) : ();
	my $answer = '';
	my $run = IPC::Run::start([ 'curl', '-s', '--max-time', 60, '-w', "\n%{http_code}", @identity, @data, "$ENV{JB_URL}$path" ], '<', \'', '>', \$answer);
	return sub {
		$run->finish;
		my ($text, $status) = $answer =~ /^(.*)\n(\d+)$/s;
		return ($status, $text);
	};
}

sub answers
{
	my ($status, $when, @request) = @_;
	my ($answered, $text) = request(@request)->();
	is($answered, $status, "$request[0] is answered $status $when") or diag($text);
	return $text;
}

sub front_end_works
{
	my ($when) = @_;
	answers(201, $when, '/events', { event_name => "booked $when", duration => 900 });
	answers(409, $when, '/events', { event_name => 'too late', start_timestamp => '2020-01-01T00:00:00Z', duration => 900 });
	answers(201, $when, '/polls', { title => 'Meeting', from => '2027-12-01T00:00:00Z', to => '2027-12-02T00:00:00Z', duration => 3600 });
	answers(200, $when, $_) for qw(/events /slots?duration=900 /lead-time?duration=900 /calendars /calendars/ceo /rejections /rejections?last=5 /polls /api/v1/sessions /api/v1/coaches
		/api/v1/clients /appointments /events/1 /events/1/history /calendars/ceo/changes?last=2 /calendars/ceo/availability /metrics?calendar=ceo);
	return;
}

my $front_end = $stack->pid('fcgi');
my $principals = $stack->sql(q(SELECT string_agg(format('SELECT jb_principal_set(%L, %L, %L, %L)', issuer, subject, principal, role), ';') FROM jb_principal));
$stack->sql('DROP EXTENSION jb_scheduler');
make('jb', $FIRST);
$stack->sql($principals);
$stack->sql(<<'SQL');
CREATE ROLE test_app;
GRANT SELECT ON jb_event TO test_app;
GRANT EXECUTE ON FUNCTION jb_now() TO test_app;
CREATE VIEW own_view AS SELECT id, event_name, status FROM jb_event_view;
CREATE FUNCTION own_function(e jb_event_view) RETURNS text LANGUAGE sql RETURN (e).event_name || (jb_event_json(e) ->> 'id');
CREATE TABLE own_rows (start_timestamp timestamptz, event_id bigint);
CREATE TRIGGER place BEFORE INSERT ON own_rows FOR EACH ROW EXECUTE FUNCTION jb_place_row();
CREATE INDEX own_index ON jb_event (event_location);
SQL
Stack::wait_until { my ($status) = request('/events')->(); $status == 200 } 'the front end sees the principals';
front_end_works("with version $FIRST");
like(answers(200, 'too', '/health'), qr/"version"\s*:\s*"\Q$FIRST\E"/, 'and tells that version');

$session = $stack->session;
$session->sql("BEGIN; $update");
my $meanwhile = request('/events', { event_name => 'meanwhile', duration => 900 });
$session->sql('COMMIT');
$session->close;
my ($status, $text) = $meanwhile->();
is($status, 201, 'what is asked for during the update is booked') or diag($text);
front_end_works("with version $current");
like(answers(200, 'too', '/health'), qr/"version"\s*:\s*"\Q$current\E"/, 'and tells the new version');
is($stack->pid('fcgi'), $front_end, 'by the same jb_fcgi');
# Each of its sessions had learnt that nobody need be named. If one had not heard of the update, it would ask for nobody.
$stack->sql(q(SELECT jb_grants_set('ceo', '[{"grantee": "principal:manager", "rights": ["manage"]}]'), jb_default_rights_set('nothing')));
my @asked = map { request('/calendars/ceo') } 1 .. 30;
is(join(' ', map { ($_->())[0] } @asked), join(' ', (200) x 30), 'and asks as the caller');
$stack->sql(q(SELECT jb_grants_set('ceo', '[]'), jb_default_rights_set('all by role')));

is($stack->sql('SELECT count(*) FROM own_view'), $stack->sql('SELECT count(*) FROM jb_event'), 'a view on ours works on');
is($stack->sql('SELECT own_function(e) FROM jb_event(1) AS e'), "booked with version ${FIRST}1", 'a function of ours works on');
is($stack->sql('INSERT INTO own_rows DEFAULT VALUES RETURNING event_id IS NOT NULL'), 't', 'a trigger of ours works on');
is($stack->sql('SET ROLE test_app; SELECT jb_now() IS NOT NULL, count(*) > 0 FROM jb_event'), 't|t', 'what was granted stays granted');
is($stack->sql(q(SELECT count(*) FROM pg_indexes WHERE indexname = 'own_index')), 1, 'an index stays');
is_sound('jb', 'in the end');

# A front end that knows more than the schema, as a front end that was replaced before the update.
answers(200, 'as long as there is its function', '/calendars/ceo/busy?from=2027-12-01T00:00:00Z&to=2027-12-02T00:00:00Z');
$stack->sql('ALTER EXTENSION jb_scheduler DROP FUNCTION jb_busy(text, timestamptz, timestamptz, text); DROP FUNCTION jb_busy');
like(answers(503, 'where there is none', '/calendars/ceo/busy?from=2027-12-01T00:00:00Z&to=2027-12-02T00:00:00Z'), qr/of another version/, 'and says so');
answers(200, 'beside it', '/events');

done_testing();
