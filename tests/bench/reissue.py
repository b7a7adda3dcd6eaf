"""The reissue: new cards for those whose account was closed, then the same road again for the failed payments."""

import polars as pl
from django.db import connection

from tests.bench import county as counties
from tests.bench import stages
from tests.bench.stages import Run
from yikatong.demo.story import county as story_county
from yikatong.payments import actions as payments
from yikatong.payments import queries as payment_queries
from yikatong.registry import actions as registry

# The register's numbers of those whose payment failed.
FAILED = """
    SELECT person.no
    FROM payments_paymentoutcome AS outcome
    INNER JOIN payments_payment AS payment
        ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
    INNER JOIN registry_person AS person ON payment.payee_id = person.id
    WHERE outcome.request_id = %s AND outcome.result = 'failed'
"""


def reissue(run: Run) -> int:
    """Pay the failed payments again onto new cards until that request is closed, too; returns how many they were."""
    run.plot.step_days(1)
    failed = _load_new_cards(run)
    # A changed card is paid only after its cooling period.
    run.plot.step_days(3)
    by, at = run.plot.actor("nongye.jingban"), run.plot.at()
    with run.meter.stage("reissue: file", "reissue", rows=failed):
        piles = payment_queries.piles_for(by, batch_id=run.plot.batch().pk)
        ready = [one for pile in piles if pile.may_reissue for one in pile.outcome_ids]
        payments.file_reissue(batch_id=run.plot.batch().pk, outcome_ids=ready, by=by, at=at)
    assert len(ready) == failed, (len(ready), failed)
    with run.meter.decision("reissue.verify", "reissue"):
        story_county.verify_request(run.plot)
    with run.meter.decision("reissue.release", "reissue"):
        story_county.release_request(run.plot)
    stages.send(run, "reissue", failed)
    stages.back(run, "reissue", failed, fails_every=0)
    return failed


def _load_new_cards(run: Run) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FAILED, [run.plot.request().pk])
        failed = [row[0] for row in cursor.fetchall()]
    closed = run.county.person(pl.Series(failed, dtype=pl.String).str.slice(1).cast(pl.Int64))
    prefix = pl.col("card_number").str.slice(0, 6).cast(pl.Int64)
    # Numbers after those of all people are free.
    fresh = closed.with_columns(card_number=counties.card_number(prefix, pl.col("number") + 1 + run.county.people))
    by, at = run.plot.actor("renshe.faka"), run.plot.at()
    new = counties.cards(fresh, issued_on=at.date().isoformat()).partition(b"\n")[2]
    content = counties.cards(closed, status="注销") + new
    with run.meter.stage("reissue: load new cards", "prepare", rows=closed.height * 2):
        registry.load_cards(content=content, file="cards.csv", as_of=at.date(), by=by, at=at)
    return closed.height
