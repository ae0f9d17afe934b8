# SPDX-License-Identifier: PostgreSQL
"""What one run of a measure found."""


class Found(float):
    """The figure of a run. `parts` holds further figures of the same run by their names, `note` what the log says of it.

    The part "processor" is the processor time of one call in microseconds, of the server and of what stands before the server,
    without that of the client.
    """

    def __new__(cls, figure, note="", parts=None):
        found = super().__new__(cls, figure)
        found.note, found.parts = note, parts or {}
        return found
