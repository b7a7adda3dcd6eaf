"""What a bank's test system needs for the suite: a test account and test cards, from a TOML file."""

from dataclasses import dataclass
from typing import Any

from yikatong.core.refusals import Refused

KINDS = ("paid", "failing", "returned")


class TermsBroken(Refused):
    """The file cannot be used; nothing was sent."""

    code = "conformance_terms_broken"


@dataclass(frozen=True, slots=True)
class TrialCard:
    """A card of the bank's test system. ``kind``: it is paid, it fails, or it is paid and comes back later."""

    kind: str
    number: str
    name: str
    bank_code: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The test account and the cards. ``statement_account`` is how the bank's messages name the account."""

    debtor_name: str
    debtor_account: str
    debtor_bank_code: str
    statement_account: str
    cards: tuple[TrialCard, ...]

    def cards_of(self, kind: str) -> list[TrialCard]:
        """The cards of a kind, in the order of the file."""
        return [card for card in self.cards if card.kind == kind]


def terms_of(told: dict[str, Any]) -> Terms:
    """Terms from a TOML: the account's four fields and ``[[cards]]``. Raises TermsBroken.

    At least two cards must be paid; without failing or returned ones the checks about these stay undecided.
    """
    fields = ("debtor_name", "debtor_account", "debtor_bank_code", "statement_account")
    missing = [name for name in fields if not isinstance(told.get(name), str)]
    if missing:
        raise TermsBroken(f"测试文件缺少 {'、'.join(missing)}。请补上后再运行，什么都没有发送。")
    cards = []
    for number, one in enumerate(told.get("cards") or [], start=1):
        names = ("kind", "number", "name", "bank_code")
        if not isinstance(one, dict) or any(not isinstance(one.get(name), str) for name in names):
            raise TermsBroken(f"测试文件第 {number} 张卡要有 {'、'.join(names)}。什么都没有发送。")
        if one["kind"] not in KINDS:
            raise TermsBroken(f"测试文件第 {number} 张卡的 kind 只能是 {'、'.join(KINDS)}。什么都没有发送。")
        cards.append(TrialCard(**{name: one[name] for name in names}))
    terms = Terms(**{name: told[name] for name in fields}, cards=tuple(cards))
    if len(terms.cards_of("paid")) < 2:
        raise TermsBroken('测试文件至少要有两张能入账的卡（kind = "paid"）。什么都没有发送。')
    return terms
