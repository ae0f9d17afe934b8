# What administrators do around the extension: revoked rights come back, a prepared transaction is found and ended,
# partial dumps report what they lack, and another server may follow by logical replication.
#
# Could break: a grant is missing from what the install script hands on; the server keeps a dropped role among the
# initial rights of an object, so that no dump can be restored; a sequence falls behind.
use strict;
use warnings;

use Test::More;

use Sample;
use Stack;

$ENV{JB_WORKER} = 'off';
my $stack = Stack->new('administrator', 'database');
my $dump  = $stack->dir . '/dump.sql';
$stack->sql("ALTER SYSTEM SET $_") for 'max_prepared_transactions = 5', 'wal_level = logical';
$stack->down;
$stack->up;

my $RIGHTS = <<'SQL';
WITH things (thing, kind, owner, acl) AS (
  SELECT oid::regclass::text, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner, relacl FROM pg_class WHERE relname ~ '^jb_' AND relkind IN ('r', 'v', 'S')
  UNION ALL SELECT oid::regprocedure::text, 'f', proowner, proacl FROM pg_proc WHERE proname ~ '^jb_'
  UNION ALL SELECT typname, 'T', typowner, typacl FROM pg_type WHERE typname ~ '^jb_' AND typtype = 'c'
  UNION ALL SELECT nspname, 'n', nspowner, nspacl FROM pg_namespace WHERE nspname = 'public')
SELECT thing || ' ' || a.grantee::regrole || ' ' || a.privilege_type FROM things, aclexplode(coalesce(acl, acldefault(kind, owner))) AS a
 UNION ALL SELECT member::regrole || ' in ' || roleid::regrole FROM pg_auth_members
 UNION ALL SELECT rolname || ' ' || rolcanlogin || rolinherit FROM pg_roles WHERE rolname ~ '^jb_'
 ORDER BY 1;
SQL

sub goes_on
{
	my ($database) = @_;
	return $stack->sql("SELECT count(*) FROM jb_check(); SELECT outcome FROM jb_schedule('Next', '1 hour')", $database);
}

sub restored
{
	my ($name, @options) = @_;
	$stack->run_command('pg_dump', '-f', $dump, @options, 'jb');
	$stack->run_command('createdb', $name);
	$stack->run_command('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', $dump, $name);
	return $name;
}

# The rules that jb_check reports as broken.
sub broken { my ($database) = @_; return $stack->sql("SELECT coalesce(string_agg(DISTINCT rule, ', '), '') FROM jb_check()", $database) }

