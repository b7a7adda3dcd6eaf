"""Builds the demo's stage: database, places, officials, clock and bank. Quick when it stands already."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from yikatong.core import boot, databases, embedded
from yikatong.core.refusals import Refused
from yikatong.core.state_folder import secret, state_folder

HERE = Path(__file__).resolve().parent
APPOINTED_ON = date(2026, 1, 1)


def password() -> str:
    """The password of all demo officials on this machine; made at the first start."""
    return secret("demo-password")[:12]


def build_as_owner() -> None:
    """Migrate, load places and officials, and wind up the demo's clock. In a process of its own, as the owner.

    Raises Refused when the database holds a real county: the demo never touches one.
    """
    boot.ready(as_owner=True)
    from django.db import connection

    from yikatong.core import actions, schema
    from yikatong.core.models import Area, ClockOffset

    if "core_area" in connection.introspection.table_names() and _is_real():
        raise Refused("这个数据库里是真实的业务数据，不能当演示用。请用 DATABASE_URL 指向另一个空的数据库。")
    schema.migrate()
    ClockOffset.objects.get_or_create(pk=1)
    if not Area.objects.exists():
        actions.load_areas(path=HERE / "county" / "areas.csv")
    actions.load_officials(path=HERE / "officials.csv", valid_from=APPOINTED_ON, password=password())


def _is_real() -> bool:
    from yikatong.core.models import Area, ClockOffset

    return Area.objects.exists() and not ClockOffset.objects.exists()


@contextmanager
def built() -> Iterator[None]:
    """The stage, ready for this process as the application; at the end an embedded server started here is stopped."""
    where = databases.resolve()
    started_here = databases.prepare(where)
    try:
        made = subprocess.run([sys.executable, "-c", _BUILD], check=False)
        if made.returncode != 0:
            raise Refused("演示环境没有建成，原因见上。")
        os.environ["YIKATONG_DEMO"] = "1"
        boot.ready()
        yield
    finally:
        if started_here and where.state_dir:
            embedded.stop(where.state_dir)


_BUILD = """
import sys
from yikatong.core.refusals import Refused
from yikatong.demo import stage
try:
    stage.build_as_owner()
except Refused as refused:
    sys.exit(str(refused))
"""


def bank_folder() -> Path:
    """Where the demo's bank keeps its books."""
    return state_folder() / "demo-bank"
