"""Opens the wire to a provider. Credentials come from files outside the database."""

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from yikatong.core.refusals import Refused

from . import adapting, signing, words
from .models import PaymentProvider
from .transports import Wire
from .transports.folder import FolderBank
from .transports.https import HttpsBank
from .transports.sftp import Access, SftpBank

Transport = PaymentProvider.Transport


def connect(provider: PaymentProvider, *, at: datetime) -> Wire:
    """The wire to a provider, by its transport; ``at`` is when its signatures have to be valid.

    Raises Refused when its credentials or its address cannot be used.

    ``credentials_ref`` names a JSON file in the state folder's ``credentials``. HTTPS: user, password, and optionally the
    paths ``authority``, ``certificate`` and ``key``. SFTP: ``host_key`` (type and base64), and ``password`` or the path
    ``private_key`` with its ``passphrase``. A folder needs none.
    """
    told = _credentials(provider)
    try:
        if provider.transport == Transport.FOLDER:
            return FolderBank(Path(provider.transport_url), **_told_by(provider, at))
        if provider.transport == Transport.SFTP:
            return SftpBank(provider.transport_url, _access(told), **_told_by(provider, at))
        return _https(provider.transport_url, told)
    except ValueError as error:
        raise Refused(words.WIRE_UNUSABLE.format(name=provider.name)) from error


def address_fault(transport: str, address: str) -> str:
    """What is wrong with an address for its transport, in Chinese; empty when nothing is."""
    parts = urlsplit(address)
    if transport == Transport.FOLDER:
        path = Path(address)
        return "" if path.is_absolute() and ".." not in path.parts else words.ADDRESS_FOLDER
    if transport == Transport.SFTP:
        whole = parts.scheme == "sftp" and parts.hostname and parts.username and not parts.password and parts.path
        return "" if whole else words.ADDRESS_SFTP
    on_this_machine = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")
    return "" if (parts.scheme == "https" and parts.hostname) or on_this_machine else words.ADDRESS_HTTPS


def _https(address: str, told: dict[str, str]) -> HttpsBank:
    user, password = told.get("user"), told.get("password")
    certificate, key = told.get("certificate"), told.get("key")
    return HttpsBank(
        address,
        credentials=(user, password) if user and password else None,
        verify=told.get("authority") or True,
        certificate=(certificate, key) if certificate and key else None,
    )


def _told_by(provider: PaymentProvider, at: datetime) -> dict[str, Any]:
    """What the files of a provider end with, and how it signs its receipts."""
    return {
        "extension": adapting.adapter(provider).extension,
        "unsigned": partial(signing.unsigned, provider.report_keys, at=at),
    }


def _access(told: dict[str, str]) -> Access:
    return Access(
        host_key=told.get("host_key", ""),
        password=told.get("password", ""),
        private_key_path=told.get("private_key", ""),
        passphrase=told.get("passphrase", ""),
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
