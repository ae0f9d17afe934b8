-- People's words as a search compares them ----------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_folded(words text) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_folded';
COMMENT ON FUNCTION @extschema@.jb_folded(text) IS
  'Words in the form used for comparison: case-folded and composed (NFC) by the rules of Unicode, with single blanks between them. Independent of the database''s locale; null for null.';
