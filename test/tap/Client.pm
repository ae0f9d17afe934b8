# Clients that book, move and cancel without pause and write down what they try and what they are answered, each in a
# process of its own. Whatever is killed meanwhile, the journal says what must be true afterwards.
#
# A try without an answer is in doubt: it may have happened or not. Its event is left alone from then on, and the next
# try waits until the server answers again. Every second client gives each try an idempotency key of its own, and repeats
# it until there is an answer: nothing that it did stays in doubt.
package Client;

use strict;
use warnings;

use IO::Handle;
use JSON::PP;
use POSIX ();

use Stack;

our $LENGTH = 900;

# with: stack, number, journal (a path), stop (a path: exists when the client is to end), calendars, starts (instants)
sub start
{
	my ($class, %with) = @_;
	my $parent = $$;
	my $pid = fork // die "could not fork: $!";
	return $pid if $pid;
	my $self = bless { %with, events => [], tries => 0 }, $class;
	open $self->{out}, '>', $self->{journal} or POSIX::_exit(1);
	$self->{out}->autoflush(1);
	srand($with{number} + 1);
	%ENV = (%ENV, $with{stack}->env);
	my $ends = sub { -e $self->{stop} || getppid() != $parent };
	eval { $self->work until $ends->(); 1 } or print STDERR "client $with{number}: $@";
	POSIX::_exit($@ ? 1 : 0);
}

sub one_of { my (@all) = @_; return $all[ rand @all ] }

sub note_down
{
	my ($self, %what) = @_;
	print { $self->{out} } JSON::PP->new->canonical->encode({ %what, client => $self->{number} }), "\n";
	return;
}

sub work
{
	my ($self) = @_;
	my $dice = rand;
	return $self->book if $dice < 0.6 || !@{ $self->{events} };
	my $place = int rand @{ $self->{events} };
	my $event = $self->{events}[$place];
	my $goes_on = $dice < 0.8 ? $self->move($event) : $self->cancel($event);
	splice @{ $self->{events} }, $place, 1 unless $goes_on;
	return;
}

# The answer is undef when there was none, else outcome, id and start.
sub try_it
{
	my ($self, $what, $work) = @_;
	$self->note_down(%$what, try => ++$self->{tries});
	$self->{key} = $self->{number} % 2 ? "client $self->{number} try $self->{tries}" : undef;
	my $answer = $work->();
	until ($answer)
	{
		Stack::wait_until { $self->is_answered } 'the server is back';
		last unless $self->{key};
		$answer = $work->();
	}
	$self->note_down(%$answer, answer => $self->{tries}) if $answer;
	return $answer;
}

sub book
{
	my ($self) = @_;
	my %event = (name => "client $self->{number} event $self->{tries}", calendar => one_of(@{ $self->{calendars} }));
	$event{start} = one_of(@{ $self->{starts} }) if rand() < 0.7;    # the others are automatic
	my $answer = $self->try_it({ op => 'book', %event }, sub { $self->ask_to_book(%event) });
	return unless $answer && $answer->{outcome} eq 'placed';
	push @{ $self->{events} }, { %event, id => $answer->{id} };
	return;
}

sub move
{
	my ($self, $event) = @_;
	my $start = one_of(@{ $self->{starts} });
	return $self->try_it({ op => 'move', name => $event->{name}, start => $start },
		sub { $self->ask_to_move($event->{id}, $start) });
}

# A cancelled event has no further story.
sub cancel
{
	my ($self, $event) = @_;
	$self->try_it({ op => 'cancel', name => $event->{name} }, sub { $self->ask_to_cancel($event->{id}) });
	return 0;
}

# Over SQL: an answer counts once COMMIT has returned.
package Client::Sql;

use strict;
use warnings;

use parent -norequire, 'Client';

