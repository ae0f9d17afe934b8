# SPDX-License-Identifier: PostgreSQL
"""An SQL session beside the tests, and jb_check() at their end."""

import pytest

from client import Psql


@pytest.fixture(scope="module")
def psql():
    """A session for a module's tests; after them the database must be sound."""
    session = Psql()
    yield session
    unsound = session.value("SELECT string_agg(c::text, '; ') FROM jb_check() AS c")
    session.close()
    assert unsound == "", f"jb_check(): {unsound}"
