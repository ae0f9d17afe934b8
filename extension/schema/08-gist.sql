-- Indexes of calendars and times --------------------------------------------------------------------------------
-- GiST operator classes for an index of (calendar, time), with PostgreSQL's operators int = and range &&. The support
-- functions are this extension's (extension/src/pg/gist.cpp says why); only the server calls them.

CREATE FUNCTION @extschema@.jb_gist_calendar_consistent(internal, int, smallint, oid, internal) RETURNS bool
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_calendar_consistent';
CREATE FUNCTION @extschema@.jb_gist_calendar_union(internal, internal) RETURNS bigint
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_calendar_union';
CREATE FUNCTION @extschema@.jb_gist_calendar_compress(internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_calendar_compress';
CREATE FUNCTION @extschema@.jb_gist_calendar_penalty(internal, internal, internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_calendar_penalty';
CREATE FUNCTION @extschema@.jb_gist_calendar_picksplit(internal, internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_calendar_picksplit';
CREATE FUNCTION @extschema@.jb_gist_calendar_same(bigint, bigint, internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_calendar_same';
CREATE FUNCTION @extschema@.jb_gist_calendar_fetch(internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_calendar_fetch';
CREATE OPERATOR CLASS @extschema@.jb_calendar_ops FOR TYPE int USING gist AS
  OPERATOR 3 pg_catalog.= (int, int), STORAGE bigint,
  FUNCTION 1 @extschema@.jb_gist_calendar_consistent(internal, int, smallint, oid, internal),
  FUNCTION 2 @extschema@.jb_gist_calendar_union(internal, internal),
  FUNCTION 3 @extschema@.jb_gist_calendar_compress(internal),
  FUNCTION 5 @extschema@.jb_gist_calendar_penalty(internal, internal, internal),
  FUNCTION 6 @extschema@.jb_gist_calendar_picksplit(internal, internal),
  FUNCTION 7 @extschema@.jb_gist_calendar_same(bigint, bigint, internal),
  FUNCTION 9 @extschema@.jb_gist_calendar_fetch(internal);

CREATE FUNCTION @extschema@.jb_gist_time_consistent(internal, tstzrange, smallint, oid, internal) RETURNS bool
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_time_consistent';
CREATE FUNCTION @extschema@.jb_gist_time_union(internal, internal) RETURNS interval
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_time_union';
CREATE FUNCTION @extschema@.jb_gist_time_compress(internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_time_compress';
CREATE FUNCTION @extschema@.jb_gist_time_penalty(internal, internal, internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_time_penalty';
CREATE FUNCTION @extschema@.jb_gist_time_picksplit(internal, internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_time_picksplit';
CREATE FUNCTION @extschema@.jb_gist_time_same(interval, interval, internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_time_same';
CREATE FUNCTION @extschema@.jb_gist_time_fetch(internal) RETURNS internal
LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', 'jb_gist_time_fetch';
CREATE OPERATOR CLASS @extschema@.jb_time_ops FOR TYPE tstzrange USING gist AS
  OPERATOR 3 pg_catalog.&& (anyrange, anyrange), STORAGE interval,
  FUNCTION 1 @extschema@.jb_gist_time_consistent(internal, tstzrange, smallint, oid, internal),
  FUNCTION 2 @extschema@.jb_gist_time_union(internal, internal),
  FUNCTION 3 @extschema@.jb_gist_time_compress(internal),
  FUNCTION 5 @extschema@.jb_gist_time_penalty(internal, internal, internal),
  FUNCTION 6 @extschema@.jb_gist_time_picksplit(internal, internal),
  FUNCTION 7 @extschema@.jb_gist_time_same(interval, interval, internal),
  FUNCTION 9 @extschema@.jb_gist_time_fetch(internal);
