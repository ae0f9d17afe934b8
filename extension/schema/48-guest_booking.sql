-- Bookings by a provider's public page ----------------------------------------------------------------------------
-- A visitor without a certificate books on the page of a provider whose calendar has public_booking, and gets a token
-- that opens this booking and nothing else. These functions run with the owner's rights and check the setting and the
-- token themselves. Only SHA-256 hashes are stored of the token and of the sender, a network that the front end
-- reports. Bookings are limited by network and not by contact. Anybody can give somebody else's contact, so a limit by
-- contact would shut its owner out (rule 11.14).

CREATE TABLE @extschema@.jb_booking_link (
  token     bytea       PRIMARY KEY,
  event_id  bigint      UNIQUE,   -- null only within the transaction that books
  calendar  int         NOT NULL,
  sender    bytea,                -- null if a caller in SQL names no sender
  request   bytea       NOT NULL,
  made_at   timestamptz NOT NULL,
  starts_at timestamptz           -- null where the booking takes no time of the provider
);
COMMENT ON TABLE @extschema@.jb_booking_link IS
  'The bookings made on public pages: the token of each event, its sender, and its start. token, sender and request are hashes.';
CREATE INDEX jb_booking_link_sender ON @extschema@.jb_booking_link (calendar, sender, starts_at) WHERE starts_at IS NOT NULL;
CREATE INDEX jb_booking_link_made ON @extschema@.jb_booking_link (calendar, sender, made_at);
CREATE INDEX jb_booking_link_starts ON @extschema@.jb_booking_link (calendar, starts_at) WHERE starts_at IS NOT NULL;

CREATE TYPE @extschema@.jb_booking AS (
  outcome       text,
  reason        text,
  alternatives  tstzrange[],
  token         text,
  version       bigint,
  booking       json,
  calendar      text,
  change_seq    bigint,
  expires_at    timestamptz,
  tag           text
);
COMMENT ON TYPE @extschema@.jb_booking IS
  'The result of a visitor''s call, as in jb_outcome, with reason and alternatives if rejected. token is set if the call made one. booking is an appointment without its id. The other columns are its version, calendar, last change there, hold deadline and ETag.';

CREATE FUNCTION @extschema@.jb_booking_json(event json) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (@extschema@.jb_appointment_json($1)::jsonb - '{appointment_id,version}'::text[])::json;
COMMENT ON FUNCTION @extschema@.jb_booking_json(json) IS
  'A booking as its visitor sees it, from the jb_event_json of its event: an appointment without id and version.';

CREATE FUNCTION @extschema@.jb_booking_page(provider_id text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_page';
COMMENT ON FUNCTION @extschema@.jb_booking_page(text) IS
  'The facts of a provider''s booking page: zone, duration, notice and time to confirm. Raises P0002 if there is no such provider, or public_booking is not set.';

CREATE FUNCTION @extschema@.jb_booking_slots(provider_id text, from_time timestamptz = NULL, max_rows int = 100, token text = NULL,
                                         sender text = NULL)
RETURNS SETOF tstzrange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_slots';
COMMENT ON FUNCTION @extschema@.jb_booking_slots(text, timestamptz, int, text, text) IS
  'The next slots from from_time on that a visitor could book with a provider or, with token, to which that booking could move. sender is the asking network. Raises JB429 if no more bookings are allowed on any day, or no more moves of that booking, P0002 as jb_booking_page does, 55000 for a booking that cannot be moved.';

CREATE FUNCTION @extschema@.jb_booking_make(provider_id text, request jsonb, token text = NULL, sender text = NULL)
RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_make';
COMMENT ON FUNCTION @extschema@.jb_booking_make(text, jsonb, text, text) IS
  'Books one of a provider''s slots for a visitor: client, contact, start_timestamp and a note. If request has duration or confirm_within and the provider''s differ, it raises JB412. Repeating the call under the visitor''s own token returns the same booking; another call under it raises JB422. sender is the asking network, limited to a quarter of all visitors'' bookings. Raises JB429 if no more bookings are allowed.';

CREATE FUNCTION @extschema@.jb_booking(provider_id text, token text) RETURNS @extschema@.jb_booking
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking';
COMMENT ON FUNCTION @extschema@.jb_booking(text, text) IS
  'The booking of a token, as it is now. Raises P0002 for any other token.';

CREATE FUNCTION @extschema@.jb_booking_move(provider_id text, token text, start_timestamp timestamptz,
                                        expected_version bigint = NULL)
RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_move';
COMMENT ON FUNCTION @extschema@.jb_booking_move(text, text, timestamptz, bigint) IS
  'Moves the booking that a token opens to another slot of the provider; if rejected, it stays where it was. Raises 55000 if the provider has no booking page, or the booking is on another calendar. Raises JB412 if its version is not expected_version, JB429 if the new day allows no more bookings or the booking was moved too often.';

CREATE FUNCTION @extschema@.jb_booking_cancel(provider_id text, token text, expected_version bigint = NULL)
RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_cancel';
COMMENT ON FUNCTION @extschema@.jb_booking_cancel(text, text, bigint) IS
  'Cancels the booking that a token opens; repeating it returns unchanged. Raises JB412 if expected_version differs.';
