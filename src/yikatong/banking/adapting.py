"""Which form of files a provider's channel speaks. A county joins a new bank by one TOML in the state folder's ``banks``."""

from pathlib import Path

from django.conf import settings

from yikatong.core.refusals import Refused

from .formats import registry
from .formats.adapters import Adapter
from .formats.refusals import UnknownFormat
from .models import PaymentProvider


class FormatBroken(Refused):
    """A form of bank files that does not exist or whose description is wrong."""

    code = "format_broken"


def adapter(provider: PaymentProvider) -> Adapter:
    """The provider's adapter. Raises FormatBroken."""
    return named(provider.format_code)


def named(code: str) -> Adapter:
    """The adapter with a code. Raises FormatBroken."""
    try:
        return registry.named(code, own_folder())
    except (UnknownFormat, OSError) as error:
        raise FormatBroken(str(error)) from error


def codes() -> list[str]:
    """The codes of all forms, also of those that are wrong. Raises FormatBroken."""
    try:
        return registry.codes(own_folder())
    except UnknownFormat as error:
        raise FormatBroken(str(error)) from error


def own_folder() -> Path:
    """Where a county lays down its banks' forms."""
    return Path(settings.STATE_DIR) / "banks"
