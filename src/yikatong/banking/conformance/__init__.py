"""The conformance suite (联调测试): whether a bank's test system keeps the rules of the exchange.

It sends small files of a few fen to test cards, waits for results and the statement, and judges. Nothing of it goes into
the books: it uses the wire of a provider and our own readers alone.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yikatong.banking import adapting, signing, words
from yikatong.banking.connecting import connect
from yikatong.banking.models import PaymentProvider
from yikatong.core.refusals import Refused

from .checks import Judgment, Verdict, judge
from .report import head_of, is_fit, lines_of
from .terms import Terms, TermsBroken, terms_of
from .trial import Trial

__all__ = [
    "Judgment",
    "Terms",
    "TermsBroken",
    "Trial",
    "Verdict",
    "head_of",
    "is_fit",
    "judge",
    "lines_of",
    "terms_of",
    "trial_with",
]


def trial_with(
    name: str,
    *,
    told: dict[str, Any],
    clock: Callable[[], datetime],
    pause: Callable[[], None],
    rounds: int,
) -> tuple[Trial, PaymentProvider]:
    """A trial with a registered provider, and what that promises. ``told``: see ``terms_of``.

    Raises Refused when the provider is not known or not registered as a test system: the suite would move real money;
    TermsBroken.
    """
    provider = PaymentProvider.objects.filter(name=name).first()
    if provider is None:
        raise Refused(words.NO_SUCH_PROVIDER.format(name=name))
    if not provider.is_test_system:
        raise Refused(words.NO_TEST_SYSTEM.format(name=name))
    keys = list(map(signing.registered, provider.report_keys))
    trial = Trial(connect(provider, at=clock()), terms_of(told), adapting.adapter(provider), keys, clock, pause, rounds)
    return trial, provider
