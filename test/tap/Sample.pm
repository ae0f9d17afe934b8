# Users' data of every kind: what dumps, upgrades, replicas and recoveries must preserve. The scheduler's clock is set
# to $NOW while the data are made, so that all answers are exact. The worker, which goes by the real clock, must be off
# or watch other databases.
#
# A table that a later version adds goes into @TABLES. The statements that fill it come after a check for the table,
# because databases of older versions are filled too: "SELECT to_regclass('jb_table') IS NOT NULL AS is_there \gset",
# "\if :is_there", "\endif".
package Sample;

use strict;
use warnings;

our $NOW = '2026-11-20 12:00+01';

our @TABLES = qw(jb_calendar jb_calendar_number jb_calendar_past jb_calendar_lock jb_override jb_event jb_series jb_attachment jb_claim jb_watched jb_tree jb_change_log jb_rejection jb_rejection_calendar
  jb_announcement jb_idempotency jb_principal jb_poll jb_poll_event jb_poll_participant jb_booking_link jb_feed jb_imported jb_grant jb_default_rights);
our @SEQUENCES = qw(jb_event_id_seq jb_change_id_seq jb_rejection_id_seq jb_poll_id_seq);
our @ROLES     = qw(jb_viewer jb_secretary jb_manager jb_guest jb_operator jb_gateway);

