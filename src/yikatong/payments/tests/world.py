"""The world of the batches, further on: its money is drawn, and there is a bank. Also used by the rooms above."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from tests.cast import Cast
from yikatong.batches.models import PaymentBatch
from yikatong.batches.tests.world import World as Below
from yikatong.core import clock, sql
from yikatong.core.authz import Actor
from yikatong.funding import actions as funding
from yikatong.payments import actions, queries
from yikatong.payments.models import AppliedReport, Payment, PaymentRequest
from yikatong.registry import actions as registry
from yikatong.registry.models import Card, CardChange, Person

AMOUNTS = (81_958, 47_650, 12_345, 9_530, 100, 2_000_001)
SIX = ("张建国", "李秀英", "王*", "阿依古丽", "赵大河", "孙小满")
MORE_ROLES = {
    "department_cashier": "nongye.fafang",
    "other_reviewer": "tan.fuhe",
    "other_approver": "xie.caizheng",
    "bank_operator": "yinhang",
    "auditor": "shenji",
    "other_department": "minzheng.jingban",
}
Line = dict[str, Any]


class World(Below):
    """``batch`` is approved and drawn; ``people`` lie in the order of AMOUNTS, the first one has no mobile number."""

    batch: PaymentBatch
    people: list[int]

    def drawn(self, mode: str = "department") -> "World":
        """An approved batch of six whose money lies in the zero-balance account, paid by ``mode``."""
        if mode != "department":
            self.run("UPDATE catalog_cycle SET paying_mode = %s WHERE id = %s", mode, self.ids["cycle"])
        if "batch" not in self.ids:
            self._draw_six()
        self.people = [self.ids[f"payee {place}"] for place in range(len(SIX))]
        self.batch = PaymentBatch.objects.get(pk=self.ids["batch"])
        return self

    def _draw_six(self) -> None:
        people = [self.person(name) for name in SIX]
        self.run("UPDATE registry_person SET mobile_sealed = 'm' WHERE id = ANY(%s)", people[1:])
        roster = self.seal(dict(zip(people, AMOUNTS, strict=True)))
        batch = self.sign(self.assemble(roster), "review", "approve")
        self.fund(batch)
        self.ids |= {"batch": batch.pk, **{f"payee {place}": person for place, person in enumerate(people)}}

    def as_(self, role: str) -> Actor:
        """The actor that holds the role here."""
        return Cast()[MORE_ROLES[role]] if role in MORE_ROLES else super().as_(role)

    def status(self, card: int, status: str, *, days_ago: int = 0) -> None:
        """What the card office says of a card from now on."""
        load = self.insert(
            "registry_cardload",
            digest=secrets.token_hex(32),
            as_of=self.at.date(),
            loaded_at=self.at - timedelta(days=days_ago),
            row_count=1,
            new_count=1,
            changed_count=0,
            unknown_count=0,
            file_id=self.ids["file"],
            loaded_by_id=self.official("township_clerk"),
        )
        self.insert(
            "registry_cardstatus", card_id=card, status=status, holder_name="", as_of=self.at.date(), load_id=load
        )

    def new_card(self, place: int, *, days_ago: int = 4) -> int:
        """Another card of the person at ``place``, which is their payee card from now on."""
        person = self.people[place]
        card = self.insert(
            "registry_card",
            number_sealed=b"\x00",
            number_index=secrets.token_bytes(32),
            prefix="9999",
            tail="4471",
            holder_name=SIX[place],
            holder_id_sealed=b"\x00",
            holder_id_index=self.run("SELECT id_index FROM registry_person WHERE id = %s", person),
            issued_on=self.at.date(),
            bank_id=self.run("SELECT bank_id FROM registry_card WHERE person_id = %s LIMIT 1", person),
            person_id=person,
        )
        # Known for longer than a changed card must cool.
        self.status(card, "active", days_ago=days_ago)
        return card

    def fund(self, batch: PaymentBatch, *, voucher_no: str = "V-1", beyond_fen: int = 1) -> None:
        """Allot the batch's year a little more than the batch needs, plan it and draw it."""
        allotment = funding.record_allotment(
            program_id=self.ids["program"],
            fiscal_year=batch.fiscal_year,
            source="central",
            document_no=f"川财农〔{batch.fiscal_year}〕1号",
            amount_fen=batch.total_fen + beyond_fen,
            by=self.as_("finance_budget_officer"),
            at=self.at,
        )
        seen: dict[str, Any] = {"seen_version": allotment.version, "seen_digest": allotment.digest}
        approver = self.as_("finance_approver")
        funding.decide_allotment("confirm", allotment=allotment, by=approver, at=self.at, **seen)
        plan = funding.apply_for_plan(
            batch_id=batch.pk,
            declared_fen=batch.total_fen,
            by=self.as_("department_clerk"),
            at=self.at,
            seen_digest=batch.digest,
        )
        for verb, role in (("verify", "finance_reviewer"), ("approve", "finance_approver")):
            seen = {"seen_version": plan.version, "seen_digest": plan.digest}
            funding.decide_plan(verb, plan=plan, by=self.as_(role), at=self.at, **seen)
        treasurer = self.as_("finance_treasurer")
        funding.draw_down(plan=plan, voucher_no=voucher_no, by=treasurer, at=self.at, seen_digest=plan.digest)

    def forward(self, days: int) -> None:
        """Let days go by, as the demo's calendar does."""
        self.run(
            "INSERT INTO core_clockoffset (id, days) VALUES (1, %s) "
            "ON CONFLICT (id) DO UPDATE SET days = core_clockoffset.days + excluded.days",
            days,
        )
        self.at = clock.now()

    def choose_card(self, place: int, card: int) -> CardChange:
        """The township proposes and the department approves that the person at ``place`` be paid on this card."""
        change = registry.propose_card_change(
            person=Person.objects.get(pk=self.people[place]),
            card=Card.objects.get(pk=card),
            reason="原卡销户",
            confirmed_on=self.at.date(),
            by=self.as_("township_clerk"),
            at=self.at,
        )
        reviewer = self.as_("department_reviewer")
        registry.approve_card_change(change=change, by=reviewer, at=self.at, seen_version=1, seen_digest=change.digest)
        return change

    def filed(self) -> PaymentRequest:
        """The request for the whole batch."""
        clerk = self.as_("department_clerk")
        return actions.file(batch_id=self.batch.pk, by=clerk, at=self.at, seen_digest=self.batch.digest)

    def step(self, request: PaymentRequest, verb: str, role: str, reason: str = "") -> PaymentRequest:
        """One step of a request by the official of a role, who saw its present version and digest."""
        seen: dict[str, Any] = {"seen_version": request.version, "seen_digest": request.digest}
        actions.take(verb, request=request, by=self.as_(role), at=self.at, reason=reason, **seen)
        return request

    def sent(self, request: PaymentRequest | None = None) -> PaymentRequest:
        """A request that was verified, released and sent."""
        request = self.step(request or self.filed(), "verify", "finance_reviewer")
        role = "department_cashier" if request.mode == "department" else "finance_treasurer"
        self.step(request, f"release_{request.mode}", role)
        actions.mark_sent(request=request, by=self.as_("bank_operator"), at=self.at)
        return request

    def payments(self, request: PaymentRequest) -> list[Payment]:
        """The payments of a request in the order of their entitlements."""
        return list(Payment.objects.filter(request=request).order_by("id"))

    def report(self, request: PaymentRequest, *lines: Line) -> AppliedReport:
        """Stage the lines and apply them as a report of its own."""
        report_id = secrets.randbelow(1 << 40)
        self.stage(report_id, *lines)
        operator = self.as_("bank_operator")
        return actions.record_outcomes(request_id=request.pk, report_id=report_id, by=operator, at=self.at)

    def stage(self, report_id: int, *lines: Line) -> None:
        """Lay lines down as banking does: COPY into the staging table."""
        silent = {"reason_code": "", "action": "", "reason_words": "", "bank_reference": ""}
        rows = [
            {"report_id": report_id, "line_no": place, **silent, **line} for place, line in enumerate(lines, start=1)
        ]
        texts = ("end_to_end_id", "result", *silent)
        schema = dict.fromkeys(("report_id", "line_no", "amount_fen"), pl.Int64) | dict.fromkeys(texts, pl.String)
        sql.copy_frame("payments_reportedline", pl.DataFrame(rows, schema=schema))

    def close_request(self, request: PaymentRequest, payments: Sequence[Payment]) -> PaymentRequest:
        """Close against a statement that books these payments."""
        statement = secrets.randbelow(1 << 40)
        self.book(request, statement, [(one.end_to_end_id, one.amount_fen) for one in payments])
        operator = self.as_("bank_operator")
        return actions.close(request_id=request.pk, statement_id=statement, by=operator, at=self.at)

    def prove_figures(self) -> None:
        """What pages count from sums is what the payments say one by one."""
        for request in PaymentRequest.objects.all():
            by_line = sql.rows("payments/township_states_by_line", request=request.pk, fiscal_year=request.fiscal_year)
            unsent = dict.fromkeys(("to_accept", "void"), "prepared")
            told = [vars(one) | {"state": unsent.get(one.state, one.state)} for one in queries.township_states(request)]
            assert told == by_line, request.no
            run = self.payments(request)[1:]
            if run:
                ids = {"first_id": run[0].id, "last_id": run[-1].id}
                sums = {"count": len(run), "total_fen": sum(one.amount_fen for one in run)}
                whole = {"request": request.pk, "fiscal_year": request.fiscal_year}
                by_line = sql.rows("payments/run_states_by_line", **whole, **ids)
                assert queries.run_states(request, **ids, **sums) == by_line, request.no
        for batch in PaymentBatch.objects.all():
            states = Counter(
                row["state"]
                for request in PaymentRequest.objects.filter(batch=batch)
                for row in sql.rows(
                    "payments/township_states_by_line", request=request.pk, fiscal_year=request.fiscal_year
                )
                for _ in range(row["count"])
            )
            standing = queries.batch_standing(batch.pk)
            stuck = states["failed"] + states["returned"]
            assert (standing.credited_count, standing.stuck_count) == (states["credited"], stuck), batch.no

    def book(self, request: PaymentRequest, statement: int, items: Sequence[tuple[str, int]]) -> None:
        """Lay down what the statement books."""
        booked = pl.DataFrame(items, schema={"end_to_end_id": pl.String, "amount_fen": pl.Int64}, orient="row")
        place = {"statement_id": pl.lit(statement), "request_id": pl.lit(request.pk)}
        sql.copy_frame("payments_statementitem", booked.with_columns(**place))

    def closed_with_failures(self, *failed: int, action: str = "ask-person") -> PaymentRequest:
        """A sent and closed first request, the payments at these places failed."""
        request = self.sent()
        payments = self.payments(request)
        lines = [
            says(one, "failed", reason_code="AC06", action=action)
            if place in failed
            else says(one, "credited", bank_reference=f"B{one.id}")
            for place, one in enumerate(payments)
        ]
        self.report(request, *lines)
        return self.close_request(request, [one for place, one in enumerate(payments) if place not in failed])

    def balance(self, place: str) -> int:
        """What the batch has in an account, in fen."""
        found = self.run(
            "SELECT sum(balance.in_fen - balance.out_fen)::bigint FROM ledger_account AS account "
            "INNER JOIN ledger_balance AS balance ON balance.account_id = account.id "
            "WHERE account.case_no = %s AND account.kind = %s",
            self.batch.case_no,
            place,
        )
        return int(found or 0)


def says(payment: Payment, result: str, **more: Any) -> Line:
    """A line of the bank about a payment."""
    return {"end_to_end_id": payment.end_to_end_id, "amount_fen": payment.amount_fen, "result": result, **more}
