# A stack (dev/stack) for one test, in a directory that is removed with it, and psql sessions that stay open.
#
# A test waits for an expected condition for at most $PATIENCE seconds, and never sleeps for a fixed time.
package Stack;

use strict;
use warnings;

use Carp;
use Cwd qw(abs_path);
use File::Basename;
use File::Temp;
use IPC::Run;
use Test::More ();
use Time::HiRes;

our $PATIENCE = 60;

our $SCRIPT = $ENV{JB_STACK} // abs_path(dirname(__FILE__) . '/../../dev/stack');
my $work    = $ENV{JB_WORK}  // File::Temp::tempdir('/tmp/jb_tap.XXXXXX', CLEANUP => 1);
my %stacks;

# The folder of the programs of the stacks' server.
our $PG_CONFIG = $ENV{PG_CONFIG} // 'pg_config';
chomp(our $BIN = `"$PG_CONFIG" --bindir`);

# The major version of a server, by default the stacks'.
sub version { my ($bin) = @_; return (split /\D+/, qx("@{[$bin // $BIN]}/postgres" --version))[1] }

# A psql that ended is detected by its answer, not by a signal. Unlike 'IGNORE', programs do not inherit a handler.
$SIG{PIPE} = sub { };

# Tests of time zones name their zones; the others run in a zone that exposes a confusion of wall clock and instant.
$ENV{JB_TIMEZONE} //= 'Europe/Berlin';
$ENV{$_} //= 'auto' for qw(JB_PORT JB_ADMIN_PORT);
delete @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGOPTIONS PGSERVICE)};

# Brings up a stack: the whole stack, or with 'database' PostgreSQL alone.
sub new
{
	my ($class, $name, $what) = @_;
	return $class->in("$work/$name", $what);
}

