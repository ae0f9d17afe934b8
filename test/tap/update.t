# The library serves one version of the schema, its own (rule 4.2). In a database whose extension has another version each
# call is refused with JB503, which says what to do, the front end answers 503 and says why, and the worker waits. What
# fires while a dump is restored is not refused. With the version of the library all goes on by itself.
#
# It could break where a function reads a table without a look at the version, where a session remembers that the version
# was right, where the worker gives up, or where a trigger of ours keeps a dump from being restored.
#
# Another version is made by writing its number into the catalogue.
use strict;
use warnings;

use IPC::Run;
use Test::More;

use Stack;

my $stack = Stack->new('update');
%ENV = (%ENV, $stack->env);

sub has_version
{
	my ($version) = @_;
	# Every update declares the functions anew, which is what open sessions hear of.
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
	like($session->sql($call), qr/JB503.*has another version than its library.*has version 0\.9, the library has version \Q$version\E.*ALTER EXTENSION jb_scheduler UPDATE/s, "refused in a session that was open: $call");
}
is($stack->sql('SELECT version FROM jb_health()'), '0.9', 'jb_health() tells the version');
my $refused = answer('/events', @post);
like($refused, qr{^HTTP/\S+ 503 }, 'a booking over HTTPS is answered 503');
like($refused, qr/^Retry-After: \d+\r?$/mi, 'with the advice to try again');
like(answer('/health'), qr{^HTTP/\S+ 503 .*The extension has version 0\.9, the library has version.*ALTER EXTENSION jb_scheduler UPDATE}s, 'and /health says why');
is($stack->sql(q(SELECT count(*) FROM jb_event WHERE event_name = 'Refused')), 0, 'nothing was booked');
Stack::wait_until { $stack->sql("SELECT now() > expires_at + interval '1 second' FROM jb_event WHERE id = $waits") eq 't' } 'the hold is due';
is($stack->sql("SELECT status FROM jb_event WHERE id = $waits"), 'held', 'the worker writes nothing');

has_version($version);
is($session->sql(q(SELECT outcome FROM jb_schedule('After', '1 hour'))), 'placed', 'with the version of the library the same session books');
like(answer('/events', @post), qr{^HTTP/\S+ 201 }, 'and so does the front end');
like(answer('/health'), qr{^HTTP/\S+ 200 }, 'which is well');
Stack::wait_until { $stack->sql("SELECT status FROM jb_event WHERE id = $waits") eq 'expired' } 'the worker goes on by itself';

# A dump of another version goes in under this library: its triggers and what they ask are not refused.
$stack->sql(q(SELECT jb_grant('ceo', 'role:jb_viewer', 'read')));
my $dump = $stack->dir . '/update.dump';
has_version('0.9');
$stack->run_command('pg_dump', '-Fc', '--data-only', '--table=jb_grant', '--table=jb_default_rights', '-f', $dump, 'jb');
$stack->sql('DELETE FROM jb_grant');
$stack->run_command('pg_restore', '--exit-on-error', '-d', 'jb', $dump);
is($stack->sql('SELECT count(*) FROM jb_grant'), 1, 'grants are restored while the versions differ');
has_version($version);
is($stack->sql(q(SELECT count(*) FROM jb_check())), 0, 'all is sound');
$session->close;

done_testing();
