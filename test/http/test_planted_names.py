# SPDX-License-Identifier: PostgreSQL
"""Promise: a role that may create a schema in the database, or create in the extension's schema, cannot plant functions
that the front end calls, with a caller's rights, instead of the extension's functions or the server's.

Could break: PostgreSQL looks a name up in "$user" first: in the schema of the role that the front end has assumed. Of
several schemas in a search_path it takes the function that fits best."""

import pytest

from test_long_poll import open_poll


@pytest.fixture
def planted(psql):
    psql.value("""
        SET client_min_messages = warning;
        SELECT count(*) FROM (SELECT 1) AS one;
        DO $$
        DECLARE trap text; role text;
        BEGIN
          FOREACH role IN ARRAY '{jb_manager,jb_viewer,jb_gateway}'::text[] LOOP
            EXECUTE format('CREATE SCHEMA %I', role);
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', role);
            FOR trap IN
              SELECT format('CREATE FUNCTION %I.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', role, p.proname, pg_get_function_arguments(p.oid),
                            pg_get_function_result(p.oid), $f$BEGIN RAISE 'trapped, as %', current_user; END$f$)
                FROM pg_proc p WHERE p.proname IN ('jb_events', 'jb_event', 'jb_calendars', 'jb_schedule_all', 'jb_outcome_json', 'jb_event_json', 'jb_principal_of', 'jb_health')
                 AND p.pronamespace = (SELECT extnamespace FROM pg_extension WHERE extname = 'jb_scheduler')
            LOOP
              EXECUTE trap;
            END LOOP;
          END LOOP;
        END $$""")
    yield
    psql.value("SET client_min_messages = warning; DROP SCHEMA jb_manager, jb_viewer, jb_gateway CASCADE; SELECT 1")


def test_a_schema_of_a_roles_name_comes_before_nothing(service, calendar, days, planted):
    for certificate in ("manager", "viewer"):
        for target in ("/events", "/calendars", "/health"):
            answer = service.call("GET", target, certificate=certificate)
            assert answer.status == 200, (certificate, target, answer.body)
    body = {"event_name": "mine", "date": days["monday"], "duration": 60, "calendars": [calendar]}
    answer = service.send("POST", "/events", body)
    assert answer.status == 201, answer.body


def test_a_better_function_in_the_extensions_schema_is_not_called(service, psql, calendar, days):
    psql.value("""
        SET client_min_messages = warning;
        CREATE FUNCTION public.trap(json, json) RETURNS json LANGUAGE plpgsql AS $$BEGIN RAISE 'trapped, as %', current_user; END$$;
        CREATE AGGREGATE public.json_agg(json) (SFUNC = public.trap, STYPE = json);
        SELECT 1""")
    try:
        poll = open_poll(service, calendar, days)
        assert service.send("POST", poll + "/participants", {"name": "Anna"}).status == 201
        answer = service.send("GET", poll)
        assert answer.status == 200, answer.body
    finally:
        psql.value("SET client_min_messages = warning; DROP FUNCTION public.trap CASCADE; SELECT 1")


def test_a_database_with_a_path_of_its_owner_traps_no_session(service, psql):
    # The front end's sessions end, and the next ones begin with this path.
    def begin_with(path):
        psql.value(f"""
            SET client_min_messages = warning;
            DO $$BEGIN EXECUTE format('ALTER DATABASE %I {path}', current_database()); END$$;
            SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = 'jb_gateway'""")

    psql.value("""
        SET client_min_messages = warning;
        CREATE SCHEMA lair;
        GRANT USAGE ON SCHEMA lair TO PUBLIC;
        CREATE FUNCTION lair.current_setting(text, boolean) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'trapped, as %', current_user; END$$;
        SELECT 1""")
    begin_with("SET search_path = lair, pg_catalog, public")
    try:
        answer = service.call("GET", "/calendars")
        assert answer.status == 200, answer.body
    finally:
        begin_with("RESET search_path")
        psql.value("SET client_min_messages = warning; DROP SCHEMA lair CASCADE; SELECT 1")