# Brings up a stack in a directory chosen by the test.
sub in
{
	my ($class, $dir, $what) = @_;
	my $self = bless { dir => $dir, what => $what // '' }, $class;
	$stacks{ $self->{dir} } = $$;
	$self->up;
	return $self;
}

# Brings up the programs that are down.
sub up
{
	my ($self) = @_;
	run_quietly($SCRIPT, 'up', $self->{dir}, $self->{what} || ());
	for my $line (split /\n/, slurp("$self->{dir}/env"))
	{
		$self->{env}{$1} = $2 while $line =~ /(\w+)=(\S+)/g;
	}
	return;
}

# The environment by which a test's own programs find this stack: JB_URL, PGHOST and so on.
sub env { my ($self) = @_; return %{ $self->{env} } }

# Brings up what new() with 'database' left out: FastCGI and nginx.
sub all { my ($self) = @_; $self->{what} = ''; return $self->up }

sub down { my ($self) = @_; return run_quietly($SCRIPT, 'down', $self->{dir}) }

# The main process of postgres, fcgi or nginx; undef when it does not run.
sub pid
{
	my ($self, $name) = @_;
	my $pid = `"$SCRIPT" pid "$self->{dir}" $name`;
	return $pid =~ /(\d+)/ ? $1 : undef;
}

sub dir { my ($self) = @_; return $self->{dir} }

# Makes another database with the extensions.
sub database
{
	my ($self, $name) = @_;
	run_quietly($SCRIPT, 'database', $self->{dir}, $name);
	return $name;
}

# Runs SQL in a session of its own and returns its output; dies if it fails.
sub sql
{
	my ($self, $sql, $database) = @_;
	my ($out, $err) = ('', '');
	local %ENV = (%ENV, %{ $self->{env} });
	my @psql = ('psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $database // 'jb');
	IPC::Run::run(\@psql, '<', \$sql, '>', \$out, '2>', \$err) or croak "psql failed: $err\n$sql";
	chomp $out;
	return $out;
}

# Runs a program of PostgreSQL against the stack.
sub run_command
{
	my ($self, @command) = @_;
	local %ENV = (%ENV, %{ $self->{env} });
	return run_quietly(@command);
}

# Opens a session: see Stack::Session.
sub session
{
	my ($self, $database) = @_;
	local %ENV = (%ENV, %{ $self->{env} });
	return Stack::Session->new($database // 'jb');
}

# Evaluates a condition until it is true, and returns its value; dies if it is not true in time.
sub wait_until(&$)
{
	my ($condition, $what) = @_;
	my $end = Time::HiRes::time() + $PATIENCE;
	while (Time::HiRes::time() < $end)
	{
		my $answer = $condition->();
		return $answer if $answer;
		Time::HiRes::usleep(20_000);    # between two evaluations of the condition
	}
	croak "waited $PATIENCE s in vain: $what";
}

# Kills the postmaster by kill -9 and waits until it is gone. Result: whether there was one.
sub kill_postmaster
{
	my ($self) = @_;
	my $killed = kill 'KILL', $self->pid('postgres');
	wait_until { !defined $self->pid('postgres') } 'the postmaster is gone';
	return $killed;
}

# Runs a program of test/model against this server, as a test. Result: its output.
sub hunt
{
	my ($self, $what, $program, @arguments) = @_;
	local %ENV = (%ENV, $self->env);
	my @command = ('/usr/bin/python3', '-B', abs_path(dirname(__FILE__)) . "/../model/$program", @arguments);
	my $said = '';
	Test::More::ok(IPC::Run::run(\@command, '<', \'', '>&', \$said), $what) or Test::More::diag($said);
	Test::More::note($said);
	return $said;
}

sub run_quietly
{
	my @command = @_;
	my $out = '';
	IPC::Run::run(\@command, '<', \'', '>&', \$out) or croak "@command failed:\n$out";
	return;
}

sub slurp
{
	my ($path) = @_;
	open my $file, '<', $path or croak "could not read $path: $!";
	local $/ = undef;
	return <$file>;
}

# The test keeps its exit status, whatever these commands return.
END
{
	my $status = $?;
	for my $dir (grep { $stacks{$_} == $$ } keys %stacks)
	{
		system($SCRIPT, 'destroy', $dir) if -d $dir;
	}
	$? = $status;
}

# A psql session that stays open.
package Stack::Session;

use strict;
use warnings;

use Carp;

sub new
{
	my ($class, $database) = @_;
	my $self = bless { in => '', out => '', asked => 0 }, $class;
	my @psql = ('psql', '-XAtq', '-d', $database);
	$self->{timer} = IPC::Run::timeout($Stack::PATIENCE);
	$self->{run} = IPC::Run::start(\@psql, '<', \$self->{in}, '>', \$self->{out}, '2>&1', $self->{timer});
	return $self;
}

# Sends SQL without waiting for its answer.
sub send
{
	my ($self, $sql) = @_;
	$self->{in} .= "$sql;\n\\echo answered @{[++$self->{asked}]}\n";
	$self->{run}->pump_nb;
	return;
}

# The output up to the answer to the last statement sent, notifications included.
sub answer
{
	my ($self) = @_;
	my $mark = "answered $self->{asked}\n";
	$self->{timer}->start($Stack::PATIENCE);
	$self->{run}->pump until $self->{out} =~ s/^(.*?)$mark//s;
	my $answer = $1;
	$self->{timer}->reset;
	chomp $answer;
	return $answer;
}

sub sql { my ($self, $sql) = @_; $self->send($sql); return $self->answer }

# The payloads that arrived since the last call.
sub heard
{
	my ($self) = @_;
	return $self->sql('SELECT') =~ /^Asynchronous notification "jb_rejected" with payload "(.*)" received/mg;
}

# Ends a session whose server no longer runs.
sub abandon
{
	my ($self) = @_;
	eval { $self->{run}->kill_kill(grace => 1) };
	return;
}

sub close
{
	my ($self) = @_;
	$self->{in} .= "\\q\n";
	eval { $self->{run}->finish };
	return;
}

1;
