# Each version of the extension has a library of its own, so an update is one ALTER EXTENSION in each database, without
# a restart, and takes nothing from anybody (rule 4.2): databases of both versions are served by a server that has
# preloaded either, sessions stay, the worker does what falls due in both.
#
# An update to the next version leaves the same catalogue entries as a new installation. All rows remain, and everything
# that users have made and granted. A dump goes into the next version, and pg_upgrade into a server with its library.
# The update reads none of a million events: it holds its locks no longer than that of an empty database.
#
# Could break: a function reads a table that an update changed while the function waited for it; a session remembers that
# the version was right, or where functions were; two libraries in one session define a setting twice; the worker gives
# up; an update and a call wait for each other; a trigger of the extension prevents the restore of a dump; a statement of
# the install script is missing in the update; an update takes rights or gives them to everybody; the library lacks a
# function that its version declares; an update reads or writes a table.
#
# The first part fakes another version by writing its number into the catalogue, as a call finds it that began before an
# update. The second part makes the next version of this tree (Next.pm).
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use File::Temp;
use IPC::Run;
use Test::More;

use Cluster;
use Next;
use Sample;
use Stack;

my $stack = Stack->new('update');
%ENV = (%ENV, $stack->env);

sub has_version
{
	my ($version) = @_;
	# Every update redeclares the functions, which invalidates the caches of open sessions.
	$stack->sql("UPDATE pg_extension SET extversion = '$version' WHERE extname = 'jb_scheduler'; ALTER FUNCTION jb_now() COST 1");
	return;
}

