"""What the button 导出 Excel of a page gives, as a test reads it."""

import io
from typing import Any

import openpyxl
from django.test import Client


def sheets(client: Client, page: str) -> dict[str, list[dict[str, Any]]]:
    """The sheets of the workbook that ``client`` gets for ``page`` (its address), each row by the words of its heads."""
    answer = client.post("/exports/", {"page": page})
    assert answer.status_code == 200, (page, answer.status_code, answer.get("Location", ""))
    return read(b"".join(answer))


def read(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """The sheets of a workbook, each row by the words of its heads."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {}
    for sheet in book.worksheets:
        heads, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
    return found
