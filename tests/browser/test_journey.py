"""One payment run from the catalog to the texts, all of it in the browser, each step by the official whose step it is."""

from pathlib import Path

import pytest

from . import making, to_the_cards, to_the_money
from .desk import Office

pytestmark = pytest.mark.browser


def test_a_payment_run_through_the_browser(office: Office, tmp_path: Path) -> None:
    county = making.make(tmp_path / "county")
    office.site.command("county", "load", str(county.folder), "--by", "renshe.faka")
    to_the_money.publish_the_catalog(office, county)
    to_the_money.open_the_cycle(office)
    to_the_money.load_cards(office, county.folder / "cards.csv")
    to_the_money.report_the_roster(office, county)
    to_the_money.match_and_chase(office, county)
    to_the_money.post_and_object(office, county)
    to_the_money.seal(office)
    to_the_money.assemble_and_approve(office)
    to_the_money.allot_and_draw(office)
    to_the_cards.request_and_release(office)
    to_the_cards.exchange_with_the_bank(office, county)
    to_the_cards.reissue_the_one(office, county)
    to_the_cards.refund_the_other(office)
    to_the_cards.tell_the_public(office)
    to_the_cards.prove_the_book(office)
