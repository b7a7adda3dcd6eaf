"""The steps of a history: what workers, bank, clerks and time do; and how everything comes to rest."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from yikatong.banking import actions as banking
from yikatong.banking.models import Break, PaymentInstruction
from yikatong.banking.queries import stands
from yikatong.core import vault
from yikatong.core.models import Official
from yikatong.payments import accepting, queries
from yikatong.payments import actions as payments
from yikatong.payments.models import PaymentException, PaymentRequest, Refund
from yikatong.registry.queries import CARD_KIND

from . import invariants
from .world import card_number

if TYPE_CHECKING:
    from .history import History

REST_ROUNDS = 9
DEADLY_ROUNDS = 3
# What failed before is closed by then and paid again; what fails still goes back to the treasury.
REISSUE_ROUNDS = 4
# Until then officials may accept what was paid of a void file; whatever nobody accepted comes back.
ACCEPT_ROUNDS = 6
REASON = "与银行核实过"


def drawn(history: "History") -> Callable[[], None]:
    """A step by the history's own luck."""
    steps: dict[Callable[[History], None], int] = {
        seal: 8, send: 22, visit: 26, wait: 24, settle: 8, sign: 8, reissue: 7, refund: 3
    }  # fmt: skip
    (step,) = history.rng.choices(list(steps), list(steps.values()))
    return lambda: step(history)


def official(username: str) -> Official:
    """The official of that name."""
    return Official.objects.get(username=username)


def seal(history: "History", request: int | None = None, **how: Any) -> None:
    """A worker builds the files of a request."""
    system, at = history.as_("system"), history.at
    request = request or history.rng.choice(history.requests)
    history.act(
        f"seal {request}", lambda: [str(one) for one in banking.seal(request_id=request, by=system, at=at)], **how
    )


def send(history: "History", **how: Any) -> None:
    """A worker sends what waits."""
    system, at = history.as_("system"), history.at
    history.act("send", lambda: banking.send_waiting(by=system, at=at), **how)


def visit(history: "History", **how: Any) -> None:
    """A worker fetches, applies, compares and closes."""
    system, at = history.as_("system"), history.at

    def fetched() -> str:
        done = banking.fetch_and_reconcile(by=system, at=at)
        return f"{[(one.report_no, one.standing) for one in done.reports]} closed {done.closed} {done.trouble}"

    history.act("visit", fetched, **how)


def wait(history: "History") -> None:
    """Time goes by."""
    hours = history.rng.choice((1, 3, 8, 16, 26, 40))
    history.pass_time(hours)
    history.say(f"{hours} hours go by")


def settle(history: "History", **how: Any) -> None:
    """Officials look at an exception and a difference, each a step further."""
    for problem in PaymentException.objects.filter(state__in=("raised", "explained")).order_by("id")[:1]:
        verb, role = ("explain", "department_clerk") if problem.state == "raised" else ("resolve", "finance_reviewer")
        work = _of(history, payments.take_exception, role, problem, "problem", verb, reason=REASON)
        history.act(f"{verb} exception {problem.pk} ({problem.kind})", work, **how)
    for difference in Break.objects.filter(state__in=("raised", "explained")).order_by("id")[:1]:
        is_new = difference.state == "raised"
        take, role = (banking.explain, "bank_operator") if is_new else (banking.settle, "finance_reviewer")
        work = _of(history, take, role, difference, "subject", reason=REASON)
        history.act(f"{take.__name__} difference {difference.pk} ({difference.kind})", work, **how)


def sign(history: "History", **how: Any) -> None:
    """Finance verifies, the cashier releases; finance approves a refund, or sends it back (not when it is calm)."""
    for request in PaymentRequest.objects.filter(pk__in=history.requests, state__in=("filed", "verified"))[:1]:
        if request.kind == PaymentRequest.Kind.ACCEPTED:
            _sign_acceptance(history, request, **how)
            continue
        verb, role = ("verify", "finance_reviewer")
        if request.state == "verified":
            verb, role = ("release_department", "department_cashier")
        history.act(f"{verb} {request.pk}", _of(history, payments.take, role, request, "request", verb), **how)
    for given in Refund.objects.filter(state="prepared")[:1]:
        if how.get("is_calm") or history.rng.random() < 0.7:
            work = _of(history, payments.approve_refund, "finance_approver", given, "refund")
            history.act(f"approve_refund {given.pk}", work, **how)
        else:
            work = _of(history, payments.send_back_refund, "finance_approver", given, "refund", reason=REASON)
            history.act(f"send_back refund {given.pk}", work, **how)


