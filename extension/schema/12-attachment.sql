-- Attachments ---------------------------------------------------------------------------------------------------
-- An attachment is the bytes of a file, or an address. The row of a removed attachment stays with a null name, so that
-- its number is not reused. The bytes are stored out of line and uncompressed: most files are compressed already.

CREATE TABLE @extschema@.jb_attachment (
  event_id    bigint NOT NULL,
  n           int    NOT NULL,
  name        text,
  media_type  text,
  data        bytea,
  url         text,
  PRIMARY KEY (event_id, n),
  CHECK (n > 0 AND num_nonnulls(data, url) = num_nonnulls(name))
);
ALTER TABLE @extschema@.jb_attachment ALTER COLUMN data SET STORAGE EXTERNAL;
COMMENT ON TABLE @extschema@.jb_attachment IS
  'The attachments of events, numbered from 1 within each event: a file''s bytes or address. A removed one has no name.';

-- Attachments of an event ---------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_attach(event_id bigint, attachment jsonb, data bytea = NULL, expected_version bigint = NULL,
                          idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_attach';
COMMENT ON FUNCTION @extschema@.jb_attach(bigint, jsonb, bytea, bigint, text, text) IS
  'Attaches a file, or its address, to an event. attachment has name, media_type, and base64 data or url; the argument data may hold the bytes instead.';

CREATE FUNCTION @extschema@.jb_detach(event_id bigint, n int, expected_version bigint = NULL, idempotency_key text = NULL,
                          principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_detach';
COMMENT ON FUNCTION @extschema@.jb_detach(bigint, int, bigint, text, text) IS
  'Removes attachment n from an event. Raises P0002 if there is none.';

CREATE FUNCTION @extschema@.jb_attachment(event_id bigint, n int, principal text = NULL) RETURNS @extschema@.jb_attachment
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_attachment_one';
COMMENT ON FUNCTION @extschema@.jb_attachment(bigint, int, text) IS
  'Attachment n of an event, with its bytes or url. Raises P0002 if there is none.';
