# A further PostgreSQL server beside a stack's: in a folder of its own, on another port of the same socket directory,
# with the stack's extension files. It answers the same calls as a stack, and its data are removed with the stack.
package Cluster;

use strict;
use warnings;

use parent 'Stack';

use Carp;
use Cwd qw(abs_path);
use File::Basename;
use IPC::Run;

my %running;

# Makes an empty data folder: "up" starts the server on what a test has put into the folder.
sub new
{
	my ($class, $stack, $name, $port) = @_;
	my $room = dirname(abs_path($stack->dir . '/room/data'));    # the server's user cannot enter the folder of the tests
	my $self = bless { data => "$room/$name", env => { $stack->env, PGPORT => $port }, said => '', owner => [ (stat "$room/data")[ 4, 5 ] ] }, $class;
	$self->folder($self->{data});
	return $self;
}

# Why pg_upgrade cannot be tried here: since 18 it searches only the server's own folder for a library, and stacks
# install nothing there. Empty where it can be tried.
sub why_not_upgraded
{
	chomp(my $folder = `"$Stack::PG_CONFIG" --pkglibdir`);
	my ($calls) = glob "$folder/jb_scheduler-*.so";
	return Stack::version() < 18 || $calls ? '' : "pg_upgrade looks for the calls in $folder alone";
}

# Makes one by pg_upgrade from the data of this or another stack, with this stack's settings and further lines. The
# other stack must be down, and may be started again; its server's programs are in $old_bin.
sub upgraded
{
	my ($class, $stack, $name, $port, $old, $old_bin, @lines) = @_;
	my $self = $class->new($stack, $name, $port);
	my $data = dirname($self->{data}) . '/data';
	my $old_data = abs_path($old->dir . '/room/data');
	Stack::run_quietly(as_server("$Stack::BIN/initdb", '-D', $self->{data}, qw(-U postgres -E UTF8 --locale=C.UTF-8 -k --no-sync --auth-local=peer --auth-host=reject)));
	$self->write_file($_, Stack::slurp("$data/$_")) for qw(jb_scheduler.conf pg_hba.conf pg_ident.conf);
	$self->write_file('postgresql.conf', join "\n", Stack::slurp("$self->{data}/postgresql.conf"), "include 'jb_scheduler.conf'", @lines, '');
	my $room = $self->folder("$self->{data}.log");    # pg_upgrade writes into the current folder
	my @upgrade = ("$Stack::BIN/pg_upgrade", '-U', 'postgres', '-b', $old_bin, '-B', $Stack::BIN, '-d', $old_data, '-D', $self->{data}, '-s', '/tmp');
	Stack::run_quietly(as_server('sh', '-ec', 'cd "$1"; shift; exec "$@"', 'sh', $room, @upgrade));
	return $self;
}

# Makes one from a base backup of the stack's running server; the options are those of pg_basebackup.
sub from_backup
{
	my ($class, $stack, $name, $port, @options) = @_;
	my $self = $class->new($stack, $name, $port);
	local %ENV = (%ENV, $stack->env);
	Stack::run_quietly(as_server("$Stack::BIN/pg_basebackup", '-D', $self->{data}, '--checkpoint=fast', '--no-sync', @options));
	return $self;
}

sub data { my ($self) = @_; return $self->{data} }

# Makes a folder owned by the server's user.
sub folder
{
	my ($self, $path) = @_;
	mkdir $path, 0700 or croak "could not make $path: $!";
	chown @{ $self->{owner} }, $path;
	return $path;
}

# Writes a file into the data folder, as that user.
sub write_file
{
	my ($self, $name, $text) = @_;
	open my $file, '>', "$self->{data}/$name" or croak "could not write $name: $!";
	print $file $text;
	close $file;
	chown @{ $self->{owner} }, "$self->{data}/$name";
	return;
}

# Runs a command as the server's user: PostgreSQL refuses to run as root.
sub as_server
{
	my @command = @_;
	return $> == 0 ? (qw(setpriv --reuid=postgres --regid=postgres --init-groups), @command) : @command;
}

# Starts the server with further settings, and waits until it answers.
sub up
{
	my ($self, %settings) = @_;
	my @settings = map { ('-c', "$_=$settings{$_}") } sort keys %settings;
	my @command = as_server("$Stack::BIN/postgres", '-D', $self->{data}, '-c', "port=$self->{env}{PGPORT}", @settings);
	$running{ $self->{data} } = $self->{run} = IPC::Run::start(\@command, '<', \'', '>&', \$self->{said});
	Stack::wait_until
	{
		$self->{run}->pump_nb;
		croak "PostgreSQL in $self->{data} ended:\n$self->{said}" unless $self->{run}->pumpable;
		eval { $self->sql('SELECT 1', 'postgres') };
	}
	"PostgreSQL in $self->{data}";
	return;
}

sub down
{
	my ($self) = @_;
	$self->{run}->signal('INT');
	$self->{run}->finish;
	delete $self->{run};
	delete $running{ $self->{data} };
	return;
}

# A failed test must not leave a server behind. This runs before the stacks end, because their folder holds the data.
END
{
	my $status = $?;
	for my $run (values %running) { eval { $run->kill_kill(grace => 1) } }
	$? = $status;
}

1;
