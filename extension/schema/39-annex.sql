-- What an annex is built from -------------------------------------------------------------------------------------
-- An annex is a feature on top of events, in PL/pgSQL: sessions, for example. Besides the functions that book and list,
-- it uses these. It runs with its caller's rights.

CREATE TYPE @extschema@.jb_fault AS (
  field    text,
  value    text,
  message  text,
  hint     text
);
COMMENT ON TYPE @extschema@.jb_fault IS
  'A field of a request that cannot be accepted: its value, what is wrong with it as the end of a sentence, and how to correct it; without a hint, what a field of this name takes.';

CREATE FUNCTION @extschema@.jb_fault(field text, value text, message text, hint text = NULL) RETURNS @extschema@.jb_fault
LANGUAGE sql STABLE PARALLEL SAFE
RETURN ROW($1, $2, $3, $4)::@extschema@.jb_fault;
COMMENT ON FUNCTION @extschema@.jb_fault(text, text, text, text) IS
  'A fault, for jb_refuse.';

CREATE FUNCTION @extschema@.jb_request_read(base anyelement, request jsonb, member text = NULL, required text[] = '{}',
                                OUT fields anyelement, OUT faults @extschema@.jb_fault[])
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_request_read';
COMMENT ON FUNCTION @extschema@.jb_request_read(anyelement, jsonb, text, text[]) IS
  'Reads a JSON object, or the object in its only member if member names it, into a row of the type of base: each member into the column of its name. A column that is not named keeps its value in base. Columns may be text, text[], timestamptz, date, time, interval, int, bigint, bool and jsonb (any value). faults lists every value that cannot be read, every unknown member, and every required one that is missing.';

CREATE FUNCTION @extschema@.jb_refuse(faults @extschema@.jb_fault[]) RETURNS void
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_refuse';
COMMENT ON FUNCTION @extschema@.jb_refuse(@extschema@.jb_fault[]) IS
  'Raises 22023 with all faults, as the functions of the extension do: the message and hint are those of the first, and detail lists all as JSON. Does nothing without faults.';

CREATE FUNCTION @extschema@.jb_key_take(idempotency_key text, request jsonb, principal text = NULL) RETURNS @extschema@.jb_outcome[]
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_key_take';
COMMENT ON FUNCTION @extschema@.jb_key_take(text, jsonb, text) IS
  'Takes an idempotency key for a request, which names its function. Call it once the request has been read, before any check against the database. Returns the outcomes kept when the request was first made. If it returns null, as for a null key, make the request and keep its outcomes with jb_key_keep. Raises JB422 if the key was used with another request.';

CREATE FUNCTION @extschema@.jb_key_keep(idempotency_key text, outcomes @extschema@.jb_outcome[], principal text = NULL) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_key_keep';
COMMENT ON FUNCTION @extschema@.jb_key_keep(text, @extschema@.jb_outcome[], text) IS
  'Keeps the outcomes of a request under the key that jb_key_take took for it. Does nothing for a null key.';
