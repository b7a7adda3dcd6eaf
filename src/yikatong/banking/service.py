"""Reads of what the banks do for the county: speed, failures, statements, differences and complaints (S1, S3, S6)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.kit.calendar import month_end
from yikatong.registry import queries as registry

from . import counting, queries, words
from .models import PaymentProvider, ServiceComplaint

SEE_COMPLAINTS = (P.BANK_EXCHANGE, P.BOOK_SEE, P.COMPLAINT_RECORD)
MONTHS = 12


@dataclass(frozen=True)
class BankMonth:
    """One bank in one month, by the month in which files were sent. Medians in days; None where nothing was paid."""

    provider_id: int
    provider_name: str
    month: date
    file_count: int
    line_count: int
    line_fen: int
    credited_count: int
    failed_count: int
    returned_count: int
    pay_agreed_count: int
    pay_kept_count: int
    report_agreed_count: int
    report_kept_count: int
    pay_days_median: int | None
    report_days_median: int | None
    statement_missing_count: int
    statement_late_count: int
    break_count: int
    break_open_count: int
    break_days_max: int | None
    complaint_count: int
    fee_complaint_count: int
    complaint_open_count: int

    @property
    def pay_kept(self) -> str:
        """The share of payments booked within the agreed time, as 99.3%, or 没有约定."""
        return _share(self.pay_kept_count, self.pay_agreed_count)

    @property
    def report_kept(self) -> str:
        """The share of results that came within the agreed time."""
        return _share(self.report_kept_count, self.report_agreed_count)

    @property
    def failed_share(self) -> str:
        """The share of answered payments that failed."""
        return _share(self.failed_count, self.credited_count + self.failed_count)

    @property
    def returned_share(self) -> str:
        """The share of credited payments that came back."""
        return _share(self.returned_count, self.credited_count)


@dataclass(frozen=True)
class Rank:
    """One bank over the months shown; ``places`` in the order of ``MEASURES``, 1 is best; the smallest sum is first."""

    provider: PaymentProvider
    place: int
    places: tuple[int, ...]
    kept_permille: int | None
    failed_permille: int
    break_count: int
    complaint_count: int


@dataclass(frozen=True)
class Bar:
    """One month of a chart: the share kept as the height of a bar in percent, unless nothing was to be kept then."""

    month: date
    x: int
    height: int
    words: str
    is_known: bool

    @property
    def top(self) -> int:
        """Where the bar begins below the chart's upper edge."""
        return 100 - self.height


def months_for(actor: Actor, *, month: date, today: date) -> list[BankMonth]:
    """The twelve months up to ``month`` of every bank that pays in the actor's area."""
    since = _months_before(month, MONTHS - 1)
    found = sql.rows(
        "banking/service_levels", providers=_providers(actor), since=since, until=month_end(month) + timedelta(days=1),
        today=today,
    )  # fmt: skip
    return [BankMonth(**row) for row in found]


def kept(months: list[BankMonth]) -> str:
    """The share of all payments of some months that were booked within the agreed time, as 99.3%; '' of none."""
    agreed = sum(one.pay_agreed_count for one in months)
    return _share(sum(one.pay_kept_count for one in months), agreed) if agreed else ""


def failures_for(actor: Actor, *, month: date) -> list[dict[str, Any]]:
    """A month's failed and returned payments by bank and what the reason asks for: provider_id, words, counts, fen."""
    found = sql.rows(
        "banking/failures", providers=_providers(actor), since=month, until=month_end(month) + timedelta(days=1)
    )
    return [row | {"words": words.REASON_ACTIONS.get(row["action"], words.REASON_ACTIONS[""])} for row in found]


def ranking(months: list[BankMonth]) -> list[Rank]:
    """The banks by what is known of them over the months: promises kept, failures, differences, complaints (S1)."""
    banks: dict[int, list[BankMonth]] = {}
    for one in months:
        banks.setdefault(one.provider_id, []).append(one)
    providers = PaymentProvider.objects.in_bulk(list(banks))
    figures = {bank: _figures(those) for bank, those in banks.items()}
    places = {
        bank: tuple(1 + sum(other[at] < mine[at] for other in figures.values()) for at in range(len(mine)))
        for bank, mine in figures.items()
    }
    ranked = sorted(banks, key=lambda bank: (sum(places[bank]), bank))
    return [
        Rank(
            provider=providers[bank],
            place=1 + sum(sum(other) < sum(places[bank]) for other in places.values()),
            places=places[bank],
            kept_permille=None if figures[bank][0] == NEVER_KEPT else 1000 - figures[bank][0],
            failed_permille=figures[bank][1],
            break_count=sum(one.break_count for one in banks[bank]),
            complaint_count=sum(one.complaint_count for one in banks[bank]),
        )
        for bank in ranked
    ]


