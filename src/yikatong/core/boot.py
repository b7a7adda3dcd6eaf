"""Readies a process: settings, database, keys. Every command but the database-free ones begins here."""

import os
from pathlib import Path

from . import databases


def ready(*, as_owner: bool = False) -> None:
    """Set Django up for this process. ``as_owner`` connects as the owner of the tables, for loading what the
    application may not write (areas, officials, appointments) and for migrations; everything else does not.

    Starts the embedded server if that is where the database is. Raises DatabaseNotReady.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yikatong.site.settings")
    os.environ["YIKATONG_AS"] = "owner" if as_owner else "app"
    databases.prepare(databases.resolve())

    import django

    django.setup()
    _keys()


def _keys() -> None:
    from django.conf import settings

    from . import vault

    place = Path(settings.YIKATONG_KEYS)
    if not place.exists():
        vault.make_keys(place)
