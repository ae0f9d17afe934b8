# SPDX-License-Identifier: PostgreSQL
"""The floor of a booking: its rows written by a bare C function that decides nothing (bench/peers/floor.c)."""
import pathlib
import shutil
import tempfile

from .stack import BUILD

library = tempfile.TemporaryDirectory(prefix="jb_floor.")  # kept while sessions load it


def make(database):
    """floor_book and its tables. The server cannot read the checkout, so it loads a copy."""
    place = pathlib.Path(library.name)
    place.chmod(0o755)
    shutil.copy(BUILD.parent / "extension/floor.so", place)
    database.script("peers/floor.sql", library=place / "floor.so")
