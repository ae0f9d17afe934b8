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
  'What goes with events, numbered from 1 on each: a file''s bytes, or its address; without a name one that was removed.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_attachment', '');

-- Attachments of an event ---------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_attach(event_id bigint, attachment jsonb, data bytea = NULL, expected_version bigint = NULL,
                          idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_attach';
COMMENT ON FUNCTION @extschema@.jb_attach(bigint, jsonb, bytea, bigint, text, text) IS
  'Attaches a file, or the address of one, to an event: an object of name, media_type, and data in base64 or url, or with its bytes in the argument data.';

CREATE FUNCTION @extschema@.jb_detach(event_id bigint, n int, expected_version bigint = NULL, idempotency_key text = NULL,
                          principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_detach';
COMMENT ON FUNCTION @extschema@.jb_detach(bigint, int, bigint, text, text) IS
  'Removes the attachment of this number from an event; P0002 when there is none.';

CREATE FUNCTION @extschema@.jb_attachment(event_id bigint, n int, principal text = NULL) RETURNS @extschema@.jb_attachment
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_attachment_one';
COMMENT ON FUNCTION @extschema@.jb_attachment(bigint, int, text) IS
  'One attachment of an event with its bytes, or its url; P0002 when there is none of this number.';
