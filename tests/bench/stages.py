"""The run: every stage from the county's files to the closed reissue, through the steps that the demo takes, too.

``out`` begins with the uploaded CSV file and ends when the last instruction is sent. ``back`` begins with the bank's
pain.002 and ends when the request is closed. The paid facts and texts that closing sets off stand by themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.urls import reverse

from tests.bench import county as counties
from tests.bench import place
from tests.bench.bank import Bank
from tests.bench.meter import Meter, Spent
from tests.bench.reports import FAILS_EVERY
from yikatong.banking import actions as banking
from yikatong.banking import tasks as banking_tasks
from yikatong.banking.models import PaymentProvider
from yikatong.core import audit, proofs, tasks
from yikatong.demo.story import county as story_county
from yikatong.demo.story import township
from yikatong.demo.story.plot import Plot, Step, Township
from yikatong.funding import actions as funding
from yikatong.rosters import actions as rosters

DESK = "xian"
# Parts of one action that are told by themselves, as far as they are there.
INNER = {
    "read": ("yikatong.rosters.rules.reading", "read"),
    "references": ("yikatong.registry.queries", "references_frames"),
    "validate": ("yikatong.rosters.rules.checking", "check"),
    "record": ("yikatong.rosters.recording", "record"),
    "paid facts": ("yikatong.disclosure.actions", "record_paid"),
}


@dataclass
class Run:
    """What the stages share."""

    meter: Meter
    bank: Bank
    county: counties.County
    plot: Plot
    roster: Path
    workbook: Path

    @property
    def rows(self) -> int:
        """Rows of the roster."""
        return self.county.rows

    @property
    def provider(self) -> PaymentProvider:
        """The benchmark's bank as the county knows it."""
        return PaymentProvider.objects.get(name=place.PROVIDER)

    def machine(self) -> tuple[Any, datetime]:
        """The system itself and the moment, for what the worker does."""
        at = self.plot.at()
        return banking_tasks.machine(at), at


def start(*, meter: Meter, bank: Bank, county: counties.County, folder: Path) -> Run:
    """The plot over what ``preparing`` has laid down in ``folder``."""
    # A running site has its addresses loaded; the first decision must not pay for that.
    reverse("banking:instructions")
    name = f"{counties.ROSTER}.csv"
    desk = Township(DESK, place.COUNTY_CODE, name)
    roster = folder / "rosters" / name
    return Run(meter, bank, county, Plot(None, (desk,), folder), roster, roster.with_suffix(".xlsx"))


def out(run: Run) -> None:
    """From the uploaded file to the sent instruction."""
    _township(run)
    _county(run)
    with run.meter.decision("release"):
        story_county.release_request(run.plot)
    send(run, "out", run.rows)


def _township(run: Run) -> None:
    meter, rows, desk = run.meter, run.rows, DESK
    steps = {step.key: step for step in township.steps(run.plot)}
    with meter.stage("receive", "out", rows=rows):
        steps[f"receive.{desk}"].take()
    with meter.stage("read csv", "out", rows=rows):
        tasks.run_waiting()
    assert run.plot.roster(run.plot.townships[0]).state == "checked", "the roster was not read"
    with meter.stage("match", "out", rows=rows):
        steps[f"match.{desk}"].take()
    with meter.stage("complete", "out", rows=rows):
        steps[f"complete.{desk}"].take()
    _decide(run, steps, f"post.{desk}", f"proof.{desk}")
    steps["wait.notice"].take()
    _decide(run, steps, f"seal.{desk}")


def _county(run: Run) -> None:
    steps = {step.key: step for step in story_county.steps(run.plot)}
    _decide(run, steps, "accept")
    with run.meter.stage("assemble", "out", rows=run.rows):
        steps["batch.assemble"].take()
    batch = run.plot.batch()
    assert batch.count == run.rows, (batch.count, run.rows)
    _decide(run, steps, "batch.review", "batch.approve")
    with run.meter.decision("allotment.record"):
        _record_allotment(run, batch)
    _decide(run, steps, "allotment.confirm", "plan.apply", "plan.verify", "plan.approve", "drawdown")
    with run.meter.stage("file request", "out", rows=run.rows):
        steps["request.file"].take()
    _decide(run, steps, "request.verify")