def _sign_acceptance(history: "History", request: PaymentRequest, **how: Any) -> None:
    """Finance accepts; where the statements tell otherwise by now, it is sent back and made void."""
    work = _of(history, accepting.accept, "finance_reviewer", request, "request", reason=REASON)
    history.act(f"accept_as_paid {request.pk}", work, **how)
    if "YK008" not in history.told[-1]:
        return
    for verb, role in (("send_back", "finance_reviewer"), ("void", "department_clerk")):
        request.refresh_from_db()
        history.act(f"{verb} {request.pk}", _of(history, payments.take, role, request, "request", verb, reason=REASON))


def reissue(history: "History", **how: Any) -> None:
    """The clerk asks to pay failed payments again; whoever needs it has a new card."""
    clerk, at = history.as_("department_clerk"), history.at
    _renew_cards(history)
    for batch_id, outcome_ids in _free(history, lambda one: one.may_reissue).items():

        def filed(batch_id: int = batch_id, outcome_ids: list[int] = outcome_ids) -> int:
            filed_id = payments.file_reissue(
                batch_id=batch_id, outcome_ids=outcome_ids, by=clerk, at=at, note="已改正"
            ).pk
            return int(filed_id)

        history.act(f"reissue {outcome_ids}", filed, **how)
        _see_requests(history)
    accept(history, **how)


def accept(history: "History", **how: Any) -> None:
    """The clerk asks now and then that what a statement shows as paid counts as paid, or waits until it came back."""
    clerk, at = history.as_("department_clerk"), history.at
    out = _free(history, lambda one: one.is_out)
    for batch_id, outcome_ids in out.items() if out and history.rng.random() < 0.5 else ():

        def filed(batch_id: int = batch_id, outcome_ids: list[int] = outcome_ids) -> int:
            request = accepting.file_accepted(batch_id=batch_id, outcome_ids=outcome_ids, by=clerk, at=at, note=REASON)
            return int(request.pk)

        history.act(f"accept {outcome_ids}", filed, **how)
        _see_requests(history)


def refund(history: "History", **how: Any) -> None:
    """The clerk gives money back to the treasury."""
    clerk, at = history.as_("department_clerk"), history.at
    for batch_id, outcome_ids in _free(history, lambda one: one.may_refund).items():

        def prepared(batch_id: int = batch_id, outcome_ids: list[int] = outcome_ids) -> str:
            given = payments.prepare_refund(
                batch_id=batch_id, cause="uncorrectable", outcome_ids=outcome_ids, voucher_no="JK-1", by=clerk, at=at
            )
            return given.no

        history.act(f"refund {outcome_ids}", prepared, **how)


def come_to_rest(history: "History") -> None:
    """The bank is as it should be, everything is delivered, days pass, officials do their work: nothing may be left.

    Workers and officials still die in the first rounds; most of what officials do is done here.
    """
    history.say("everything comes to rest")
    history.bank.calm_down()
    are_patient = history.rng.random() < 0.5
    for round_no in range(REST_ROUNDS):
        if round_no == DEADLY_ROUNDS:
            history.deadly = 0
        released = PaymentRequest.objects.filter(pk__in=history.requests, state="released").order_by("id")
        for request_id in list(released.values_list("pk", flat=True)):
            seal(history, request_id, is_calm=True)
        send(history, is_calm=True)
        history.pass_time(30)
        if round_no == 1 and released.exists():
            history.bank.tell_everything()
        # What is paid of a void file later than this comes back later.
        if round_no >= REISSUE_ROUNDS - 1:
            history.bank.give_back(besides=_left_as_paid(may_be_accepted=are_patient and round_no < ACCEPT_ROUNDS))
        visit(history, is_calm=True)
        (reissue if round_no < REISSUE_ROUNDS else refund)(history, is_calm=True)
        if REISSUE_ROUNDS <= round_no < ACCEPT_ROUNDS:
            accept(history, is_calm=True)
        for _ in range(3):
            settle(history, is_calm=True)
            sign(history, is_calm=True)
        # What the bank gave back is told several times: everything of it is looked at before the last rounds.
        for _ in range(2 * _open_count() if round_no >= REISSUE_ROUNDS - 1 else 0):
            settle(history, is_calm=True)
        history.check(invariants.after_step)
        if round_no >= REISSUE_ROUNDS - 1 and not _something_to_do(history):
            break


