"""An expected "no": a sentence in Chinese that somebody would be glad to read."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError


class Refused(Exception):
    """An action was refused and nothing was changed. ``str(refused)`` is the sentence to show.

    ``code`` names the kind of refusal for tests and for the help desk; the database's own refusals carry
    their SQLSTATE (YK…).
    """

    code = "refused"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        self.code = code or type(self).code


class NotFound(Refused):
    """Missing and forbidden look the same."""

    code = "not_found"

    def __init__(self, sentence: str = "没有找到，或者不归您办。") -> None:
        super().__init__(sentence)


@contextmanager
def explained() -> Iterator[None]:
    """Turn a refusal raised inside the database (SQLSTATE YK…) into ``Refused`` with the same sentence."""
    try:
        yield
    except (DatabaseError, psycopg.Error) as error:
        cause = error.__cause__ if isinstance(error, DatabaseError) else error
        state = getattr(cause, "sqlstate", None) or ""
        if state.startswith("YK") and isinstance(cause, psycopg.Error):
            raise Refused(cause.diag.message_primary or "没有办成。", code=state) from error
        raise
