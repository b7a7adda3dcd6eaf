"""At which line of a TOML a key stands, so that a mistake can be shown where it is."""

import re
from typing import Any

_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=\s*(.*)$""")


def lines_of(text: str) -> dict[tuple[Any, ...], int]:
    """Path of a key → its line, counted from 1; a path goes on with the place of an item where each has its own line."""
    found: dict[tuple[Any, ...], int] = {}
    table: tuple[Any, ...] = ()
    array: tuple[Any, ...] | None = None
    count = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if array is not None:
            if line.lstrip().startswith(("{", '"', "'")):
                found[(*array, count)] = number
                count += 1
            elif line.lstrip().startswith("]"):
                array = None
        elif opened := _TABLE.match(line):
            table = tuple(_bare(part) for part in opened[1].split("."))
            found[table] = number
        elif told := _KEY.match(line):
            path = (*table, _bare(told[1]))
            found[path] = number
            if told[2].strip() == "[":
                array, count = path, 0
    return found


def _bare(part: str) -> str:
    return part.strip().strip("\"'")