def bars(months: list[BankMonth], provider_id: int) -> list[Bar]:
    """The chart of one bank: how many of a hundred payments were booked in time, month by month."""
    mine = [one for one in months if one.provider_id == provider_id]
    return [
        Bar(
            month=one.month, x=place * 40,
            height=one.pay_kept_count * 100 // one.pay_agreed_count if one.pay_agreed_count else 0, words=one.pay_kept,
            is_known=one.pay_agreed_count > 0,
        )
        for place, one in enumerate(mine)
    ]  # fmt: skip


def year_of(written: str, this_year: int) -> int:
    """The year that an address names, else this year."""
    return int(written) if written.isdecimal() and len(written) == 4 else this_year


def people_cards_money_for(actor: Actor, *, fiscal_year: int) -> list[dict[str, Any]]:
    """人、卡、钱 of a fiscal year in the actor's area: kind (program, township, whole), name, counts and fen (Q4, Q5).

    As they were counted last, at the earliest at ``counted_at``; nothing for a year that was not counted yet.
    """
    return sql.rows("banking/people_cards_money", year=fiscal_year, places=places_of(actor))


def is_to_count_for(actor: Actor, *, fiscal_year: int) -> bool:
    """Whether something has happened in the actor's area since that year was counted."""
    return any(one["fiscal_year"] == fiscal_year for one in counting.years_to_count(places_of(actor)))


def places_of(actor: Actor) -> list[str]:
    """The areas whose books the actor sees, as patterns for LIKE on a code."""
    return [f"{prefix}%" for prefix in authz.prefixes_seen(actor, (P.BOOK_SEE,))]


def cards_by_bank_for(actor: Actor) -> list[dict[str, Any]]:
    """Cards of each issuing bank: bank, card_count, active_count, active_share (Q6)."""
    banks: dict[str, dict[str, Any]] = {}
    for row in registry.card_figures(actor):
        bank = banks.setdefault(row["bank"], {"bank": row["bank"], "card_count": 0, "active_count": 0})
        bank["card_count"] += row["card_count"]
        bank["active_count"] += row["card_count"] if row["status"] == "active" else 0
    return [one | {"active_share": _share(one["active_count"], one["card_count"])} for one in banks.values()]


def complaints_for(actor: Actor) -> QuerySet[ServiceComplaint]:
    """Complaints about banks in the actor's area, newest first."""
    seen = authz.visible(actor, SEE_COMPLAINTS, area_field="area_code")
    return ServiceComplaint.objects.filter(seen).exclude(state="drafted").select_related("provider", "agency")


def complaint_for(actor: Actor, complaint_id: int) -> ServiceComplaint:
    """One complaint. Raises NotFound."""
    found = complaints_for(actor).filter(pk=complaint_id).first()
    if found is None:
        raise NotFound(words.NO_SUCH_COMPLAINT)
    return found


def providers_for(actor: Actor) -> list[PaymentProvider]:
    """The banks that pay in the actor's county: a township may complain about each of them."""
    counties = {post.area_code[:6] for post in actor.posts}
    found = PaymentProvider.objects.filter(agreements__county__code__regex=f"^({'|'.join(counties)})")
    return list(found.distinct()) if counties else []


# No promise to keep is no better than one that was never kept.
NEVER_KEPT = 1000


def _figures(months: list[BankMonth]) -> tuple[int, int, int, int]:
    """What is wrong with a bank, per thousand or ten thousand payments, each the smaller the better."""
    agreed, kept = sum(one.pay_agreed_count for one in months), sum(one.pay_kept_count for one in months)
    failed = sum(one.failed_count for one in months)
    answered = failed + sum(one.credited_count for one in months)
    lines = sum(one.line_count for one in months)
    return (
        NEVER_KEPT - kept * 1000 // agreed if agreed else NEVER_KEPT,
        failed * 1000 // answered if answered else 0,
        sum(one.break_count for one in months),
        sum(one.complaint_count for one in months) * 10_000 // max(lines, 1),
    )


def _providers(actor: Actor) -> list[int]:
    return list(queries.agreements_for(actor).order_by().values_list("provider_id", flat=True).distinct())


def _months_before(month: date, count: int) -> date:
    place = month.year * 12 + month.month - 1 - count
    return date(place // 12, place % 12 + 1, 1)


def _share(part: int, whole: int) -> str:
    return f"{part * 1000 // whole / 10:.1f}%" if whole else words.NOTHING_TO_COUNT
