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
  sender    bytea,                -- null where a caller in SQL tells of nobody
  request   bytea       NOT NULL,
  made_at   timestamptz NOT NULL,
  starts_at timestamptz           -- null where the booking takes no time of the provider
);
COMMENT ON TABLE @extschema@.jb_booking_link IS
  'The bookings by public pages: which token opens which event, who sent it, and when it begins; token, sender and request are hashes.';
CREATE INDEX jb_booking_link_sender ON @extschema@.jb_booking_link (calendar, sender, starts_at) WHERE starts_at IS NOT NULL;
CREATE INDEX jb_booking_link_made ON @extschema@.jb_booking_link (calendar, sender, made_at);
CREATE INDEX jb_booking_link_starts ON @extschema@.jb_booking_link (calendar, starts_at) WHERE starts_at IS NOT NULL;
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_booking_link', '');

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
  'The result of a visitor''s call, as in jb_outcome, with the reason and the alternatives of a rejection. token is set if the call has made one. booking is an appointment without its id. Its version, its calendar, the last change there, the deadline of a hold and the ETag follow.';

CREATE FUNCTION @extschema@.jb_booking_json(event json) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (@extschema@.jb_appointment_json($1)::jsonb - '{appointment_id,version}'::text[])::json;
COMMENT ON FUNCTION @extschema@.jb_booking_json(json) IS
  'A booking as its visitor sees it, from its event as jb_event_json gives it: an appointment without its id and its version.';

CREATE FUNCTION @extschema@.jb_booking_page(provider_id text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_page';
COMMENT ON FUNCTION @extschema@.jb_booking_page(text) IS
  'The facts of a provider''s booking page: zone, duration, notice and time to confirm. P0002 where the provider''s calendar does not say public_booking, and where there is none.';

CREATE FUNCTION @extschema@.jb_booking_slots(provider_id text, from_time timestamptz = NULL, max_rows int = 100, token text = NULL,
                                         sender text = NULL)
RETURNS SETOF tstzrange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_slots';
COMMENT ON FUNCTION @extschema@.jb_booking_slots(text, timestamptz, int, text, text) IS
  'The next slots that a visitor could book with a provider, from from_time on. With the token of a booking, the slots to which it could move. sender: the network that asks. JB429 where there are as many bookings as there may be on any day; P0002 as jb_booking_page.';

CREATE FUNCTION @extschema@.jb_booking_make(provider_id text, request jsonb, token text = NULL, sender text = NULL)
RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_make';
COMMENT ON FUNCTION @extschema@.jb_booking_make(text, jsonb, text, text) IS
  'Books one of the slots of a provider for a visitor: client, contact, start_timestamp and a note; with duration or confirm_within, as the page told them, JB412 where it has others by then; under a token of the visitor''s own the same call again answers the same booking, JB422 for another one. sender: the network that asks, which may have a quarter of what all visitors may; JB429 where there are as many bookings as there may be.';

CREATE FUNCTION @extschema@.jb_booking(provider_id text, token text) RETURNS @extschema@.jb_booking
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking';
COMMENT ON FUNCTION @extschema@.jb_booking(text, text) IS
  'The booking that a token opens, as it stands now; P0002 for any other token.';

CREATE FUNCTION @extschema@.jb_booking_move(provider_id text, token text, start_timestamp timestamptz,
                                        expected_version bigint = NULL)
RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_move';
COMMENT ON FUNCTION @extschema@.jb_booking_move(text, text, timestamptz, bigint) IS
  'Moves the booking that a token opens to another slot of the provider; rejected, it stays where it was; 55000 while the provider has no booking page, and where the booking is on another calendar; JB412 where it has another version than expected; JB429 where the other day has as many bookings as it may, and where the booking was moved too often.';

CREATE FUNCTION @extschema@.jb_booking_cancel(provider_id text, token text, expected_version bigint = NULL)
RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_booking_cancel';
COMMENT ON FUNCTION @extschema@.jb_booking_cancel(text, text, bigint) IS
  'Cancels the booking that a token opens; once more is unchanged; JB412 where it has another version than expected.';