def _left_as_paid(*, may_be_accepted: bool) -> set[str]:
    """What the bank is not asked to give back."""
    rows = invariants.rows_of(invariants.ACCEPTED)
    return {name for (name,) in rows + (invariants.rows_of(invariants.MAY_BE_ACCEPTED) if may_be_accepted else [])}


def _open_count() -> int:
    """Exceptions and differences that somebody has to look at; each is looked at twice."""
    open_states = ("raised", "explained")
    return sum(kind.objects.filter(state__in=open_states).count() for kind in (PaymentException, Break))


def _something_to_do(history: "History") -> bool:
    """Whether another round could change anything."""
    requests = PaymentRequest.objects.filter(pk__in=history.requests)
    open_now = tuple(requests.exclude(state__in=("closed", "void")).values_list("pk", "state"))
    history.open_before, before = open_now, history.open_before
    pending = any(state != "released" for _, state in open_now) or Refund.objects.filter(state="prepared").exists()
    # What is sealed waits until the bank has given back what it paid of another file.
    pending = pending or any(stands(one) == "sealed" for one in PaymentInstruction.objects.all())
    return pending or open_now != before or bool(_free(history, lambda one: one.may_refund or one.is_out))


def _free(history: "History", may: Callable[[queries.Stuck], bool]) -> dict[int, list[int]]:
    """Some of the payments that lie in suspense, of one batch."""
    free = [one for one in queries.stuck_for(history.as_("department_clerk")) if may(one)]
    if not free:
        return {}
    batch_id = free[0].batch_id
    those = [one.outcome_id for one in free if one.batch_id == batch_id]
    return {batch_id: those[: history.rng.randint(1, len(those))]}


def _renew_cards(history: "History") -> None:
    """Whoever's card is what failed has another one by now; the card's own four eyes are the registry's tests."""
    for row in invariants.rows_of(
        "SELECT stuck.payee_id, stuck.card_id FROM payments_stuckpayment AS stuck"
        " WHERE stuck.fiscal_year = 2026 AND stuck.hold IS NULL AND stuck.obstacle IN ('no_card', 'same_card')"
        " ORDER BY stuck.outcome_id"
    ):
        add_card(history, *row)


def add_card(history: "History", person_id: int, like_card_id: int) -> None:
    """An active card beside the one that the person had."""
    card_id = history.owner_runs("SELECT nextval(pg_get_serial_sequence('registry_card', 'id'))")
    number = vault.seal(card_number(card_id).encode(), place="registry_card.number_sealed", row=card_id)
    history.owner_runs(
        "INSERT INTO registry_card (id, number_sealed, number_index, prefix, tail, holder_name, holder_id_sealed,"
        " holder_id_index, issued_on, bank_id, person_id) SELECT %s, %s, %s, prefix, '4471', holder_name,"
        " holder_id_sealed, holder_id_index, %s, bank_id, person_id FROM registry_card WHERE id = %s",
        card_id, number, vault.index(card_number(card_id), kind=CARD_KIND), history.at.date(), like_card_id,
    )  # fmt: skip
    history.owner_runs(
        "INSERT INTO registry_cardstatus (card_id, status, holder_name, as_of, load_id)"
        " SELECT %s, 'active', '', %s, max(id) FROM registry_cardload",
        card_id, history.at.date(),
    )  # fmt: skip
    history.say(f"person {person_id} has card {card_id} now")


def _see_requests(history: "History") -> None:
    found = PaymentRequest.objects.exclude(kind="first").exclude(pk__in=history.requests).order_by("id")
    history.requests += [request.pk for request in found]


def _of(
    history: "History", take: Any, role: str, subject: Any, name: str, *verb: str, **more: Any
) -> Callable[[], str]:
    """What the holder of a role does with a row as their page showed it."""
    by, at = history.as_(role), history.at
    seen = {"seen_version": subject.version, "seen_digest": subject.digest}

    def taken() -> str:
        fresh = type(subject).objects.get(pk=subject.pk)
        take(*verb, **{name: fresh}, by=by, at=at, **seen, **more)
        return str(fresh.state)

    return taken
