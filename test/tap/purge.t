# The nightly purge, run as by its unit: a login that is only an operator purges old data. It runs nothing that the
# database's owner, or a user who may create in the extension's schema, has put in its way.
#
# Could break: a name is looked up in a schema of the login's name, through a search_path of the database or role, or in
# the extension's own schema, where another function fits the value better.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;
use Test::More;
use Text::ParseWords;

use Stack;

my $tree = abs_path(dirname(__FILE__) . '/../..');
my $stack = Stack->new('purge', 'database');
my %unit = unit("$tree/systemd/jb_purge.service");
my %said = map { split /=/, $_, 2 } map { shellwords($_) } @{ $unit{Environment} };
my @command = shellwords($unit{ExecStart}[0]);

# ---- the login, made as README.Debian says, and let in under the name of the unit's user ----
is($unit{User}[0], 'jb_purge', 'the unit runs as a user of its own');
is($said{PGUSER}, 'jb_purge', 'and logs in under its name, as peer authentication wants it');
my ($createuser) = grep { /createuser.* jb_purge/ } split /\n|\0/, `"$tree/test/packages/commands" "$tree/debian/jb-scheduler-gateway.README.Debian"`;
like($createuser, qr/^\$ createuser /, 'README.Debian makes the login');
$stack->run_command(shellwords($createuser =~ s/^\$ //r));
is($stack->sql(q{SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = 'jb_purge'}), 'f', 'it may nothing by itself');
is($stack->sql(q{SELECT string_agg(roleid::regrole::text, ' ') FROM pg_auth_members WHERE member = 'jb_purge'::regrole}), 'jb_operator', 'and is a member of jb_operator alone');
chomp(my $me = `id -un`);
open my $map, '>>', $stack->dir . '/room/data/pg_ident.conf' or die $!;
print $map "jb_scheduler $me $_\n" for qw(jb_purge mallory);
close $map;
$stack->sql('SELECT pg_reload_conf()');
$stack->sql(q{SELECT jb_default_rights_set('nothing')});

# ---- the traps ----
$stack->sql(<<'SQL');
SET client_min_messages = warning;
CREATE ROLE mallory LOGIN;
ALTER DATABASE jb OWNER TO mallory;
GRANT CREATE ON SCHEMA public TO mallory;
CREATE TABLE public.caught (what text);
GRANT INSERT ON public.caught TO PUBLIC;
SQL
plant('jb_purge', 'jb_purge(older_than interval)', 'jb_purge_in_pieces(older_than interval)');
plant('postgres', 'jb_purge(older_than interval)');
plant('lair', 'jb_purge(older_than interval)', 'set_config(setting text, value text, here boolean)', 'quote_ident(name)');
plant('public', 'set_config(setting text, value text, here boolean)', 'quote_ident(name)');
mallory(<<'SQL');
CREATE FUNCTION lair.equals(name, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.caught VALUES (''=''); RETURN true; END';
CREATE OPERATOR lair.= (FUNCTION = lair.equals, LEFTARG = name, RIGHTARG = text);
CREATE OPERATOR public.= (FUNCTION = lair.equals, LEFTARG = name, RIGHTARG = text);
ALTER DATABASE jb SET search_path = lair, public, pg_catalog;
SQL
$stack->sql('ALTER ROLE jb_purge IN DATABASE jb SET search_path = lair, public, pg_catalog');

isnt(asks("SELECT * FROM jb_purge(older_than => '1 year')", PGOPTIONS => ''), '', 'asked as it should not be,');
isnt(caught(), '', 'it would step into a trap');
$stack->sql('TRUNCATE public.caught');

# ---- old rows, and what becomes of them ----
$stack->sql("SET search_path = public; SET jb_scheduler.now = '2001-01-01 08:00+01'; SELECT jb_schedule('Old', '1 hour')");
my $old = "SELECT count(*) FROM public.jb_change_log WHERE at < '2002-01-01'";
isnt($stack->sql($old), '0', 'there is something to forget');
mallory("ALTER DATABASE jb SET role = 'jb_viewer'");    # for every session, including a superuser's
my $printed = purge(PGDATABASE => 'jb');
mallory('ALTER DATABASE jb RESET role');
like($printed, qr/changes \| rejections \| idempotency_keys/, 'the unit\'s command says what it forgot');
is($stack->sql($old), '0', 'and has forgotten it');
is(caught(), '', 'in no trap');
is($stack->sql("SELECT rolsuper OR pg_has_role('mallory', 'jb_viewer', 'member') FROM pg_roles WHERE rolname = 'mallory'"), 'f', 'and nobody has got rights by it');

# ---- another schema, with a name that has to be quoted ----
$stack->database('elsewhere');
$stack->sql('SET client_min_messages = warning; CREATE SCHEMA "Cal, x"; CREATE EXTENSION jb_scheduler SCHEMA "Cal, x"', 'elsewhere');
like(purge(PGDATABASE => 'elsewhere'), qr/changes \| rejections/, 'it finds the extension wherever that is');
$stack->database('without');
eval { purge(PGDATABASE => 'without') };
like($@, qr/jb_purge.* does not exist/, 'and fails where there is none');

done_testing();

# The settings of a unit, each a list; a line that ends with a backslash is continued.
sub unit
{
	my ($path) = @_;
	my $text = Stack::slurp($path) =~ s/\\\n//gr;
	my %settings;
	while ($text =~ /^(\w+)=(.*)$/gm) { push @{ $settings{$1} }, $2 }
	return %settings;
}

# Runs the unit's command with its environment, but on this stack.
sub purge { return asks_by(\@command, %said, @_) }
sub asks { my ($sql, @more) = @_; return asks_by([ 'psql', '-X', '-c', $sql ], %said, PGDATABASE => 'jb', @more) }

sub asks_by
{
	my ($command, %with) = @_;
	my %here = $stack->env;
	local %ENV = (%ENV, %here, %with, PGHOST => $here{PGHOST});
	my $out = '';
	IPC::Run::run($command, '<', \'', '>&', \$out) or die $out;
	return $out;
}

sub mallory
{
	my ($sql) = @_;
	return asks_by([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', $sql ], PGUSER => 'mallory', PGDATABASE => 'jb');
}

# Makes functions that record their callers, and that take whatever rights a caller can give away.
sub plant
{
	my ($schema, @functions) = @_;
	mallory("SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS $schema; GRANT USAGE ON SCHEMA $schema TO PUBLIC");
	mallory(<<"SQL") for @functions;
CREATE FUNCTION $schema.$_ RETURNS text LANGUAGE plpgsql AS \$\$
BEGIN
  INSERT INTO public.caught VALUES ('$schema.$_ as ' || current_user);
  BEGIN ALTER ROLE mallory SUPERUSER; EXCEPTION WHEN OTHERS THEN NULL; END;
  BEGIN GRANT jb_manager TO mallory; EXCEPTION WHEN OTHERS THEN NULL; END;
  RETURN 'public';
END \$\$
SQL
	return;
}

sub caught { return $stack->sql("SELECT string_agg(what, '; ') FROM public.caught") }
