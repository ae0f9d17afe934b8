-- Calendars -----------------------------------------------------------------------------------------------------
CREATE TABLE @extschema@.jb_calendar (
  id                  int         PRIMARY KEY,
  -- How often time_zone has changed, for the ETags of its events. Before the texts, it is read without deforming them.
  zone_changes        int         NOT NULL DEFAULT 0,
  name                text        NOT NULL UNIQUE,
  time_zone           text        NOT NULL,
  hours               jsonb       NOT NULL,
  slot_increment      interval    NOT NULL,
  min_notice          interval    NOT NULL,
  horizon             interval    NOT NULL,
  buffer_before       interval    NOT NULL,
  buffer_after        interval    NOT NULL,
  settled_within      interval    NOT NULL,
  max_events_per_day  int,
  check_attendees     bool        NOT NULL,
  confirm_within      interval,
  default_duration    interval    NOT NULL,
  strict              bool        NOT NULL,
  purged_seq          bigint      NOT NULL DEFAULT 0,
  buffers_used        text[],     -- each pair there ever was, "before after" in seconds; null: '{0 0}'. For jb_check()
  overrides_version   text,       -- another one for each change in jb_override; null: no date has hours of its own
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  purged_change       bigint,      -- the greatest number of a change (jb_change_log.id) that a purge has taken here
  public_booking      bool        NOT NULL DEFAULT false,
  display_name        text,       -- what people read in the place of its name
  color               text,
  max_guest_bookings  int         NOT NULL DEFAULT 50,
  max_guest_bookings_per_day  int NOT NULL DEFAULT 20,
  slots_from          text        NOT NULL DEFAULT 'midnight',
  source_as_of        timestamptz,    -- when an import with sync last told what the source has; null: never
  max_source_age      interval,
  CHECK (name ~ '^[A-Za-z0-9._:@+-]{1,200}$' AND lower(right(name, 4) COLLATE "C") <> '.ics'),
  CHECK (lower(name COLLATE "C") !~ '^(ceo$|(coach|client|provider):)' OR name ~ '^(ceo$|(coach|client|provider):)'),
  -- does not begin with BETWEEN, which a dump would write differently
  CHECK (least(min_notice, buffer_before, buffer_after, settled_within) >= interval '0'
         AND slot_increment BETWEEN interval '1 second' AND interval '1 day'
         AND horizon BETWEEN interval '1 second' AND interval '3660 days'
         AND greatest(min_notice, settled_within, confirm_within, default_duration, max_source_age) <= interval '366 days'
         AND greatest(buffer_before, buffer_after) <= interval '1 day'
         AND least(confirm_within, default_duration, max_source_age) >= interval '1 second'),
  CHECK (slots_from IN ('midnight', 'opening')),
  CHECK (least(max_events_per_day, max_guest_bookings, max_guest_bookings_per_day) > 0)
);
COMMENT ON TABLE @extschema@.jb_calendar IS
  'One row per calendar: its settings.';
-- Names are case-insensitive (rule 1.6). The scheduler's own words (ceo, coach:, client:, provider:) are lower case, so
-- that a search for a prefix finds every name that begins with it.
CREATE UNIQUE INDEX jb_calendar_folded ON @extschema@.jb_calendar (lower(name COLLATE "C"));
CREATE UNIQUE INDEX jb_calendar_page ON @extschema@.jb_calendar (lower(substr(name, 10) COLLATE "C")) WHERE public_booking;
CREATE INDEX jb_calendar_purged ON @extschema@.jb_calendar (purged_change);

-- A new calendar gets the number after the greatest. A sequence would lose a number with each call that is rolled back,
-- until no int is left. No number is reused, since running queries identify a calendar by its number.
CREATE TABLE @extschema@.jb_calendar_number (
  id  int  PRIMARY KEY
);
COMMENT ON TABLE @extschema@.jb_calendar_number IS
  'The greatest calendar number ever assigned, and perhaps smaller ones.';

-- The row that every booking locks and changes. A writer locks it before reading the calendar's settings and claims (or
-- proves that it has not changed since), and adds its changes to change_seq. Every change of settings, hours by
-- date or the day tree writes a new version of the row. The row is narrow, since each booking leaves a version behind
-- as long as an old snapshot is open. No index has a column that bookings change, and the fill factor leaves room on
-- the page, so each of these updates stays on its page (HOT).
CREATE TABLE @extschema@.jb_calendar_lock (
  id          int     PRIMARY KEY,          -- of the calendar
  watched     int     NOT NULL DEFAULT 0,   -- how many events on it are held or wait
  change_seq  bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
COMMENT ON TABLE @extschema@.jb_calendar_lock IS
  'One row per calendar: its lock, and change_seq, its gap-free sequence.';

-- A calendar that is created again under the name continues with the next seq, and its history counts as purged up to
-- there. So a reader's cursor stays valid, or is refused (rule 4.8).
CREATE TABLE @extschema@.jb_calendar_past (
  name           text   PRIMARY KEY,
  change_seq     bigint NOT NULL,
  purged_change  bigint            -- the greatest number of a change (jb_change_log.id) that went with it
);
COMMENT ON TABLE @extschema@.jb_calendar_past IS
  'Deleted calendars that had a history, with their last change_seq and the number of their last change.';
CREATE UNIQUE INDEX jb_calendar_past_folded ON @extschema@.jb_calendar_past (lower(name COLLATE "C"));
CREATE INDEX jb_calendar_past_purged ON @extschema@.jb_calendar_past (purged_change);
