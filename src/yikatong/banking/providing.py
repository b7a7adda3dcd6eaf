"""Registers a provider and its agreements. Done by the owner of the database: the application may not say where
money comes from.
"""

from datetime import date
from typing import Any

from django.db import transaction

from yikatong.core import tasks
from yikatong.core.models import Agency, Appointment
from yikatong.core.permissions import Role
from yikatong.core.refusals import Refused

from . import adapting, words
from .models import PaymentProvider, ServiceAgreement

PROVIDER_FIELDS = {
    "name": str, "bank_code": str, "card_bank_codes": list, "transport_url": str, "credentials_ref": str,
    "dedupes_forever": bool, "file_lines_max": int, "valid_days": int, "format_code": str,
}  # fmt: skip
PROVIDER_NEEDED = ("name", "bank_code", "transport_url", "dedupes_forever")
AGREEMENT_FIELDS = {
    "agency": str, "county": str, "document_no": str, "valid_from": date, "valid_to": date, "debtor_name": str,
    "debtor_account": str, "statement_account": str,
}  # fmt: skip
AGREEMENT_NEEDED = tuple(name for name in AGREEMENT_FIELDS if name != "valid_to")


@transaction.atomic
def load_provider(*, told: dict[str, Any], file: str) -> PaymentProvider:
    """Register ``told["provider"]`` and its ``told["agreements"]``; again with other terms changes them.

    An agreement is told apart by agency, county and the day it begins; what an instruction was sealed under keeps its
    accounts. Raises Refused naming what is missing, and changes nothing then.
    """
    terms = _checked(told.get("provider"), PROVIDER_FIELDS, PROVIDER_NEEDED, file, "[provider]")
    if "format_code" in terms:
        # A provider whose files nobody can write must not be registered.
        adapting.named(terms["format_code"])
    agreements = told.get("agreements")
    if not isinstance(agreements, list) or not agreements:
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what="没有 [[agreements]]"))
    provider, _ = PaymentProvider.objects.update_or_create(name=terms.pop("name"), defaults=terms)
    for number, one in enumerate(agreements, start=1):
        _register(provider, _checked(one, AGREEMENT_FIELDS, AGREEMENT_NEEDED, file, f"第 {number} 份协议"), file)
    return provider


def _register(provider: PaymentProvider, terms: dict[str, Any], file: str) -> None:
    agency = Agency.objects.filter(name=terms.pop("agency"), area__code__startswith=terms["county"][:6]).first()
    if agency is None:
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what="协议里的单位还没有登记"))
    key = {"agency": agency, "county_id": terms.pop("county"), "valid_from": terms.pop("valid_from")}
    accounts = {"provider": provider, "debtor_account": terms["debtor_account"]}
    earlier = ServiceAgreement.objects.filter(**key, instructions__isnull=False).first()
    if earlier is not None and any(getattr(earlier, name) != value for name, value in accounts.items()):
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what="协议已经用过，不能改机构和账户，请另起一份"))
    ServiceAgreement.objects.update_or_create(**key, defaults={**terms, "provider": provider})
    # The system speaks with the bank by itself, by an appointment like everybody's.
    Appointment.objects.get_or_create(
        official=tasks.machine(),
        role=Role.SYSTEM,
        agency=agency,
        area_id=key["county_id"],
        defaults={"valid_from": key["valid_from"]},
    )


def _checked(told: Any, fields: dict[str, type], needed: tuple[str, ...], file: str, where: str) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=f"没有{where}"))
    missing = [name for name in needed if name not in told]
    wrong = [name for name, value in told.items() if name not in fields or not isinstance(value, fields[name])]
    if missing or wrong:
        what = f"{where}缺少 {'、'.join(missing) or '无'}，不对的是 {'、'.join(wrong) or '无'}"
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=what))
    return dict(told)
