"""Reads of this room; ``*_for(actor, …)`` is the only way in."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.kit.money import format_yuan
from yikatong.ledger import queries as ledger
from yikatong.payments import queries as payments

from . import words
from .models import (
    BankReport,
    BankStatement,
    Break,
    InstructionEvent,
    PaymentInstruction,
    PaymentProvider,
    Restoration,
    ServiceAgreement,
)

SEE_INSTRUCTIONS = (P.BANK_EXCHANGE, P.BATCH_SEE)
SEE_BOOKS = (P.BANK_EXCHANGE, P.BOOK_SEE)
EXPIRES_SOON = timedelta(days=60)
WAITING = ("sealed", "sending", "unknown")


def standing() -> QuerySet[Any]:
    """Instructions with ``stands`` and ``stands_since``, for whoever may see them already."""
    latest = InstructionEvent.objects.filter(instruction=OuterRef("pk")).order_by("-sequence")
    return PaymentInstruction.objects.annotate(
        stands=Subquery(latest.values("kind")[:1]), stands_since=Subquery(latest.values("happened_at")[:1])
    ).select_related("request__batch", "provider", "agreement__agency")


def instructions_for(actor: Actor) -> QuerySet[Any]:
    """Instructions within the actor's area (departments: their own), newest first, with ``stands``."""
    seen = authz.visible(actor, SEE_INSTRUCTIONS, area_field="request__area_code", agency_field="request__agency_id")
    return standing().filter(seen)


def instruction_for(actor: Actor, message_id: str) -> PaymentInstruction:
    """One instruction. Raises NotFound."""
    found: PaymentInstruction = one_of(instructions_for(actor).filter(message_id=message_id), words.NO_SUCH_INSTRUCTION)
    return found


def instructions_of(request_id: int) -> list[PaymentInstruction]:
    """A request's live instructions in the order of their files, for whoever may see the request already."""
    return list(standing().filter(request_id=request_id).exclude(stands="void").order_by("file_no"))


def newest_instruction(*, batch_id: int | None = None, request_id: int | None = None) -> Any:
    """The newest live instruction of a request, or of any request of a batch; for the ribbon."""
    if request_id is not None:
        found = standing().filter(request_id=request_id)
    elif batch_id is not None:
        found = standing().filter(request__batch_id=batch_id)
    else:
        return None
    return found.exclude(stands="void").order_by("-pk").first()


def waiting_instructions() -> list[PaymentInstruction]:
    """What is still to be sent or cleared up, oldest first; for the worker."""
    return list(standing().filter(stands__in=WAITING, request__state="released").order_by("pk"))


def stands(instruction: PaymentInstruction) -> str:
    """The kind of the latest event."""
    return str(instruction.events.order_by("-sequence").values_list("kind", flat=True)[0])


def unsettled_instructions() -> list[PaymentInstruction]:
    """Every instruction of which it is not known that the bank has it or refused it, oldest first."""
    return list(standing().filter(stands__in=WAITING).order_by("pk"))


def results_of(instruction: PaymentInstruction) -> list[dict[str, Any]]:
    """state, words, line_count and total_fen of an instruction's payments by their present state."""
    found = payments.run_states(
        instruction.request, first_id=instruction.first_payment_id, last_id=instruction.last_payment_id,
        count=instruction.count, total_fen=instruction.total_fen,
    )  # fmt: skip
    return [row | {"words": words.PAYMENT_STATES.get(row["state"], row["state"])} for row in found]


def unsealed_requests() -> list[dict[str, Any]]:
    """Released requests with payments that no live file covers: request_id, no, area_code, count, total_fen of these."""
    return sql.rows("banking/unsealed_requests")


def unsealed_requests_for(actor: Actor) -> list[dict[str, Any]]:
    """Released requests whose instruction is not there: id, no, count, total_fen, trouble; for who may mend it."""
    if not actor.may(P.BANK_EXCHANGE):
        return []
    prefixes = authz.prefixes_seen(actor, (P.BANK_EXCHANGE,))
    return [row for row in unsealed_requests() if row["area_code"].startswith(prefixes)]


