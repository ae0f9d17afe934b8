-- Attachments ---------------------------------------------------------------------------------------------------
-- Data or the address of some. A row whose name is null is a number that was given and is not given again. Data stays
-- outside the row and as it came: what people attach is compressed already.

CREATE TABLE @extschema@.jb_attachment (
  event_id    bigint NOT NULL,
  n           int    NOT NULL,
  name        text,
  media_type  text,
  data        bytea,
  url         text,
  PRIMARY KEY (event_id, n)
);
ALTER TABLE @extschema@.jb_attachment ALTER COLUMN data SET STORAGE EXTERNAL;
COMMENT ON TABLE @extschema@.jb_attachment IS
  'What goes with events, numbered from 1 on each: a file''s bytes, or its address; without a name one that was removed.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_attachment', '');
