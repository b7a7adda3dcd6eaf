"""What every action is: all or nothing, and an explained no."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import psycopg
from django.db import IntegrityError, transaction

from .refusals import Refused

Action = TypeVar("Action", bound=Callable[..., Any])


def action(function: Action) -> Action:
    """Run the action in one transaction; where two do the same thing at once, the second is told so (YK002).

    The database lets only one of them in (a unique index); without this the loser would see a broken page.
    """

    @wraps(function)
    def acted(*args: Any, **kwargs: Any) -> Any:
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except IntegrityError as error:
            if isinstance(error.__cause__, psycopg.errors.UniqueViolation):
                raise Refused("刚才有人先办了同样的事。请刷新后再看。", code="YK002") from error
            raise

    return acted  # type: ignore[return-value]
