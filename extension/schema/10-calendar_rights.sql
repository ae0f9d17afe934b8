-- Whose calendar it is ------------------------------------------------------------------------------------------
-- A role determines what a caller may do, a grant on which calendar. A grantee that a calendar names has exactly what
-- was granted there; jb_default_rights determines, for the whole database, what all others have. Both are data and not
-- server settings, because a dump that lost them would open every calendar. A grantee is a name ('principal:anna',
-- 'role:app'), so dropping a role takes nobody else's right, and a dump can be restored where the role does not exist.
--
-- Each backend caches whether anybody is granted anything, and the grants of the calendars that it has read. The
-- trigger tells every backend when its cache is out of date, whether a function, a restore or an administrator writes
-- the rows.

CREATE TABLE @extschema@.jb_grant (
  calendar  int    NOT NULL,
  grantee   text   NOT NULL CHECK (grantee ~ '^(principal:.{1,200}|role:.{1,63})$'),
  rights    text[] NOT NULL CHECK (cardinality(rights) > 0 AND rights <@ '{busy,read,propose,book,manage}'),
  name      text   NOT NULL,   -- the calendar's, which it keeps: a caller's own grants are found without the calendar
  -- The bounds of the grant (rule 13.14); null: none.
  max_priority  int,
  may_preempt   bool,
  may_move      bool,
  max_held      int,
  until         timestamptz,
  PRIMARY KEY (calendar, grantee)
);
CREATE INDEX jb_grant_own ON @extschema@.jb_grant (grantee, lower(name COLLATE "C"));
COMMENT ON TABLE @extschema@.jb_grant IS
  'The grantees of each calendar, their rights (busy, read, propose, book, manage), and the bounds of these.';

CREATE TABLE @extschema@.jb_default_rights (
  gives  text PRIMARY KEY CHECK (gives = 'nothing')
);
COMMENT ON TABLE @extschema@.jb_default_rights IS
  'The rights of callers that a calendar does not name: nothing or, without a row, all by role.';

CREATE FUNCTION @extschema@.jb_rights_changed() RETURNS trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_rights_changed';
COMMENT ON FUNCTION @extschema@.jb_rights_changed() IS
  'Trigger function: invalidates every backend''s cached grants.';
CREATE TRIGGER jb_rights_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.jb_grant
  FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.jb_rights_changed();
ALTER TABLE @extschema@.jb_grant ENABLE ALWAYS TRIGGER jb_rights_changed; -- by a replica's writes, too
CREATE TRIGGER jb_rights_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.jb_default_rights
  FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.jb_rights_changed();
ALTER TABLE @extschema@.jb_default_rights ENABLE ALWAYS TRIGGER jb_rights_changed; -- by a replica's writes, too

CREATE TYPE @extschema@.jb_grantee AS (
  grantee       text,
  rights        text[],
  max_priority  int,
  may_preempt   bool,
  may_move      bool,
  max_held      int,
  until         timestamptz
);
COMMENT ON TYPE @extschema@.jb_grantee IS
  'A grantee of a calendar, principal:NAME or role:NAME, the rights granted, and their bounds: the highest priority, whether events may pre-empt others or make them move, the most events held at a time, and the end. Null is no bound.';

-- The views' checks of each row. They run with the rights of the view's reader, and cache what they have read.
CREATE FUNCTION @extschema@.jb_sight(calendars text[], attendee_calendars text[] = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_sight';
COMMENT ON FUNCTION @extschema@.jb_sight(text[], text[]) IS
  'The caller''s view of an event with these calendars and attendee_calendars: read, busy (only that the time is taken), or null for nothing.';

CREATE FUNCTION @extschema@.jb_may(calendar text, "right" text) RETURNS bool
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_may';
COMMENT ON FUNCTION @extschema@.jb_may(text, text) IS
  'Whether the caller has a right on a calendar, existing or not.';

CREATE FUNCTION @extschema@.jb_seen(calendars text[]) RETURNS text[]
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_seen';
COMMENT ON FUNCTION @extschema@.jb_seen(text[]) IS
  'The given calendars on which the caller has a right.';

CREATE FUNCTION @extschema@.jb_require_operator() RETURNS bool
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_require_operator';
COMMENT ON FUNCTION @extschema@.jb_require_operator() IS
  'True if the caller may administer the whole database; raises 42501 otherwise. If calendars give nothing to callers whom they do not name, only the owner and members of jb_operator may.';

-- Reading rights ------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_rights(calendar text, principal text = NULL) RETURNS text[]
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_rights';
COMMENT ON FUNCTION @extschema@.jb_rights(text, text) IS
  'The caller''s rights on a calendar: busy, read, propose, book, manage. The role must also allow the call. Raises P0002 if there is no such calendar.';

CREATE FUNCTION @extschema@.jb_grants(calendar text, principal text = NULL) RETURNS SETOF @extschema@.jb_grantee
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_grants';
COMMENT ON FUNCTION @extschema@.jb_grants(text, text) IS
  'The grantees of a calendar with their rights and bounds, for callers with manage. Raises P0002 if the calendar does not exist.';

CREATE FUNCTION @extschema@.jb_default_rights() RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_default_rights';
COMMENT ON FUNCTION @extschema@.jb_default_rights() IS
  'The rights of callers that a calendar does not name: all by role, or nothing.';

-- Giving rights -------------------------------------------------------------------------------------------------

-- These functions, and those that issue a token (feeds, polls), open a booking page or admit a certificate, run with
-- their caller's rights. So they can see as whom the code runs that would give away somebody else's rights (rule 13.11).
-- They write the tables as the tables' owner.

CREATE FUNCTION @extschema@.jb_grant(calendar text, grantee text, "right" text, max_priority int = NULL,
                         may_preempt bool = NULL, may_move bool = NULL, max_held int = NULL, until timestamptz = NULL,
                         principal text = NULL) RETURNS @extschema@.jb_grantee
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_grant';
COMMENT ON FUNCTION @extschema@.jb_grant(text, text, text, int, bool, bool, int, timestamptz, text) IS
  'Grants principal:NAME or role:NAME one more right on a calendar: busy (when it is taken), read, propose (holds for somebody else to confirm), book, or manage (everything). A bound that is given replaces the grantee''s there; others stay. Returns the grantee''s rights and bounds there.';

CREATE FUNCTION @extschema@.jb_revoke(calendar text, grantee text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_revoke';
COMMENT ON FUNCTION @extschema@.jb_revoke(text, text, text) IS
  'Removes a grantee from a calendar; false if not found.';

CREATE FUNCTION @extschema@.jb_grants_set(calendar text, grants jsonb, keep_others bool = false, principal text = NULL) RETURNS SETOF @extschema@.jb_grantee
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_grants_set';
COMMENT ON FUNCTION @extschema@.jb_grants_set(text, jsonb, bool, text) IS
  'Replaces all grants of a calendar by a list of {"grantee", "rights"} with bounds, and returns the new grants. With keep_others, unlisted grantees keep their grants, listed ones keep the bounds that are left out, and listed ones without rights are removed.';

CREATE FUNCTION @extschema@.jb_default_rights_set(gives text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_default_rights_set';
COMMENT ON FUNCTION @extschema@.jb_default_rights_set(text) IS
  'Sets and returns the rights of callers that a calendar does not name: all by role, or nothing. For the extension''s owner only.';
