"""``yikatong verify`` fails when any one row of money is altered, removed or doubled behind the application's back."""

import pytest

from tests import whole_run
from tests.anomalies.altering import REFUSED, behind_its_back, tables

# Every table by whose rows money is due, decided, moved, answered or told.
MONEY = (
    "banking_bankreport", "banking_bankstatement", "banking_instructionevent", "banking_instructionmanifest", "banking_paymentinstruction",
    "banking_statementline", "batches_batchroster", "batches_batchtownship", "batches_claim", "batches_entitlement",
    "batches_paymentbatch", "batches_rosteracceptance", "catalog_benefitrate", "catalog_cycle", "core_auditevent", "core_auditseal",
    "core_decision", "core_filepiece", "core_storedfile", "disclosure_paidnotice", "disclosure_smsmessage",
    "funding_allotment", "funding_cashplan", "funding_drawdown", "ledger_account", "ledger_balance", "ledger_transfer",
    "notices_publicnotice", "payments_appliedreport", "payments_outcomeclaim", "payments_payment",
    "payments_paymentoutcome", "payments_paymentrequest", "payments_refund", "payments_refundline",
    "payments_statementmatch", "registry_card", "registry_cardload", "registry_cardstatus", "registry_payeecard",
    "rosters_matchtotal", "rosters_roster",
)  # fmt: skip

NUMBER_ONLY = "a number of the row's own that nothing refers to; what the row says is found by its other columns"
WHEN_WRITTEN = "when the row was written by the machine's clock; the business moment is kept beside it and checked"
SHOWN = "words for the screen; no step, amount or account depends on them"
CHAINED = "order and time of the sealing; the chain's hashes do not cover when a link was made"
# A silent change of these does no harm to money; each with the reason.
HARMLESS = {
    "banking_bankreport.kind": SHOWN,
    "banking_bankreport.sentence": SHOWN,
    "banking_bankreport.received_at": "the audit event of the receipt keeps its own moment",
    "banking_instructionevent.id": NUMBER_ONLY,
    "banking_instructionmanifest.id": NUMBER_ONLY,
    "banking_statementline.id": NUMBER_ONLY,
    "banking_paymentinstruction.not_after": "a longer or shorter time to send; sending again compares the digests",
    "banking_paymentinstruction.sealed_at": "the audit event of the building keeps its own moment",
    "batches_batchroster.id": NUMBER_ONLY,
    "batches_batchtownship.id": NUMBER_ONLY,
    "batches_paymentbatch.revision_no": SHOWN,
    "batches_paymentbatch.supersedes_id": SHOWN,
    "core_auditseal.sealed_at": CHAINED,
    "core_storedfile.name": SHOWN,
    "disclosure_smsmessage.id": NUMBER_ONLY,
    "funding_drawdown.voucher_no": SHOWN,
    "ledger_transfer.id": NUMBER_ONLY,
    "notices_publicnotice.id": NUMBER_ONLY,
    "payments_refund.fiscal_year": "the lines carry the year that the books know",
    "payments_refundline.id": NUMBER_ONLY,
    "registry_card.person_id": "a card without its person is paid to nobody; another person's is found",
    "rosters_matchtotal.id": NUMBER_ONLY,
    "rosters_roster.created_at": WHEN_WRITTEN,
}
WRITTEN_AT = "recorded_at"
# One more file that nothing refers to is read by nobody.
MAY_BE_DOUBLED = ("core_storedfile",)


@pytest.mark.tampers
def test_verify_finds_any_altered_deleted_or_doubled_row(fresh_database, tmp_path):
    whole_run.play(fresh_database, tmp_path)
    unnoticed, noticed, refused = [], 0, 0
    with whole_run.as_owner(fresh_database.owner_url), behind_its_back(list(MONEY)) as hand:
        for table in MONEY:
            doubled = [] if table in MAY_BE_DOUBLED else hand.double(table)
            answers = [*hand.delete(table), *doubled]
            assert answers, f"the run leaves nothing in {table}"
            for column in hand.columns(table):
                name = f"{table}.{column.name}"
                if name not in HARMLESS and column.name != WRITTEN_AT:
                    answers += hand.alter(column)
            unnoticed += [what for what, answer in answers if answer is None]
            refused += sum(answer == REFUSED for _, answer in answers)
            noticed += sum(answer not in (None, REFUSED) for _, answer in answers)
    assert unnoticed == [], "\n".join(unnoticed)
    assert noticed > 400 and refused > 50, (noticed, refused)


def test_every_table_of_money_is_tried(fresh_database):
    known = tables()
    assert set(MONEY) <= known
    assert {name.split(".")[0] for name in HARMLESS} <= set(MONEY)
    rooms = ("banking_", "batches_", "funding_", "ledger_", "payments_")
    # Not facts of money: staging, configuration of the owner, sums of other rows, what people say of a bank, and what only
    # a break, an exception, a lost file, an upload or a restore would leave.
    others = {
        "banking_bookedtotal", "banking_break", "banking_breakline", "banking_clearance", "banking_comparison",
        "banking_inquiry", "banking_othercardline", "banking_paymentprovider", "banking_reportedtotal", "banking_reportrow", "banking_restoration",
        "banking_restorationend", "banking_restorationfile", "banking_restorationnote", "banking_restorationvisit",
        "banking_namerow", "banking_serviceagreement", "banking_servicecomplaint",
        "banking_statementrow", "banking_statementupload", "banking_yearcount",
        "banking_yearcountline", "ledger_transferrule", "payments_paymentexception", "payments_reportedline",
        "payments_statementitem",
        # The whole run leaves nothing in these; the room's own tests alter their rows.
        "payments_lateclaim", "payments_lateline", "payments_monthend", "payments_monthendline", "payments_recovery",
        "payments_recoveryreceipt", "payments_reinstatement",
    }  # fmt: skip
    assert {name for name in known if name.startswith(rooms)} - set(MONEY) == others