def unsealed_request_for(actor: Actor, request_id: int) -> dict[str, Any]:
    """One released request without instruction. Raises NotFound."""
    for row in unsealed_requests_for(actor):
        if row["request_id"] == request_id:
            return row
    raise NotFound(words.NO_SUCH_INSTRUCTION)


def paying_providers() -> QuerySet[PaymentProvider]:
    """Every provider but test systems: what these say of the files of 联调测试 is none of our books."""
    return PaymentProvider.objects.filter(is_test_system=False).order_by("pk")


def reports_for(actor: Actor) -> QuerySet[BankReport]:
    """The bank's messages that concern the actor's area, newest first."""
    seen = authz.visible(actor, SEE_BOOKS, area_field="agreements__county__code")
    providers = PaymentProvider.objects.filter(seen)
    return (
        BankReport.objects.filter(provider__in=providers.values("pk"))
        .exclude(standing=BankReport.Standing.FOREIGN)
        .select_related("provider")
    )


def statements_for(actor: Actor) -> QuerySet[BankStatement]:
    """Bank statements of the zero-balance accounts in the actor's area, newest first."""
    seen = authz.visible(actor, SEE_BOOKS, area_field="agreement__county__code")
    return BankStatement.objects.filter(seen).select_related("agreement__agency", "agreement__provider", "report")


def statement_for(actor: Actor, statement_id: int) -> BankStatement:
    """One statement. Raises NotFound."""
    found: BankStatement = one_of(statements_for(actor).filter(pk=statement_id), words.NO_SUCH_STATEMENT)
    return found


def breaks_for(actor: Actor) -> QuerySet[Break]:
    """Differences between the books in the actor's area, newest first; a department sees those it has to explain."""
    seen = authz.visible(actor, SEE_BOOKS, area_field="area_code")
    own = authz.visible(actor, (P.REQUEST_FILE,), area_field="area_code", agency_field="agency_id")
    return Break.objects.filter(seen | own & Q(owner=Break.Owner.DEPARTMENT)).select_related(
        "statement", "request", "report", "agency", "agreement__provider"
    )


def break_for(actor: Actor, break_id: int) -> Break:
    """One difference. Raises NotFound."""
    found: Break = one_of(breaks_for(actor).filter(pk=break_id), words.NO_SUCH_BREAK)
    return found


def reconciliation_for(actor: Actor) -> list[dict[str, Any]]:
    """Per request that went to the bank: instructed, credited, failed and debited counts and fen, state."""
    prefixes = authz.prefixes_seen(actor, SEE_BOOKS)
    return [row for row in sql.rows("banking/reconciliation") if row["area_code"].startswith(prefixes)]


def agreements_for(actor: Actor) -> QuerySet[ServiceAgreement]:
    """Service agreements of the actor's area."""
    seen = authz.visible(actor, SEE_BOOKS, area_field="county__code")
    return ServiceAgreement.objects.filter(seen).select_related("provider", "agency", "county")


def accounts_for(actor: Actor) -> QuerySet[ServiceAgreement]:
    """The actor's zero-balance accounts, each by the agreement that registered it first (``banking_account``)."""
    earlier = ServiceAgreement.objects.filter(
        provider=OuterRef("provider"), statement_account=OuterRef("statement_account"), pk__lt=OuterRef("pk")
    )
    return agreements_for(actor).exclude(Exists(earlier))


def statement_accounts(provider: PaymentProvider) -> dict[str, int]:
    """How statements name an account -> the agreement they stand under: the first that has it (``banking_account``)."""
    return dict(provider.agreements.order_by("-id").values_list("statement_account", "id"))


def agreement_for(actor: Actor, agreement_id: int) -> ServiceAgreement:
    """One agreement with its account. Raises NotFound."""
    found: ServiceAgreement = one_of(agreements_for(actor).filter(pk=agreement_id), words.NO_SUCH_AGREEMENT)
    return found


def expiring_agreements_for(actor: Actor, today: date) -> QuerySet[ServiceAgreement]:
    """Agreements that end within 60 days, or ended so lately, and are followed by none (S14)."""
    ending = (today - EXPIRES_SOON, today + EXPIRES_SOON)
    later = ServiceAgreement.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")),
        agency=OuterRef("agency"), county=OuterRef("county"), valid_from__lte=OuterRef("valid_to") + timedelta(days=1),
    )  # fmt: skip
    return agreements_for(actor).filter(valid_to__range=ending).exclude(Exists(later))


