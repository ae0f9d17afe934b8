-- Attachments of an event ---------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_attach(event_id bigint, attachment jsonb, data bytea = NULL, expected_version bigint = NULL,
                          idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_attach';
COMMENT ON FUNCTION @extschema@.jb_attach(bigint, jsonb, bytea, bigint, text, text) IS
  'Attaches a file, or the address of one, to an event: an object of name, media_type, and data in base64 or url, or with its bytes in the argument data.';

CREATE FUNCTION @extschema@.jb_detach(event_id bigint, n int, expected_version bigint = NULL, idempotency_key text = NULL,
                          principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_detach';
COMMENT ON FUNCTION @extschema@.jb_detach(bigint, int, bigint, text, text) IS
  'Removes the attachment of this number from an event; P0002 when there is none.';

CREATE FUNCTION @extschema@.jb_attachment(event_id bigint, n int) RETURNS @extschema@.jb_attachment
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_attachment_one';
COMMENT ON FUNCTION @extschema@.jb_attachment(bigint, int) IS
  'One attachment of an event with its bytes, or its url; P0002 when there is none of this number.';
