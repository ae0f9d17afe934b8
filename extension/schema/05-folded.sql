-- People's words as a search compares them ----------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_folded(words text) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_folded';
COMMENT ON FUNCTION @extschema@.jb_folded(text) IS
  'Words in the case and the form in which they are compared: folded and composed (NFC) by the rules of Unicode, with single blanks between them, whatever the database''s locale; null for null.';
