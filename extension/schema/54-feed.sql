-- iCalendar out -------------------------------------------------------------------------------------------------
-- A calendar as text to which phones and other calendars subscribe. Each reader makes at most one public feed of a
-- calendar. Only the SHA-256 of the feed's token is stored. The token's bearer may read this calendar and nothing else,
-- as long as the feed's maker may read it. The feed belongs to the calendar's id, so the token does not open another
-- calendar that is given the same name later.

CREATE TABLE @extschema@.jb_feed (
  calendar    int         NOT NULL,
  shows       text        NOT NULL CHECK (shows IN ('events', 'busy')),
  token       bytea       NOT NULL UNIQUE CHECK (octet_length(token) = 32),
  created_by  text        NOT NULL,
  created_at  timestamptz NOT NULL,
  made_as     text,
  PRIMARY KEY (calendar, created_by)
);
COMMENT ON TABLE @extschema@.jb_feed IS
  'The public feeds: calendars readable by a token alone, and how much of each. token is a hash; made_as is the database role of the maker, null for a principal of jb_principal.';

CREATE VIEW @extschema@.jb_feed_view WITH (security_barrier) AS
SELECT c.name AS calendar, f.shows, f.created_by, f.created_at FROM @extschema@.jb_feed f JOIN @extschema@.jb_calendar c ON c.id = f.calendar
 WHERE @extschema@.jb_may(c.name, 'manage') OFFSET 0;
COMMENT ON VIEW @extschema@.jb_feed_view IS
  'The public feeds of the calendars that the caller manages: content (events or busy), maker and creation time.';

CREATE FUNCTION @extschema@.jb_icalendar(calendar text, from_time timestamptz = NULL, to_time timestamptz = NULL,
                             free_busy bool = false, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER COST 10000
AS 'MODULE_PATHNAME', 'jb_icalendar';
COMMENT ON FUNCTION @extschema@.jb_icalendar(text, timestamptz, timestamptz, bool, text) IS
  'A calendar as iCalendar (RFC 5545) between from_time (default 90 days ago) and to_time; a given range with more than 10,000 events raises 22023. With free_busy, only busy times, by default from today to the horizon. Raises P0002 if the calendar does not exist.';

CREATE FUNCTION @extschema@.jb_icalendar_tag(calendar text, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_icalendar_tag';
COMMENT ON FUNCTION @extschema@.jb_icalendar_tag(text, text) IS
  'The ETag of a calendar: it changes whenever the text that jb_icalendar returns to the caller changes.';

CREATE FUNCTION @extschema@.jb_feed_create(calendar text, shows text = 'events', principal text = NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_feed_create';
COMMENT ON FUNCTION @extschema@.jb_feed_create(text, text, text) IS
  'Creates the caller''s public feed of a readable calendar, in place of an earlier one. Returns its token, shown only once. shows is events (names and places, no attendees) or busy (times only). The token opens nothing once its maker may no longer read the calendar.';

CREATE FUNCTION @extschema@.jb_feed_revoke(calendar text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_feed_revoke';
COMMENT ON FUNCTION @extschema@.jb_feed_revoke(text, text) IS
  'Ends the caller''s public feed of a calendar or, if the caller manages it, everybody''s, and returns true. The tokens become invalid. Raises P0002 if there is none.';

CREATE FUNCTION @extschema@.jb_feed_read(token text, free_busy bool = false) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER COST 10000
AS 'MODULE_PATHNAME', 'jb_feed_read';
COMMENT ON FUNCTION @extschema@.jb_feed_read(text, bool) IS
  'The calendar that a public feed''s token opens, as iCalendar, as the feed shows it. Raises P0002 for any other token.';