def _decide(run: Run, steps: dict[str, Step], *keys: str) -> None:
    for key in keys:
        with run.meter.decision(key.removesuffix(f".{DESK}")):
            steps[key].take()


def _record_allotment(run: Run, batch: Any) -> None:
    # The story's own allotment is that of a small county.
    funding.record_allotment(
        program_id=batch.program_id, fiscal_year=batch.fiscal_year, source="central",
        document_no="青财农〔2026〕12号", amount_fen=batch.total_fen * 2, by=run.plot.actor("luo.yusuan"), at=run.plot.at(),
    )  # fmt: skip


def send(run: Run, part: str, rows: int) -> None:
    """Build, seal and send the newest request's files, then let the queue find that nothing is left to do."""
    prefix = "" if part == "out" else f"{part}: "
    by, at = run.machine()
    with run.meter.stage(f"{prefix}build and seal", part, rows=rows):
        banking.seal(request_id=run.plot.request().pk, by=by, at=at)
    with run.meter.stage(f"{prefix}send", part, rows=rows):
        told = banking.send_waiting(by=by, at=at)
    assert told and set(told.values()) == {"acknowledged"}, told
    tasks.run_waiting()


def back(run: Run, part: str, rows: int, *, fails_every: int = FAILS_EVERY) -> None:
    """From the bank's reports to the closed request; the bank writes its reports outside the stages."""
    prefix = "" if part == "back" else f"{part}: "
    _at_the_bank(run, prefix + "bank writes pain.002, camt.054", rows, fails_every, "status", "bookings")
    with run.meter.stage(f"{prefix}apply pain.002, camt.054", part, rows=rows):
        _fetch(run)
    _at_the_bank(run, prefix + "bank writes camt.053", rows, fails_every, "statement")
    with run.meter.stage(f"{prefix}take camt.053", part, rows=rows):
        _fetch(run)
    with run.meter.stage(f"{prefix}reconcile and close", part, rows=rows) as closing:
        by, at = run.machine()
        done = banking.reconcile(provider=run.provider, by=by, at=at)
    assert len(done.closed) == 1, done
    run.meter.carve(closing, "paid facts", f"{prefix}paid facts", "disclosure")
    with run.meter.stage(f"{prefix}texts", "disclosure", rows=rows):
        tasks.run_waiting()


def _at_the_bank(run: Run, name: str, rows: int, fails_every: int, *kinds: Any) -> None:
    before = run.bank.cpu_seconds
    with run.meter.stage(name, "bank", rows=rows) as stage:
        for kind in kinds:
            run.bank.report(kind, run.plot.at(), fails_every=fails_every)
    stage.spent = Spent(stage.spent.seconds, run.bank.cpu_seconds - before, 0.0)
    stage.peaks_mb = {"bank": run.bank.peak_mb}


def _fetch(run: Run) -> None:
    by, at = run.machine()
    fetched = banking.fetch(provider=run.provider, by=by, at=at)
    assert fetched.reports and not fetched.trouble, fetched.trouble


def verify(run: Run) -> None:
    """The audit chain is sealed and the whole book verified."""
    with run.meter.stage("seal the audit chain", "verify"):
        audit.seal()
    with run.meter.stage("verify the whole book", "verify", rows=run.rows):
        findings = proofs.verify()
    assert findings == [], findings


def workbook(run: Run) -> None:
    """The same roster as a workbook: received, read and checked as another roster, then given up."""
    desk = run.plot.townships[0]
    clerk = run.plot.actor(f"{DESK}.jingban")
    content = run.workbook.read_bytes()
    roster = rosters.receive(
        content=content, filename=run.workbook.name, cycle=run.plot.cycle(), area_code=desk.code, by=clerk,
        at=run.plot.at(),
    )  # fmt: skip
    with run.meter.stage("read xlsx", "xlsx", rows=run.rows):
        tasks.run_waiting()
    roster.refresh_from_db()
    assert roster.state == "checked", "the workbook was not read"
    rosters.void(roster=roster, reason="只为计时", by=clerk, at=run.plot.at(), seen_version=roster.version)
