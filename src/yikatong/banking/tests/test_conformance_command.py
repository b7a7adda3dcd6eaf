"""The conformance suite as a command: only against a test system, which pays nobody; examples that can be used as they are."""

import base64
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from yikatong.banking import actions, commands, conformance, providing, restoring, signing
from yikatong.banking.models import BankReport, PaymentProvider
from yikatong.banking.transports.https import HttpsBank
from yikatong.core.refusals import Refused

from .instructions import DEBTOR_ACCOUNT
from .test_conformance import FAILING, PUBLIC, TITLES, told
from .world import World, as_owner


def test_nothing_is_sent_to_a_bank_that_is_no_test_system(world: World) -> None:
    asked: dict[str, Any] = {"told": told(), "clock": lambda: world.at, "pause": lambda: None, "rounds": 1}
    for provider in (world.provider.name, "没有这家"):
        with pytest.raises(Refused):
            conformance.trial_with(provider, **asked)
    assert world.wire().report_ids() == []
    world.register_test_system()
    trial, terms = conformance.trial_with("测试系统", **asked)
    assert terms.dedupes_forever and terms.names_cards and isinstance(trial.wire, HttpsBank)


def test_the_command_shows_how_to_write_its_file_and_reports_for_filing(world: World, tmp_path: Path) -> None:
    world.register_test_system()
    world.bank.control.open_card(FAILING, "closed-account")
    run = CliRunner()
    shown = run.invoke(commands.bank, ["conformance", "测试系统"])
    assert isinstance(shown.exception, Refused) and "什么都没有发送" in str(shown.exception)
    example = str(shown.exception).partition("\n\n")[2]
    assert len(conformance.terms_of(tomllib.loads(example)).cards_of("paid")) == 2
    assert world.wire().report_ids() == []
    file = tmp_path / "terms.toml"
    file.write_text(example.replace("51999900000000000001", DEBTOR_ACCOUNT), encoding="utf-8")
    report = run.invoke(
        commands.bank, ["conformance", "测试系统", "--terms", str(file), "--wait", "1", "--rounds", "1"]
    ).stdout
    assert report.startswith("联调测试报告\n代发机构：测试系统") and world.bank.url in report
    assert "文件编号：都以 CT" in report and f"合计 {len(TITLES)} 项" in report


def test_a_test_system_pays_nobody_and_its_messages_are_none_of_our_books(world: World) -> None:
    request = world.released()
    world.register_test_system()
    fake = PaymentProvider.objects.get(name="测试系统")
    with pytest.raises(Refused, match="测试系统"):
        world.register(is_test_system=True)
    world.run("UPDATE banking_paymentprovider SET is_test_system = true WHERE id <> %s", fake.pk)
    with pytest.raises(Refused, match="代发协议"):
        actions.seal(request_id=request.pk, by=world.system, at=world.at)
    world.days(1)
    assert world.wire().report_ids()
    assert world.visit().reports == [] and not BankReport.objects.exists()
    restoring.enter(reason="恢复演练", by=world.system, at=world.at)
    assert restoring.missing() == []


@pytest.mark.parametrize("name", ["provider", "test_system"])
def test_the_examples_of_registering_can_be_loaded(world: World, tmp_path: Path, name: str) -> None:
    shown = CliRunner().invoke(commands.providers, ["example", *(["--test-system"] if name == "test_system" else [])])
    # Every line that is commented out can be used as well.
    commented = re.sub(r"^# (?=[a-z_]+ = |\[)", "", shown.output, flags=re.MULTILINE)
    commented = commented.replace("base64 的公钥", base64.b64encode(PUBLIC.public).decode())
    for number, text in enumerate((shown.output, commented)):
        told_file = tomllib.loads(text)
        told_file["provider"]["name"] += str(number)
        with as_owner(world.owner_url):
            provider = providing.load_provider(told=told_file, file=name)
        assert provider.is_test_system == (name == "test_system")


def test_the_public_key_is_shown_and_renewed(world: World) -> None:
    shown = CliRunner().invoke(commands.bank, ["key"], catch_exceptions=False).output
    public = base64.b64encode(signing.own_keys(at=world.at)[-1].public).decode()
    assert public in shown and "Ed25519" in shown
    renewed = CliRunner().invoke(commands.bank, ["key", "--renew"], catch_exceptions=False).output
    assert public in renewed and renewed.count("公钥") == 2