my $installed = `"$Stack::PG_CONFIG" --sharedir`;
chomp $installed;
my $script = $stack->dir . "/room/dest$installed/extension/jb_scheduler_rights.sql";
sub give_back { my ($database) = @_; return $stack->run_command('psql', '-Xq', '-f', $script, $database // 'jb') }

# ---- who makes it ----
$stack->sql('CREATE ROLE shopkeeper LOGIN CREATEROLE; CREATE DATABASE shop OWNER shopkeeper');
like(eval { $stack->sql('SET SESSION AUTHORIZATION shopkeeper; CREATE EXTENSION jb_scheduler', 'shop') } // $@,
	qr/Must be superuser to create this extension/, 'the owner of a database is told that a superuser is needed');
$stack->sql('SET client_min_messages = warning; CREATE SCHEMA planner; CREATE EXTENSION jb_scheduler SCHEMA planner', 'shop');
like(eval { $stack->sql('CREATE EXTENSION jb_scheduler SCHEMA public', 'shop') } // $@, qr/already exists/, 'a database has one');
like(eval { $stack->sql('ALTER EXTENSION jb_scheduler SET SCHEMA public', 'shop') } // $@, qr/does not support SET SCHEMA/, 'it does not leave its schema');
like(eval { $stack->sql('ALTER SCHEMA planner RENAME TO calendars', 'shop') } // $@, qr/the schema of jb_scheduler keeps its name/, 'which gets no other name');
$stack->sql('ALTER SCHEMA public RENAME TO common', 'shop');
is($stack->sql("SELECT outcome FROM planner.jb_schedule('After', '1 hour'); SELECT count(*) FROM planner.jb_check()", 'shop'), "placed\n0", 'it goes on there, and another schema may get one');
$stack->sql('DROP EXTENSION jb_scheduler', 'shop');

# ---- rights ----
$stack->sql("CREATE ROLE reporter; GRANT SELECT ON jb_event TO reporter; SELECT jb_schedule('Kept', '1 hour')");
my $rights = $stack->sql($RIGHTS);
like($rights, qr/^jb_event reporter SELECT$/m, 'rights that the user gave are looked at too');
give_back();
is($stack->sql($RIGHTS), $rights, 'where nothing is missing, nothing changes');
my @losses = (
	(map { "DROP OWNED BY $_" } @Sample::ROLES),
	'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM jb_viewer, jb_secretary, jb_manager',
	'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM jb_viewer; REVOKE ALL ON SCHEMA public FROM jb_viewer, jb_guest, jb_gateway',
	'REVOKE jb_manager FROM jb_gateway; REVOKE jb_viewer FROM jb_secretary');
for my $loss (@losses)
{
	$stack->sql($loss);
	isnt($stack->sql($RIGHTS), $rights, "$loss takes something");
	give_back();
	is($stack->sql($RIGHTS), $rights, 'and the script gives it back');
}

$stack->sql("DROP OWNED BY $_", 'shop') for @Sample::ROLES;
$stack->sql("DROP OWNED BY $_; DROP ROLE $_") for reverse @Sample::ROLES;
pass('the roles are gone once each database has let go of them');
give_back();
is($stack->sql($RIGHTS), $rights, 'roles that were dropped come back with their rights');
is(goes_on(restored('after_roles')), "0\nplaced", 'and a dump can be restored');
is($stack->sql('SET ROLE reporter; SELECT count(*) FROM jb_event', 'after_roles'), 2, 'with the rights that the user gave');

# ---- a prepared transaction ----
$stack->sql("SELECT jb_calendar_set('room:1', '{}'); SELECT jb_calendar_set('room:2', '{}')");
$stack->sql("BEGIN; SELECT jb_schedule('Prepared', '1 hour', calendars => '{room:1}'); PREPARE TRANSACTION 'forgotten'");
my $book = "SET lock_timeout = '200ms'; SELECT outcome FROM jb_schedule('Other', '1 hour', calendars => '{%s}')";
is($stack->sql(sprintf $book, 'room:2'), 'placed', 'a prepared booking holds its own calendar alone');
like(eval { $stack->sql(sprintf $book, 'room:1') } // $@, qr/canceling statement due to lock timeout/, 'for which others wait no longer than lock_timeout');
is($stack->sql('SELECT gid FROM pg_prepared_xacts WHERE database = current_database()'), 'forgotten', 'the server names it');
$stack->down;
$stack->up;
like(eval { $stack->sql(sprintf $book, 'room:1') } // $@, qr/lock timeout/, 'it outlives the server');
$stack->sql("ROLLBACK PREPARED 'forgotten'");
is($stack->sql(sprintf $book, 'room:1'), 'placed', 'and is ended by its name');

# ---- a part of a dump ----
is(broken(restored('without_history', '--exclude-table-data=jb_change_log')), 'history replays to the present, sequence without a hole', 'history that was left out is missed');
is(broken(restored('without_keys', '--exclude-table-data=jb_idempotency')), '', 'keys are not');
is(broken(restored('without_tree', '--exclude-table-data=jb_tree')), 'free time equals what claims leave', 'the day tree is');
$stack->sql('SELECT jb_rebuild(name) FROM jb_calendars()', 'without_tree');
is(goes_on('without_tree'), "0\nplaced", 'and made anew');
$stack->run_command('pg_dump', '-f', $dump, '-t', 'jb_*', 'jb');
unlike(Stack::slurp($dump), qr/^CREATE /m, 'a dump of its tables alone makes none of them');

# ---- another server that follows ----
$stack->sql('CREATE PUBLICATION calendars FOR ALL TABLES');
$stack->sql("SELECT pg_create_logical_replication_slot('follower', 'pgoutput')");    # both are in one cluster: by hand
$stack->database('follower');
$stack->sql('SET client_min_messages = warning; CREATE EXTENSION jb_scheduler', 'follower');
my %env = $stack->env;
$stack->sql("CREATE SUBSCRIPTION follower CONNECTION 'host=$env{PGHOST} port=$env{PGPORT} dbname=jb user=postgres' PUBLICATION calendars WITH (create_slot = false, slot_name = 'follower')", 'follower');
$stack->sql("SELECT jb_schedule('Followed', '1 hour'), jb_cancel(1), jb_schedule('Held', '1 hour', hold_for => '1 day'); SELECT jb_delete(max(id)) FROM jb_event WHERE event_name = 'Other'");
Stack::wait_until { $stack->sql("SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel", 'follower') eq 't' } 'each table has been copied';
Stack::wait_until { Sample::rows_of($stack, 'follower', 'jb_change_log') eq Sample::rows_of($stack, 'jb', 'jb_change_log') } 'what happened has arrived';
is(Sample::rows_of($stack, 'follower', $_), Sample::rows_of($stack, 'jb', $_), "$_ has followed") for @Sample::TABLES;
is($stack->sql('SELECT count(*) FROM jb_slots(interval $$1 hour$$, max_rows => 3)', 'follower'), 3, 'which may be asked');
$stack->sql('ALTER SUBSCRIPTION follower DISABLE', 'follower');
Stack::wait_until { $stack->sql('SELECT NOT active FROM pg_replication_slots') eq 't' } 'the subscription has let go of its slot';
$stack->sql('DROP SUBSCRIPTION follower', 'follower');
is(broken('follower'), 'ids are new', 'jb_check tells that sequences did not follow');
$stack->sql("SELECT setval('jb_event_id_seq', (SELECT max(id) FROM jb_event))", 'follower');
like(eval { goes_on('follower') } // $@, qr/the sequences are behind the tables: change 1 has been made before/, 'and no booking is made that readers of all changes would never see');
$stack->run_command('sh', '-ec', q(pg_dump --data-only -t 'public.jb_*_seq' jb | psql -Xq -o /dev/null -v ON_ERROR_STOP=1 follower));
is(goes_on('follower'), "0\nplaced", 'and goes on once the sequences are brought after');

done_testing();
