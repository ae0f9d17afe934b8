"""The project's files, for the checks of this folder."""
import os

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def read(path):
    """The text of a file, by its path in the project."""
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()