def agreement_in_force(*, agency_id: int, county_code: str, on: date) -> ServiceAgreement | None:
    """The agreement under which an agency's money is paid on a day; the one that began last."""
    return (
        ServiceAgreement.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
            agency_id=agency_id,
            county_id=county_code,
            valid_from__lte=on,
        )
        .select_related("provider", "agency")
        .first()
    )


def request_facts(request_id: int) -> dict[str, Any]:
    """area_code, agency_id, agency_name and fiscal_year of a payment request."""
    return sql.one("banking/request_facts", request_id=request_id)


def runs(request_id: int, line_max: int) -> list[dict[str, Any]]:
    """The runs of payments still to be sealed, one a file: run_no, first_id, last_id, line_count, line_fen."""
    return sql.rows("banking/runs", request_id=request_id, line_max=line_max)


def restoration_standing() -> Restoration | None:
    """The restore mode that stands, if any."""
    return Restoration.objects.filter(end__isnull=True).first()


def instructed_years() -> list[int]:
    """The fiscal years of payments that were ever instructed: no other year's partition is looked into."""
    return list(PaymentInstruction.objects.order_by().values_list("fiscal_year", flat=True).distinct())


def totals_of(request_id: int) -> dict[str, Any]:
    """A request's live instructions together: file_count, line_count, line_fen; beside request_count, request_fen."""
    found = sql.one("banking/request_totals", request_id=request_id)
    whole = (found["line_count"], found["line_fen"]) == (found["request_count"], found["request_fen"])
    return found | {"agree": whole}


def one_of(found: QuerySet[Any], sentence: str) -> Any:
    """The first of what was found. Raises NotFound with the sentence."""
    row: Model | None = found.first()
    if row is None:
        raise NotFound(sentence)
    return row


@dataclass(frozen=True)
class LineProof:
    """One batch as its payments, by state, and as the bank's statements have it, net of what came back. Fen."""

    case_no: str
    credited_count: int
    credited_fen: int
    in_transit_fen: int
    suspense_fen: int
    treasury_fen: int
    statement_fen: int


def line_proof() -> dict[str, LineProof]:
    """The payments' and the bank's side of the balance proof, by batch."""
    return {row["case_no"]: LineProof(**row) for row in sql.rows("banking/proof")}


def proof_sentences() -> list[str]:
    """The balance proof in words: where each batch's money is, and whether lines, ledger and bank say the same."""
    ledger_lines, lines = ledger.proof(), line_proof()
    told = []
    for line in [*ledger_lines, ledger.whole(ledger_lines)]:
        places = (f"{words.PLACES[place]} {format_yuan(getattr(line, f'{place}_fen'))}" for place in ledger.PLACES)
        told.append(line.case_no or f"{line.program_code} {line.fiscal_year} 未列入计划")
        told.append("    " + "，".join(places))
        if line.case_no in lines:
            told.append("    " + _comparison(lines[line.case_no], line))
    total = ledger.whole(ledger_lines)
    sign = "=" if total.allotted_fen == total.placed_fen else "≠"
    told.append(f"下达 {format_yuan(total.allotted_fen)} 元 {sign} 各处合计 {format_yuan(total.placed_fen)} 元")
    return told


def _comparison(lines: LineProof, proof: ledger.Proof) -> str:
    """The lines' sums beside the ledger's; the bank's statement beside both."""
    places = ("credited", "in_transit", "suspense", "treasury")
    agrees = all(getattr(lines, f"{place}_fen") == getattr(proof, f"{place}_fen") for place in places)
    bank = "=" if lines.statement_fen == lines.credited_fen else "≠"
    return (
        f"逐笔 {lines.credited_count} 笔到账 {format_yuan(lines.credited_fen)} {bank} "
        f"银行对账单 {format_yuan(lines.statement_fen)}；逐笔各状态合计{'等于' if agrees else '不等于'}资金账"
    )
