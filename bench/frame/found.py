# SPDX-License-Identifier: PostgreSQL
"""The result of one run of a measure."""


class Found(float):
    """The figure of a run. `parts` holds further figures of the same run by name, `note` is for the log.

    The part "processor" is the processor time of one call in microseconds, of the server and everything in front of it,
    without the client.
    """

    def __new__(cls, figure, note="", parts=None):
        found = super().__new__(cls, figure)
        found.note, found.parts = note, parts or {}
        return found