sub answer
{
	my ($path, @more) = @_;
	my $text = '';
	IPC::Run::run([ 'curl', '-s', '-i', '--max-time', 30, '--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY}, @more, "$ENV{JB_URL}$path" ], '<', \'', '>', \$text);
	return $text;
}

my @post = ('-H', 'Content-Type: application/json', '-d', '{"event_name": "Board", "duration": 900}');
my $version = $stack->sql(q(SELECT version FROM jb_health()));
my $session = $stack->session;
$session->sql("\\set VERBOSITY verbose\nSELECT outcome FROM jb_schedule('Before', '1 hour')");
my $held = $stack->sql(q(SELECT event_id FROM jb_schedule('Held', '1 hour', hold_for => '1 second')));
Stack::wait_until { $stack->sql("SELECT status FROM jb_event WHERE id = $held") eq 'expired' } 'the worker writes what falls due';

my $waits = $stack->sql(q(SELECT event_id FROM jb_schedule('Waits', '1 hour', hold_for => '3 seconds')));
has_version('0.9');
for my $call (q(SELECT jb_schedule('Refused', '1 hour')), 'SELECT jb_cancel(1)', q(SELECT count(*) FROM jb_slots('1 hour')), q(SELECT count(*) FROM jb_changes('ceo')), 'SELECT jb_expire()')
{
	like($session->sql($call), qr/JB503.*has another version than its library.*has version 0\.9, the library has version \Q$version\E.*Repeat the call/s, "refused in a session that was open: $call");
}
is($stack->sql('SELECT version FROM jb_health()'), '0.9', 'jb_health() tells the version');
my $refused = answer('/events', @post);
like($refused, qr{^HTTP/\S+ 503 }, 'a booking over HTTPS is answered 503');
like($refused, qr/^Retry-After: \d+\r?$/mi, 'with the advice to try again');
like(answer('/health'), qr{^HTTP/\S+ 503 .*The extension has version 0\.9, the library has version}s, 'and /health says why');
is($stack->sql(q(SELECT count(*) FROM jb_event WHERE event_name = 'Refused')), 0, 'nothing was booked');
Stack::wait_until { $stack->sql("SELECT now() > expires_at + interval '1 second' FROM jb_event WHERE id = $waits") eq 't' } 'the hold is due';
is($stack->sql("SELECT status FROM jb_event WHERE id = $waits"), 'held', 'the worker writes nothing');

has_version($version);
is($session->sql(q(SELECT outcome FROM jb_schedule('After', '1 hour'))), 'placed', 'with the version of the library the same session books');
like(answer('/events', @post), qr{^HTTP/\S+ 201 }, 'and so does the front end');
like(answer('/health'), qr{^HTTP/\S+ 200 }, 'which is well');
Stack::wait_until { $stack->sql("SELECT status FROM jb_event WHERE id = $waits") eq 'expired' } 'the worker goes on by itself';

# A dump of another version is restored under this library, which does not refuse its triggers and their calls.
$stack->sql(q(SELECT jb_grant('ceo', 'role:jb_viewer', 'read')));
my $dump = $stack->dir . '/update.dump';
has_version('0.9');
$stack->run_command('pg_dump', '-Fc', '--data-only', '--table=jb_grant', '--table=jb_default_rights', '-f', $dump, 'jb');
$stack->sql('DELETE FROM jb_grant');
$stack->run_command('pg_restore', '--exit-on-error', '-d', 'jb', $dump);
is($stack->sql('SELECT count(*) FROM jb_grant'), 1, 'grants are restored while the versions differ');
has_version($version);
is($stack->sql(q(SELECT count(*) FROM jb_check())), 0, 'all is sound');
$stack->sql(q(SELECT jb_revoke('ceo', 'role:jb_viewer')));
$session->close;

# ---- the next version ----

my $next = Next->new(File::Temp::tempdir('/tmp/jb_next.XXXXXX', CLEANUP => 1));
my $after = $next->version;
my $catalogue = Stack::slurp(dirname(abs_path(__FILE__)) . '/catalogue.sql');

# Runs calls with the scripts and the library of the next version.
sub with_next
{
	my ($call) = @_;
	local $Stack::SCRIPT = $next->script;
	local $ENV{JB_WORKER} = 'off';
	return $call->();
}

# The columns of a table in this database, and its rows with only these columns.
sub columns_of
{
	my ($table) = @_;
	return $stack->sql("SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '$table'::regclass AND attnum > 0 AND NOT attisdropped", 'filled');
}

# A database with users' data, users' own objects, and default rights that nobody wants on new objects.
$stack->database('filled');
$stack->sql(q(SET client_min_messages = warning; CREATE EXTENSION jb_scheduler), 'filled');
Sample::fill($stack, 'filled');
$stack->sql(<<'SQL', 'filled');
CREATE TABLE own (start_timestamp timestamptz, event_id bigint);
CREATE TRIGGER place BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION jb_place_row();
CREATE VIEW own_view AS SELECT * FROM jb_event_view;
CREATE ROLE test_app;
GRANT SELECT ON jb_event TO test_app;
GRANT EXECUTE ON FUNCTION jb_events TO test_app;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO test_app;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO test_app;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO test_app;
SQL
my %columns = map { $_ => columns_of($_) } @Sample::TABLES;
my %rows = map { $_ => Sample::rows_of($stack, 'filled', $_, $columns{$_}) } @Sample::TABLES;
$stack->run_command('pg_dump', '-Fc', '-f', $dump, 'filled');
$stack->down;

my $new = with_next(sub { Stack->new('update_next', 'database') });
my %made = map { $_ => 1 } split /\n/, $new->sql($catalogue);

sub is_as_made
{
	my ($server, $database, $how) = @_;
	my %now = map { $_ => 1 } split /\n/, $server->sql($catalogue, $database);
	my @differences = ((map { "- $_" } grep { !$now{$_} } sort keys %made), (map { "+ $_" } grep { !$made{$_} } sort keys %now));
	return is(scalar @differences, 0, "$how: every catalogue entry is as if made anew") || diag(join "\n", @differences);
}

sub is_kept
{
	my ($server, $database, $how) = @_;
	my @lost = grep { Sample::rows_of($server, $database, $_, $columns{$_}) ne $rows{$_} } sort keys %rows;
	is("@lost", '', "$how: every row is as it was");
	is($server->sql('SELECT count(*) FROM jb_check()', $database), 0, "$how: all is sound");
	my $id = $server->sql('SELECT last_value + 1 FROM jb_event_id_seq', $database);
	is($server->sql("SET jb_scheduler.now = '$Sample::NOW'; SET ROLE jb_secretary; SELECT outcome, event_id FROM jb_schedule('Next', '1 hour')", $database), "placed|$id", "$how: it goes on");
	return is($server->sql("UPDATE jb_event SET note = 'new' WHERE id = 1; SET jb_scheduler.note = 'none'; SELECT (jb_note(1)).note, (jb_note(2)).note, (jb_event(1)).note", $database), 'new|none|new', "$how: what is new is there");
}

# What users have, and what they were not given. A superuser who updates has default privileges of their own.
sub is_users_own
{
	my ($server, $database, $how) = @_;
	is($server->sql(q(SELECT count(*) FROM own_view), $database), $server->sql('SELECT count(*) FROM jb_event', $database), "$how: users keep their views");
	is($server->sql(q(INSERT INTO own DEFAULT VALUES RETURNING event_id IS NOT NULL), $database), 't', "$how: their triggers");
	is($server->sql(q(SELECT has_table_privilege('test_app', 'jb_event', 'SELECT') AND has_function_privilege('test_app', (SELECT oid FROM pg_proc WHERE proname = 'jb_events'), 'EXECUTE')), $database), 't', "$how: their rights");
	is($server->sql(q(SELECT has_table_privilege('test_app', 'jb_note', 'SELECT') OR has_function_privilege('test_app', 'jb_note(bigint)', 'EXECUTE')
		OR has_type_privilege('test_app', 'jb_noted', 'USAGE')), $database), 'f', "$how: and nobody is given what is new");
	is($server->sql(q(SELECT count(*) FROM pg_init_privs WHERE initprivs::text LIKE '%test_app%'), $database), 0, "$how: a dump has users' rights");
	$server->sql('REVOKE ALL ON jb_event FROM test_app; REVOKE ALL ON FUNCTION jb_events FROM test_app', $database);
	return;
}

sub update { my ($server, $database) = @_; return $server->sql('ALTER EXTENSION jb_scheduler UPDATE', $database) }

# By dump and restore; the dump's triggers fire under the new library.
$new->sql('CREATE ROLE test_app');
$new->run_command('createdb', 'restored');
$new->run_command('pg_restore', '--exit-on-error', '-d', 'restored', $dump);
is_kept($new, 'restored', 'a dump');
is_users_own($new, 'restored', 'a dump');
is_as_made($new, 'restored', 'a dump');

# From each earlier version.
for my $before ($next->before($new))
{
	$new->run_command('createdb', "from_$before");
	my $took = $new->sql("CREATE EXTENSION jb_scheduler VERSION '$before'; BEGIN; ALTER EXTENSION jb_scheduler UPDATE; SELECT extract(epoch FROM clock_timestamp() - now()); COMMIT", "from_$before");
	cmp_ok($took, '<', 1, "the update of $before holds its locks for less than a second");
	is_as_made($new, "from_$before", "an empty database of $before");
}

# By pg_upgrade, which creates the functions of the old version with the new library.
SKIP:
{
	skip Cluster::why_not_upgraded(), 1 if Cluster::why_not_upgraded();
	my $upgraded = Cluster->upgraded($new, 'upgraded', 5433, $stack, $Stack::BIN);
	$upgraded->up('jb_scheduler.worker_databases' => '');
	is($upgraded->sql('SELECT version FROM jb_health()', 'filled'), $version, 'after pg_upgrade the database has the version that it had');
	update($upgraded, $_) for qw(jb filled);
	is_kept($upgraded, 'filled', 'pg_upgrade');
	is_users_own($upgraded, 'filled', 'pg_upgrade');
	is_as_made($upgraded, $_, "pg_upgrade of $_") for qw(jb filled);
	$upgraded->down;
}

# By an update under load, of one database after the other, on a server that has preloaded the library of the version
# before. Another database has a million events.
$stack->up;
$stack->database('million');
$stack->sql(<<'SQL', 'million');
SET client_min_messages = warning;
CREATE EXTENSION jb_scheduler;
SELECT jb_calendar_set('room', '{}');
INSERT INTO jb_event (event_name, start_timestamp, end_timestamp, attendees, event_location, calendars, duration, priority, status, created_at, updated_at, first_change)
SELECT 'Event', at, at + interval '10 min', '{anna}', '', '{room}', '10 min', 0, 'scheduled', at, at, i
  FROM generate_series(1, 1000000) AS i CROSS JOIN LATERAL (SELECT timestamptz '2000-01-01Z' + i * interval '15 min') AS a (at);
INSERT INTO jb_claim SELECT c.id, e.id, tstzrange(e.start_timestamp, e.end_timestamp) FROM jb_event e, jb_calendar c ORDER BY e.id;
INSERT INTO jb_change_log (calendar, seq, at, principal, event_id, version, kind, fields, id, new_status)
SELECT c.id, e.id, e.created_at, 'p', e.id, 1, 'placed', '{}', e.id, 'scheduled' FROM jb_event e, jb_calendar c;
CREATE INDEX CONCURRENTLY jb_change_log_principal ON jb_change_log (principal);
SQL

# The load: sessions that book in two databases, and requests over HTTPS, until told to stop. What each was told.
my $folder = $stack->dir . '/load';
mkdir $folder;
$stack->database('other');
$stack->sql('CREATE EXTENSION jb_scheduler', 'other');
my $loop = qq(while [ ! -e $folder/stop ]; do %s; sleep 0.01; done);
my $book = sprintf $loop, q(echo "SELECT outcome FROM jb_schedule('Load', '1 minute');");
my %load = (
	jb    => "$book | psql -XAtq -d jb",
	other => "$book | psql -XAtq -d other",
	https => sprintf $loop, q(curl -s -o /dev/null -w '%{http_code}\n' --cacert $JB_CA --cert $JB_CERT --key $JB_KEY -H 'Content-Type: application/json' -d '{"event_name": "Load", "duration": 60}' $JB_URL/events)
);
my @load = map { IPC::Run::start([ 'bash', '-c', $load{$_} ], '<', \'', '>&', "$folder/$_") } sort keys %load;

sub told { my ($who) = @_; return split /\n/, Stack::slurp("$folder/$who") }

sub all_go_on
{
	my ($how) = @_;
	my %before = map { $_ => scalar told($_) } keys %load;
	Stack::wait_until { !grep { told($_) < $before{$_} + 30 } keys %load } "$how: each caller is answered";
	return pass("$how: each caller is answered");
}

$stack->sql(q(ALTER SYSTEM SET jb_scheduler.worker_databases = 'jb, other'));
$stack->sql(q(SELECT pg_reload_conf()));
my @open = map { $stack->session($_) } qw(jb other);
is($_->sql(q(SELECT outcome FROM jb_schedule('Open', '1 hour'))), 'placed', 'a session books') for @open;
all_go_on('before the update');

# A standby on which only this version is installed.
my $standby = Cluster->from_backup($stack, 'standby', 5434, '--write-recovery-conf');
my ($room, $libraries) = (dirname($standby->data), `"$Stack::PG_CONFIG" --pkglibdir`);
chomp $libraries;
Stack::run_quietly('cp', '-a', "$room/dest", "$room/dest.standby");
$standby->up(Stack::version() < 18 ? (extension_destdir => "$room/dest.standby") : (dynamic_library_path => "$room/dest.standby$libraries:\$libdir"));

$next->install($stack);
is($stack->sql('SELECT version FROM jb_health()'), $version, 'an installed version changes no database');
update($stack, 'jb');
is($stack->sql('SELECT version FROM jb_health()', $_->[0]), $_->[1], "$_->[0] has version $_->[1]") for [ 'jb', $after ], [ 'other', $version ];
all_go_on('after the update of one database');
Stack::wait_until { $standby->sql("SELECT extversion FROM pg_extension WHERE extname = 'jb_scheduler'") eq $after } 'the standby has the update';
like(eval { $standby->sql('SELECT jb_now()') } // $@, qr/could not access file .*jb_scheduler-\Q$after\E/, 'a standby without the new library says which file it lacks');
is($standby->sql('SELECT jb_now() IS NOT NULL', 'other'), 't', 'and serves another database');
Stack::run_quietly('cp', "$room/dest$libraries/jb_scheduler-$after.so", "$room/dest.standby$libraries");
is($standby->sql('SELECT jb_now() IS NOT NULL'), 't', 'installed, it is used without a restart');
$standby->down;
is($_->sql(q(SELECT outcome FROM jb_schedule('Open', '1 hour'))), 'placed', 'the open session books') for @open;
for my $database (qw(jb other))
{
	my $id = $stack->sql(q(SELECT event_id FROM jb_schedule('Held', '1 hour', hold_for => '1 second')), $database);
	Stack::wait_until { $stack->sql("SELECT status FROM jb_event WHERE id = $id", $database) eq 'expired' } "the worker writes what falls due in $database";
}
open my $stop, '>', "$folder/stop" or die "could not stop the load: $!";
$_->finish for @load;
my %refused = map { my $good = $_ eq 'https' ? '201' : 'placed'; $_ => join "\n", grep { $_ ne $good } told($_) } keys %load;
is($refused{$_}, '', "nobody was refused: $_") for qw(other https);
like($refused{jb}, qr/\A(ERROR: .* has another version than its library\nDETAIL: .*\nHINT: .*Repeat the call.*)?\z/, 'but for a call that waited for the update');
is($stack->sql(q(SELECT count(*) FROM jb_event WHERE event_name = 'Load'), 'other'), scalar told('other'), 'what was acknowledged is there');
is($stack->sql(q(SELECT count(*) FROM jb_event WHERE event_name = 'Load')), scalar(grep { /^(placed|201)$/ } map { told($_) } qw(jb https)), 'in the updated database too');
is($stack->sql('SELECT count(*) FROM jb_check()', $_), 0, "all is sound in $_") for qw(jb other);
$_->close for @open;
is_as_made($stack, 'jb', 'the first update');

with_next(sub { $stack->up });
is($stack->sql(q(SELECT outcome FROM jb_schedule('Anew', '1 hour')), $_), 'placed', "a server that has preloaded the new version serves $_") for qw(jb other);
update($stack, 'filled');
cmp_ok($stack->sql(<<'SQL', 'million'), '<', 1000, 'the update of a million events reads none of them');
BEGIN;
ALTER EXTENSION jb_scheduler UPDATE;
SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables;
COMMIT;
SQL
is_kept($stack, 'filled', 'an update');
is_users_own($stack, 'filled', 'an update');
is_as_made($stack, $_, "the update of $_") for qw(filled million);
is($stack->sql(q(SELECT (jb_note(1)).note), 'million'), 'nothing', 'and the million can be read');

done_testing();