sub ask
{
	my ($self, $call) = @_;
	$call =~ s/\)$/, idempotency_key => '$self->{key}')/ if $self->{key};
	$self->{session} //= eval { $self->{stack}->session } or return;
	my $row = 'outcome, event_id, extract(epoch FROM start_timestamp)::bigint';
	my $text = eval { $self->{session}->sql("BEGIN; SELECT $row FROM $call; COMMIT;\n\\echo :SQLSTATE\n") };
	if (!defined $text || $text !~ /^(\w+)\|(\d*)\|(\d*)\n00000$/)
	{
		die "$call: $text" if defined $text && $text =~ /ERROR/ && $text !~ /57P0|terminating|shutting down|starting up/;
		$self->{session}->abandon;
		delete $self->{session};
		return;
	}
	return { outcome => $1, id => $2 ? $2 + 0 : undef, start => $3 ? $3 + 0 : undef };
}

sub is_answered
{
	my ($self) = @_;
	return 1 if eval { ($self->{session} //= $self->{stack}->session)->sql('SELECT 1') eq '1' };
	$self->{session}->abandon;
	delete $self->{session};
	return;
}

sub ask_to_book
{
	my ($self, %event) = @_;
	my $start = $event{start} ? ", start_timestamp => to_timestamp($event{start})" : '';
	return $self->ask("jb_schedule('$event{name}', '$Client::LENGTH s', calendars => '{$event{calendar}}'$start)");
}

sub ask_to_move
{
	my ($self, $id, $start) = @_;
	return $self->ask("jb_reschedule($id, start_timestamp => to_timestamp($start))");
}

sub ask_to_cancel { my ($self, $id) = @_; return $self->ask("jb_cancel($id)") }

# Over HTTPS: 2xx and 409 are answers, everything else is none.
package Client::Http;

use strict;
use warnings;

use IPC::Run;
use JSON::PP;
use POSIX ();
use Time::Piece;

use parent -norequire, 'Client';

sub ask
{
	my ($self, $method, $path, $body) = @_;
	my ($status, $text) = $self->curl($method, $path, $body) or return;
	return { outcome => 'rejected' } if $status == 409;
	if ($status !~ /^2/)
	{
		die "$method $path: $status $text" if $status =~ /^4/;
		return;
	}
	my $event = decode_json($text);
	return { outcome => 'placed', id => $event->{id}, start => epoch($event->{start_timestamp}) };
}

# Status and body; nothing when there was no answer.
sub curl
{
	my ($self, $method, $path, $body) = @_;
	my @curl = ('curl', '-s', '--max-time', 20, '-X', $method, '-w', "\n%{http_code}");
	push @curl, '--cacert', $ENV{JB_CA}, '--cert', $ENV{JB_CERT}, '--key', $ENV{JB_KEY};
	push @curl, '-H', "Idempotency-Key: $self->{key}" if $self->{key} && $method ne 'GET';
	push @curl, '-H', 'Content-Type: application/json', '--data-binary', JSON::PP->new->encode($body) if $body;
	push @curl, "$ENV{JB_URL}$path";
	my $out = '';
	IPC::Run::run(\@curl, '<', \'', '>', \$out, '2>', \my $errors);
	my ($text, $status) = $out =~ /^(.*)\n(\d+)$/s or return;
	return $status eq '000' ? () : ($status, $text);
}

sub is_answered
{
	my ($self) = @_;
	my ($status) = $self->curl('GET', '/health') or return;
	return $status == 200;
}

sub epoch
{
	my ($text) = @_;
	my ($wall, $sign, $hours, $minutes) = $text =~ /^(.*)([+-])(\d+):(\d+)$/ or return;
	my $offset = $hours * 3600 + $minutes * 60;
	return Time::Piece->strptime($wall, '%Y-%m-%dT%H:%M:%S')->epoch - ($sign eq '-' ? -$offset : $offset);
}

sub rfc3339 { my ($epoch) = @_; return POSIX::strftime('%Y-%m-%dT%H:%M:%S+00:00', gmtime $epoch) }

sub ask_to_book
{
	my ($self, %event) = @_;
	my %body = (event_name => $event{name}, duration => $Client::LENGTH, calendars => [ $event{calendar} ]);
	$body{start_timestamp} = rfc3339($event{start}) if $event{start};
	return $self->ask('POST', '/events', \%body);
}

sub ask_to_move
{
	my ($self, $id, $start) = @_;
	return $self->ask('PATCH', "/events/$id", { start_timestamp => rfc3339($start) });
}

sub ask_to_cancel { my ($self, $id) = @_; return $self->ask('POST', "/events/$id/cancel") }

1;
