-- Principals ----------------------------------------------------------------------------------------------------

CREATE TABLE @extschema@.jb_principal (
  issuer     text NOT NULL CHECK (issuer <> ''),
  subject    text NOT NULL CHECK (subject <> ''),
  principal  text NOT NULL CHECK (char_length(principal) BETWEEN 1 AND 200),
  role       text NOT NULL CHECK (role IN ('manager', 'secretary', 'viewer')),
  PRIMARY KEY (issuer, subject)
);
COMMENT ON TABLE @extschema@.jb_principal IS
  'HTTPS callers: issuer and subject of a client certificate (RFC 2253 names) or of a sign-in, and the principal''s name and role.';
CREATE INDEX jb_principal_principal ON @extschema@.jb_principal (principal);

CREATE FUNCTION @extschema@.jb_principal_set(issuer text, subject text, principal text, role text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_principal_set';
COMMENT ON FUNCTION @extschema@.jb_principal_set(text, text, text, text) IS
  'Admits the holder of a client certificate, or who has signed in, by issuer and subject, as principal with role manager, secretary or viewer. A null role removes the entry.';

CREATE FUNCTION @extschema@.jb_principal_of(issuer text, subject text, OUT principal text, OUT role text) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
BEGIN ATOMIC
  SELECT p.principal, p.role FROM @extschema@.jb_principal p WHERE p.issuer = $1 AND p.subject = $2;
END;
COMMENT ON FUNCTION @extschema@.jb_principal_of(text, text) IS
  'The principal and role of an HTTPS caller, for the gateway; no row if it is not listed.';
