"""The reissue: new cards for those whose account was closed, then the same road again for the failed payments."""

import polars as pl
from django.db import connection

from tests.bench import county as counties
from tests.bench import stages
from tests.bench.stages import Run
from yikatong.core import vault
from yikatong.demo.story import county as story_county
from yikatong.payments import actions as payments
from yikatong.payments import queries as payment_queries
from yikatong.registry import queries as registry_queries

# The card of a failed payment by its blind index.
FAILED_CARDS = """
    SELECT card.number_index
    FROM payments_paymentoutcome AS outcome
    INNER JOIN payments_payment AS payment
        ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
    INNER JOIN registry_card AS card ON payment.card_id = card.id
    WHERE outcome.request_id = %s AND outcome.result = 'failed'
"""


def reissue(run: Run) -> int:
    """Pay the failed payments again onto new cards until that request is closed, too; returns how many they were."""
    run.plot.step_days(1)
    failed = _load_new_cards(run)
    by, at = run.plot.actor("nongye.jingban"), run.plot.at()
    with run.meter.stage("reissue: file", "reissue", rows=failed):
        stuck = payment_queries.stuck_for(by, batch_id=run.plot.batch().pk)
        ready = [one.outcome_id for one in stuck if one.may_reissue]
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
        cursor.execute(FAILED_CARDS, [run.plot.request().pk])
        indexes = [bytes(row[0]) for row in cursor.fetchall()]
    heads = run.county.heads
    known = vault.index_series(heads["card_number"], kind=registry_queries.CARD_KIND)
    closed = heads.filter(known.is_in(pl.Series(indexes, dtype=pl.Binary).implode()))
    assert closed.height == len(indexes), (closed.height, len(indexes))
    prefix = pl.col("card_number").str.slice(0, 6).cast(pl.Int64)
    # Numbers after those of all people are free.
    fresh = closed.with_columns(
        card_number=counties.card_number(prefix, pl.col("number") + 1 + run.county.people.height)
    )
    today = run.plot.at().date().isoformat()
    with run.meter.stage("reissue: load new cards", "prepare", rows=closed.height * 2):
        stages.load_cards(
            run,
            counties.cards(closed, status="注销") + counties.cards(fresh, issued_on=today).partition(b"\n")[2],
        )
    return closed.height
