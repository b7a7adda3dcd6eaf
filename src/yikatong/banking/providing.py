"""Registers a provider and its agreements. Done by the owner of the database: the application may not say where
money comes from.
"""

import re
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import TextChoices

from yikatong.core import tasks
from yikatong.core.models import Agency, Appointment
from yikatong.core.permissions import Role
from yikatong.core.refusals import Refused

from . import adapting, signing, words
from .connecting import address_fault
from .models import PaymentProvider, ServiceAgreement

PROVIDER_FIELDS = {
    "name": str, "bank_code": str, "card_bank_codes": list, "transport_url": str, "credentials_ref": str,
    "dedupes_forever": bool, "honors_expiry": bool, "cut_off_at": time, "cut_off_minutes": int, "report_pattern": str,
    "file_lines_max": int, "valid_days": int, "format_code": str, "transport": str,
    "report_keys": list, "is_test_system": bool, "outlet_count": int, "atm_count": int, "pos_count": int,
    "issues_local_card": bool, "payee_named_by": str,
}  # fmt: skip
PROVIDER_NEEDED = ("name", "bank_code", "transport_url", "dedupes_forever")
AGREEMENT_FIELDS = {
    "agency": str, "county": str, "document_no": str, "valid_from": date, "valid_to": date, "debtor_name": str,
    "debtor_account": str, "statement_account": str, "pay_within_days": int, "report_within_days": int,
    "reconciliation_method": str, "procurement_document_no": str, "clauses": list, "free_services": list,
}  # fmt: skip
AGREEMENT_NEEDED = (
    "agency", "county", "document_no", "valid_from", "debtor_name", "debtor_account", "statement_account",
)  # fmt: skip
# What an agreement lists is written in words or by the code.
LISTS: dict[str, type[TextChoices]] = {
    "clauses": ServiceAgreement.Clause,
    "free_services": ServiceAgreement.FreeService,
}
DAYS_MAX = 60


@transaction.atomic
def load_provider(*, told: dict[str, Any], file: str) -> PaymentProvider:
    """Register ``told["provider"]`` and its ``told["agreements"]``; again with other terms changes them.

    An agreement is told apart by agency, county and the day it begins; what an instruction was sealed under keeps its
    accounts. A test system has no agreement, so that no money can be sent there. Raises Refused naming what is missing,
    and changes nothing then.
    """
    terms = _checked(told.get("provider"), PROVIDER_FIELDS, PROVIDER_NEEDED, file, "[provider]")
    _check_pattern(terms.get("report_pattern", ""), file)
    if "format_code" in terms:
        # A provider whose files nobody can write must not be registered.
        adapting.named(terms["format_code"])
    _hold_channel(terms, file)
    agreements = _agreements(told, terms, file)
    provider, _ = PaymentProvider.objects.update_or_create(name=terms.pop("name"), defaults=terms)
    for number, one in enumerate(agreements, start=1):
        where = f"第 {number} 份协议"
        _register(provider, _read(_checked(one, AGREEMENT_FIELDS, AGREEMENT_NEEDED, file, where), file, where), file)
    return provider


def _agreements(told: dict[str, Any], terms: dict[str, Any], file: str) -> list[Any]:
    """The agreements of a bank that pays. A test system has none: what it says was paid, nobody got."""
    agreements = told.get("agreements", [])
    if terms.get("is_test_system"):
        if agreements or ServiceAgreement.objects.filter(provider__name=terms["name"]).exists():
            raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=words.TEST_SYSTEM_PAYS_NOBODY))
        return []
    if not isinstance(agreements, list) or not agreements:
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what="没有 [[agreements]]"))
    terms["is_test_system"] = False
    return agreements


def _hold_channel(terms: dict[str, Any], file: str) -> None:
    """The address has the form of its transport, what it states is known, and every key of the bank can be used."""
    transport = terms.get("transport", PaymentProvider.Transport.HTTPS)
    if transport not in PaymentProvider.Transport.values:
        names = "、".join(PaymentProvider.Transport.values)
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=f"transport 只能是 {names}"))
    if terms.get("payee_named_by", "card") not in PaymentProvider.PayeeNumber.values:
        names = "、".join(PaymentProvider.PayeeNumber.values)
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=f"payee_named_by 只能是 {names}"))
    if fault := address_fault(transport, terms["transport_url"]):
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=fault))
    keys = [{name: str(value) for name, value in one.items()} for one in terms.get("report_keys", [])]
    try:
        list(map(signing.registered, keys))
    except (ValueError, KeyError) as error:
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=words.REPORT_KEY_BROKEN)) from error
    terms["report_keys"] = keys


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


def _check_pattern(pattern: str, file: str) -> None:
    try:
        groups = set(re.compile(pattern).groupindex)
    except re.error:
        groups = set()
    if pattern and groups != {"series", "number"}:
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what="report_pattern 要有 series 和 number 两组"))


def _read(terms: dict[str, Any], file: str, where: str) -> dict[str, Any]:
    """The lists as codes, and days that can be; Refused names the word or number that is not known."""
    for name, choices in LISTS.items():
        codes = {str(label): code for code, label in choices.choices} | {code: code for code in choices.values}
        told = terms.get(name, [])
        if unknown := [str(one) for one in told if one not in codes]:
            known = "、".join(str(label) for label in choices.labels)
            what = f"{where}的 {name} 里不认识“{'、'.join(unknown)}”，可以写：{known}"
            raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=what))
        if name in terms:
            terms[name] = [codes[one] for one in told]
    for name in ("pay_within_days", "report_within_days"):
        if not 0 <= terms.get(name, 0) <= DAYS_MAX:
            what = f"{where}的 {name} 是 {terms[name]}，应当是 0 到 {DAYS_MAX} 天"
            raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=what))
    return terms


def _checked(told: Any, fields: dict[str, type], needed: tuple[str, ...], file: str, where: str) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=f"没有{where}"))
    missing = [name for name in needed if name not in told]
    wrong = [name for name, value in told.items() if name not in fields or not isinstance(value, fields[name])]
    if missing or wrong:
        what = f"{where}缺少 {'、'.join(missing) or '无'}，不对的是 {'、'.join(wrong) or '无'}"
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file, what=what))
    return dict(told)
