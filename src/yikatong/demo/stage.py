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

from .bank import PROVIDER_BANK_CODE, BankProcess, iban_of, start

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
    _load_provider(os.environ["YIKATONG_DEMO_BANK"])


def _load_provider(bank_url: str) -> None:
    """The demo's bank and its agreements with every department, each on a zero-balance account of its own."""
    from yikatong.banking.providing import load_provider
    from yikatong.core.models import Agency

    provider = {
        "name": "青禾农村商业银行",
        "bank_code": PROVIDER_BANK_CODE,
        "card_bank_codes": ["999651900017", "999651900025", "999651900033"],
        "transport_url": bank_url,
        "dedupes_forever": True,
        "outlet_count": 23,
        "atm_count": 41,
        "pos_count": 186,
        "issues_local_card": True,
    }
    departments = Agency.objects.filter(kind=Agency.Kind.LINE_DEPARTMENT).order_by("id")
    agreements = [
        {
            "agency": department.name,
            "county": department.area_id,
            "document_no": f"青财代〔2026〕{number}号",
            "valid_from": APPOINTED_ON,
            "debtor_name": f"{department.name}零余额账户",
            "debtor_account": zero_balance_account(number),
            "statement_account": iban_of(zero_balance_account(number)),
            "pay_within_days": 3,
            "report_within_days": 5,
            "reconciliation_method": "每个营业日出具电子对账单，T+1 逐笔核对",
            "procurement_document_no": "青财采〔2025〕61号",
            "clauses": ["办卡激活", "资金支付", "补贴通知", "便捷取款", "数据安全"],
            "free_services": ["信息反馈", "跨行存取", "办卡激活", "查询", "取款", "到账通知"],
        }
        for number, department in enumerate(departments, start=1)
    ]
    load_provider(told={"provider": provider, "agreements": agreements}, file="demo")


def zero_balance_account(number: int) -> str:
    """The account of the ``number``-th department at the demo's bank; the first is 农业农村局's."""
    return f"5199990000000001{number:02d}"


def _is_real() -> bool:
    from yikatong.core.models import Area, ClockOffset

    return Area.objects.exists() and not ClockOffset.objects.exists()


@contextmanager
def built() -> Iterator[BankProcess]:
    """The stage, ready for this process as the application; yields the bank. What was started here is stopped again."""
    where = databases.resolve()
    bank = _start_bank()
    started_here = False
    try:
        os.environ |= {"YIKATONG_DEMO": "1", "YIKATONG_DEMO_BANK": bank.url}
        started_here = databases.prepare(where)
        if subprocess.run([sys.executable, "-c", _BUILD], check=False).returncode != 0:
            raise Refused("演示环境没有建成，原因见上。")
        boot.ready()
        _agree_on_the_day(bank)
        yield bank
    finally:
        bank.stop()
        if started_here and where.state_dir:
            embedded.stop(where.state_dir)


def _start_bank() -> BankProcess:
    """Start the bank where it stopped; on the address it had, if that is free."""
    folder = state_folder() / "demo-bank"
    address = folder / "address"
    port = int(address.read_text("utf-8").rpartition(":")[2]) if address.exists() else 0
    try:
        return start(folder, port=port)
    except RuntimeError:
        return start(folder)


def _agree_on_the_day(bank: BankProcess) -> None:
    """After a kill between the two, or days in which the demo did not run, bank and county agree on the day again."""
    from yikatong.core import clock

    behind = (clock.today() - bank.control.now().date()).days
    if behind > 0:
        bank.control.advance(behind)


_BUILD = """
import sys
from yikatong.core.refusals import Refused
from yikatong.demo import stage
try:
    stage.build_as_owner()
except Refused as refused:
    sys.exit(str(refused))
"""