# Makes events of every status and kind, rejections and deletions, hours, files, polls, the adapters' rows, and principals.
sub fill
{
	my ($stack, $database) = @_;
	$stack->sql(<<"SQL", $database);
SET client_min_messages = warning;
SET jb_scheduler.now = '$NOW';
SELECT jb_calendar_set('room:1', '{"time_zone": "America/New_York", "slot_increment": "15 minutes", "strict": true,
                                   "hours": {"monday": [{"start": "09:00", "end": "12:00"}]}}');
SELECT jb_availability_set('room:1', '2026-11-24', '[{"start": "10:00", "end": "16:00"}]');
SELECT jb_schedule('Fixed', '1 hour', event_date => '2026-11-23', start_time => '09:00', attendees => '{anna,bob}');
SELECT jb_schedule('Refused', '1 hour', event_date => '2026-11-23', start_time => '09:30');
SELECT jb_schedule('Automatic ' || i, '25 minutes', priority => i) FROM generate_series(1, 20) AS i;
SELECT jb_schedule('Displaced', '9 hours', event_date => '2026-11-24');
SELECT jb_schedule('Fixed too', '1 hour', event_date => '2026-11-24', start_time => '10:00');
SELECT jb_schedule('In a room', '1 hour', calendars => '{room:1}');
SELECT jb_schedule('Weekly', '20 minutes', event_date => '2026-12-07', start_time => '17:00', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3');
SELECT jb_reschedule(5, event_date => '2026-11-27');
SELECT jb_cancel(6);
SELECT jb_delete(7);
SELECT jb_update(8, '{"event_name": "Ünïcödé ''quoted'' \\\\", "description": "one \\n line"}');
SELECT jb_attach(8, '{"name": "scan.bin"}', '\\x00ff0a275c');
SELECT jb_attach(8, '{"name": "Minutes", "url": "https://example.org/minutes"}');
SELECT jb_schedule('Under a key', '1 hour', start_timestamp => '2026-11-28 08:00+01', idempotency_key => 'dumped');
SELECT jb_principal_set('CN=ca', 'CN=anna', 'anna', 'secretary');
SELECT jb_poll_create('Meeting', '2026-12-01', '2026-12-05', '1 hour', daily_to => '24:00', public => true);
SELECT jb_poll_invite(1, 'Élodie');
SELECT jb_poll_answer(1, 'Zoë', '[{"start": "2026-12-01T15:00:00Z", "end": "2026-12-01T16:00:00Z"}]');
-- on calendars of their own: held, waiting, denied, expired, confirmed; a session, appointments, a poll that was booked
SELECT jb_calendar_set('desk', '{"confirm_within": "1 day", "max_events_per_day": 3, "buffer_after": "10 minutes"}');
SELECT jb_schedule(what, '1 hour', event_date => '2026-11-25', start_time => at, calendars => '{desk}')
  FROM (VALUES ('Held', time '09:00'), ('Denied', '11:00'), ('Confirmed', '13:00')) AS held (what, at);
SELECT jb_schedule('Waits', '1 hour', event_date => '2026-11-25', start_time => '09:30', calendars => '{desk}', on_no_slot => 'wait');
SELECT jb_deny(id), jb_confirm(id + 1) FROM jb_event WHERE event_name = 'Denied';
SET jb_scheduler.now = '2026-11-10 12:00+01';
SELECT jb_schedule('Expired', '1 hour', event_date => '2026-11-24', start_time => '09:00', calendars => '{desk}');
SET jb_scheduler.now = '$NOW';
SELECT jb_expire();
SELECT jb_coach_create('7'), jb_client_create('9');
SELECT jb_session_create('7', '9', '2026-11-25 10:00+01', 45);
SELECT jb_provider_availability_add('p1', '2026-11-25', '{"09:00": "12:00"}');
SELECT jb_appointment_reserve('p1', 'Ann', '2026-11-25', '09:00');
SELECT jb_appointment_reserve('p1', 'Ben', '2026-11-25', '10:00');
SELECT jb_appointment_status_set(appointment_id, 'CONFIRMED') FROM jb_appointment WHERE client = 'Ben';
SELECT jb_poll_create('Booked', '2026-12-02', '2026-12-03', '1 hour', calendars => '{desk}', public => true);
SELECT jb_poll_answer(2, 'Zoë', '[{"start": "2026-12-02T09:00:00Z", "end": "2026-12-02T11:00:00Z", "preference": "if_need_be"}]');
SELECT jb_poll_book(2);
SELECT to_regclass('jb_feed') IS NOT NULL AS has_feeds \\gset
\\if :has_feeds
SELECT jb_feed_create('desk', 'busy');
SELECT jb_import('desk', E'BEGIN:VCALENDAR\\nBEGIN:VEVENT\\nUID:uid-1\\nDTSTART:20261126T080000Z\\nDURATION:PT1H\\nRRULE:FREQ=WEEKLY;COUNT=2\\nEND:VEVENT\\nEND:VCALENDAR');
\\endif
SELECT to_regclass('jb_booking_link') IS NOT NULL AS has_bookings \\gset
\\if :has_bookings
SELECT jb_calendar_set('provider:p1', '{"public_booking": true, "display_name": "Zoë’s hours", "color": "teal"}');
SELECT jb_booking_make('p1', '{"client": "Zoë", "contact": "zoe\@example.org", "start_timestamp": "2026-11-25T11:30:00+01:00"}', 'jbb_' || repeat('0', 48));
\\endif
SELECT to_regclass('jb_announcement') IS NOT NULL AS has_announcements \\gset
\\if :has_announcements
INSERT INTO jb_announcement SELECT id, '{}' FROM jb_rejection;
\\endif
SELECT to_regclass('jb_grant') IS NOT NULL AS has_grants \\gset
\\if :has_grants
SELECT jb_grant(name, 'role:jb_viewer', 'manage') FROM jb_calendar;
SELECT jb_default_rights_set('nothing');
\\endif
SELECT to_regclass('jb_calendar_past') IS NOT NULL AS has_past \\gset
\\if :has_past
SELECT jb_calendar_set('once', '{}');
SELECT jb_delete((s).event_id) FROM jb_schedule('Gone', '1 hour', calendars => '{once}') AS s;
SELECT jb_calendar_delete('once');
\\endif
SQL
	return;
}

# The rows of a table as text, optionally of these columns only: a later version may have more.
sub rows_of
{
	my ($stack, $database, $table, $columns) = @_;
	my $row = $columns ? "ROW($columns)" : 't';
	return $stack->sql("SET timezone = 'Etc/UTC'; SELECT string_agg(${row}::text, chr(10) ORDER BY ${row}::text) FROM $table AS t", $database);
}

# The tables that this version has.
sub tables { my ($stack, $database) = @_; return grep { $stack->sql("SELECT to_regclass('$_')", $database) } @TABLES }

# The rows of all tables, by table.
sub rows
{
	my ($stack, $database) = @_;
	return map { $_ => rows_of($stack, $database, $_) } @TABLES;
}

1;
