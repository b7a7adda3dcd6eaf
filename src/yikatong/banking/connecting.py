"""Opens the wire to a provider. Credentials come from files outside the database."""

import json
from pathlib import Path

from django.conf import settings

from yikatong.core.refusals import Refused

from . import words
from .models import PaymentProvider
from .transports.https import HttpsBank


def connect(provider: PaymentProvider) -> HttpsBank:
    """The connection to a provider. Raises Refused when its credentials cannot be read.

    ``credentials_ref`` names a JSON file in the state folder's ``credentials``: user, password, and optionally the
    paths ``authority``, ``certificate`` and ``key``.
    """
    told = _credentials(provider)
    user, password = told.get("user"), told.get("password")
    certificate, key = told.get("certificate"), told.get("key")
    return HttpsBank(
        provider.transport_url,
        credentials=(user, password) if user and password else None,
        verify=told.get("authority") or True,
        certificate=(certificate, key) if certificate and key else None,
    )


def _credentials(provider: PaymentProvider) -> dict[str, str]:
    if not provider.credentials_ref:
        return {}
    path = Path(settings.STATE_DIR) / "credentials" / Path(provider.credentials_ref).name
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(words.CREDENTIALS_MISSING.format(name=provider.name, ref=path.name)) from error
    return {str(name): str(value) for name, value in dict(told).items()}
