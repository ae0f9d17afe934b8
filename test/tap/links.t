# A process that runs as postgres can replace any file of the data directory by a link. Root, bringing the stack up,
# writes and owns nothing through such a link, and reads nothing into the data directory.
#
# Could break with every file that dev/stack writes into a folder that belongs to another user.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp;
use IPC::Run;
use Test::More;

use Stack;

plan skip_all => 'only root has more to lose than postgres' if $> != 0;

my $stack = Stack->new('links', 'database');
my $data = abs_path($stack->dir . '/room/data');
my $roots = File::Temp::tempdir('/tmp/jb_links.XXXXXX', CLEANUP => 1);
chmod 0755, $roots;
my @written = qw(jb_scheduler.conf pg_hba.conf pg_ident.conf);

$stack->down;
plant($_) for @written, 'postmaster.pid', '../sockets/postgres/.s.PGSQL.5432.lock';
$stack->up;
untouched($_) for @written, 'postmaster.pid', '../sockets/postgres/.s.PGSQL.5432.lock';
is($stack->sql('SELECT 1'), '1', 'the stack runs');
for my $file (@written)
{
	ok(!-l "$data/$file", "$file is a file again");
	is(getpwuid((stat "$data/$file")[4]), 'postgres', 'of postgres');
}

# PostgreSQL itself writes the first part of this file; dev/stack only appends to it.
$stack->down;
as_postgres('mv', "$data/postgresql.conf", "$data/postgresql.kept");
plant('postgresql.conf');
ok(!eval { $stack->up; 1 }, 'it does not come up without its settings');
untouched('postgresql.conf');
as_postgres('mv', "$data/postgresql.kept", "$data/postgresql.conf");
$stack->up;
is($stack->sql('SELECT 1'), '1', 'but with them');

done_testing();

sub as_postgres { return Stack::run_quietly('setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', @_) }

# The target of the link that replaces this file: a file of root's that any user may read.
sub target { my ($file) = @_; return "$roots/" . $file =~ s/.*\///r }

sub plant
{
	my ($file) = @_;
	open my $target, '>', target($file) or die "could not write: $!";
	print $target "this is root's\n";
	close $target;
	as_postgres('ln', '-sf', target($file), "$data/$file");
	return;
}

sub untouched
{
	my ($file) = @_;
	is(Stack::slurp(target($file)), "this is root's\n", "what a link for $file leads to is as it was");
	is((stat target($file))[4], 0, 'and still root\'s');
	return;
}
