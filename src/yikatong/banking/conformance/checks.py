"""What the answers of a bank's test system mean, one judgment a rule of the exchange."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from yikatong.banking import marking
from yikatong.banking.formats.reasons import Action
from yikatong.kit.money import format_yuan

from .answers import Booking
from .trial import HELD, NOT_FOUND, RECEIVED, REFUSED, SILENCE, UNKNOWN, Trial


class Verdict(StrEnum):
    """How a check ended."""

    PASSED = "通过"
    FAILED = "不通过"
    UNDECIDED = "未能判断"


@dataclass(frozen=True)
class Judgment:
    """One check: what was sent, what came, and what the bank should mend. ``is_required``: without it nobody is paid."""

    title: str
    verdict: Verdict
    sent: str
    came: str
    mend: str
    is_required: bool = True


def judge(trial: Trial, *, dedupes_forever: bool, names_cards: bool = True) -> list[Judgment]:
    """All judgments, in the order of the report. ``dedupes_forever`` is what the provider promises, ``names_cards``
    whether it is registered as one that states cards, not the accounts behind them.
    """
    checks: list[Callable[[], Judgment]] = [
        lambda: _taken(trial),
        lambda: _same_bytes(trial, dedupes_forever),
        lambda: _other_bytes(trial),
        lambda: _expired(trial, dedupes_forever),
        lambda: _wrong_sum(trial),
        lambda: _unknown_question(trial),
        lambda: _known_question(trial),
        lambda: _line_results(trial),
        lambda: _payees(trial, names_cards),
        lambda: _reasons(trial),
        lambda: _names(trial),
        lambda: _returns(trial),
        lambda: _statement(trial),
        lambda: _readable(trial),
        lambda: _stable_numbers(trial),
        lambda: _signed(trial),
    ]
    return [check() for check in checks]


def _booked(trial: Trial, name: str) -> Counter[str]:
    """How often each line of a file was told as booked, under different references, or stands on the statement."""
    asked = set(trial.sent[name].sheet.asked)
    told: Counter[str] = Counter()
    for bookings in (set(trial.answers.credited), trial.answers.statement_debits):
        told |= Counter(one.end_to_end_id for one in bookings if one.end_to_end_id in asked)
    return told


def _is_refused(trial: Trial, name: str) -> bool:
    sending = trial.sent[name]
    return sending.outcome == REFUSED or sending.sheet.message_id in trial.answers.refused_files


def _verdict(good: bool, known: bool = True) -> Verdict:
    return (Verdict.PASSED if good else Verdict.FAILED) if known else Verdict.UNDECIDED


def _taken(trial: Trial) -> Judgment:
    sending = trial.sent["good"]
    why = f"（{trial.adapter.explain(sending.reason).cause}）" if sending.reason else ""
    return Judgment(
        "合格的文件，照收", _verdict(not _is_refused(trial, "good"), sending.outcome != UNKNOWN),
        f"文件 {sending.sheet.message_id}，{len(sending.sheet.asked)} 笔", sending.told + why,
        "银行说明拒收的原因，双方核对测试账户、行号、文件格式和有效期以后重测。下面各项要等这一份收下才说明问题。",
    )  # fmt: skip


def _same_bytes(trial: Trial, dedupes_forever: bool) -> Judgment:
    told = _booked(trial, "good")
    twice = sorted(name for name, count in told.items() if count > 1)
    again = trial.sent["again"]
    known = bool(told) and again.outcome != UNKNOWN
    return Judgment(
        "同一份文件重发，只入账一次", _verdict(not twice, known or bool(twice)),
        f"文件 {again.sheet.message_id}，一字不差发了两次",
        f"第二次：{again.told}；" + (f"入账两次的款项 {_some(twice)}" if twice else f"入账 {len(told)} 笔，没有重复"),
        "银行须永久按文件编号去重：同编号、同内容的文件只回“已收到”，不再入账。", is_required=dedupes_forever,
    )  # fmt: skip


def _other_bytes(trial: Trial) -> Judgment:
    sending, good = trial.sent["other"], trial.sent["good"].sheet
    told = _booked(trial, "other")
    good_answer = sending.outcome in (REFUSED, HELD) and not told
    return Judgment(
        "同编号、不同内容的文件，拒收", _verdict(good_answer, sending.outcome != UNKNOWN or bool(told)),
        f"编号 {good.message_id}，内容换成只有 1 笔的另一份", sending.told + ("；另一份也入账了" if told else ""),
        "同编号而内容不同的文件必须整体拒收并报警，不能覆盖，也不能再入账。",
    )  # fmt: skip


def _expired(trial: Trial, dedupes_forever: bool) -> Judgment:
    told = _booked(trial, "expired")
    refused = _is_refused(trial, "expired")
    return Judgment(
        "过了有效期的文件，拒收", _verdict(refused and not told, refused or bool(told)),
        f"文件 {trial.sent['expired'].sheet.message_id}，清单写明有效期在昨天",
        trial.sent["expired"].told + (f"；入账 {len(told)} 笔" if told else ""),
        "银行须按清单的 not_after 拒收过期文件。永久去重的银行可以没有这一条，其余银行必须做到。",
        is_required=not dedupes_forever,
    )  # fmt: skip


def _wrong_sum(trial: Trial) -> Judgment:
    title, mend = "合计与明细不符的文件，整体拒收", "文件里的笔数、合计与明细不符时整体拒收，一笔也不入账。"
    if "sum" not in trial.sent:
        return Judgment(title, Verdict.UNDECIDED, "这种格式没有合计", "—", mend)
    told, refused = _booked(trial, "sum"), _is_refused(trial, "sum")
    return Judgment(
        title, _verdict(refused and not told, refused or bool(told)),
        f"文件 {trial.sent['sum'].sheet.message_id}，合计比明细多",
        trial.sent["sum"].told + (f"；入账 {len(told)} 笔" if told else ""),
        mend,
    )  # fmt: skip


def _unknown_question(trial: Trial) -> Judgment:
    answer = trial.questions["never"]
    return Judgment(
        "查询没有发过的文件，答复“没有”", _verdict(answer == NOT_FOUND, not answer.startswith(SILENCE)), "一个从没发过的编号", answer,
        "没有收到过的编号要明确答复“没有”，不能当作收到，也不能报错。",
    )  # fmt: skip


def _known_question(trial: Trial) -> Judgment:
    answer = trial.questions["good"]
    return Judgment(
        "查询已收到的文件，答复“已收到”", _verdict(answer == RECEIVED, not answer.startswith(SILENCE)),
        f"文件 {trial.sent['good'].sheet.message_id}", answer,
        "收到文件后，查询（或回执）要立刻能答复“已收到”。",
    )  # fmt: skip


def _line_results(trial: Trial) -> Judgment:
    sheet = trial.sent["good"].sheet
    credited = {one.end_to_end_id: one for one in trial.answers.credited}
    silent = sorted(set(sheet.asked) - set(credited) - set(trial.answers.failed))
    wrong = sorted(name for name, fen in sheet.asked.items() if name in credited and credited[name].amount_fen != fen)
    nameless = sorted(name for name in sheet.asked if name in credited and not credited[name].reference)
    both = sorted(set(sheet.asked) & set(credited) & set(trial.answers.failed))
    faults = {"没有结果": silent, "金额不符": wrong, "没有流水号": nameless, "又成功又失败": both}
    told = "；".join(f"{what} {_some(names)}" for what, names in faults.items() if names)
    return Judgment(
        "每一笔都有结果，金额分文不差", _verdict(not told, trial.sent["good"].outcome != UNKNOWN), f"文件 {sheet.message_id}，{len(sheet.asked)} 笔",
        told or f"{len(set(sheet.asked) & set(credited))} 笔入账，其余 {len(sheet.asked) - len(set(sheet.asked) & set(credited))} 笔失败",
        "每笔都要回成功（带流水号和金额）或失败（带原因代码），按款项编号对应。",
    )  # fmt: skip


def _payees(trial: Trial, names_cards: bool) -> Judgment:
    asked = {name: card for sending in trial.sent.values() for name, card in sending.sheet.cards.items()}
    told = {(name, marking.is_other(number, asked[name])) for name, number in trial.answers.payees if name in asked}
    other = sorted({name for name, is_other in told if is_other})
    same = sorted({name for name, is_other in told if is_other is False})
    wrong, registered = (other, "收款卡号") if names_cards else (same, "卡后面的账号")
    faults = {"不是指令的卡": other} if names_cards else {"写的就是卡号": same}
    came = "；".join(f"{what} {_some(names)}" for what, names in faults.items() if names)
    return Judgment(
        "结果和对账单写的是指令的收款卡", _verdict(not wrong, bool(other or same)), f"登记为写{registered}，{len(asked)} 张卡",
        came or (f"{len(same)} 笔都是指令的卡" if names_cards else f"{len(other)} 笔写的是账号，收款卡不能核对")
        if other or same else "没有写收款卡",
        "入账通知和对账单逐笔写指令里的收款卡号（可以遮住中间），入了别的卡才能当天发现。"
        "只写得出卡后面的账号的银行，登记时写 payee_named_by = \"account\"；写卡号的不要这样登记。",
    )  # fmt: skip


def _reasons(trial: Trial) -> Judgment:
    sheet = trial.sent["good"].sheet
    wanted = sorted(name for name, kind in sheet.kinds.items() if kind == "failing")
    codes = {name: trial.answers.failed.get(name) for name in wanted}
    odd = sorted(
        name for name, code in codes.items() if not code or trial.adapter.explain(code).action is Action.INVESTIGATE
    )
    return Judgment(
        "失败的款项带系统认识的原因代码", _verdict(not odd, bool(wanted)),
        f"{len(wanted)} 张应当失败的卡" if wanted else "测试文件里没有 kind = \"failing\" 的卡",
        "；".join(f"{name}：{code or '没有失败'}" for name, code in codes.items()) or "—",
        "失败原因用约定的代码（ISO 20022 如 AC04、AC06、BE01、MD07）。别的代码请银行提供对照表。",
    )  # fmt: skip


def _names(trial: Trial) -> Judgment:
    sheet = trial.sent["names"].sheet
    told = {one.end_to_end_id for one in trial.answers.credited} | set(trial.answers.failed)
    refused = _is_refused(trial, "names")
    silent = sorted(set(sheet.asked) - told)
    return Judgment(
        "生僻字和少数民族姓名，照样收", _verdict(not refused and not silent, trial.sent["names"].outcome != UNKNOWN),
        f"文件 {sheet.message_id}，姓名含“𬱖”“㐂”和间隔号“·”",
        trial.sent["names"].told + (f"；没有结果 {_some(silent)}" if silent else "；每笔都有结果"),
        "姓名按 UTF-8 或 GB18030-2022 收，不能换成问号，也不能因此拒收整份文件。",
    )  # fmt: skip


def _returns(trial: Trial) -> Judgment:
    sheet = trial.sent["good"].sheet
    wanted = sorted(name for name, kind in sheet.kinds.items() if kind == "returned")
    missing = sorted(set(wanted) - trial.answers.returned)
    return Judgment(
        "入账后退回的款项，有退票", _verdict(not missing, bool(wanted)),
        f"{len(wanted)} 张会退回的卡" if wanted else "测试文件里没有 kind = \"returned\" 的卡",
        f"没有退票 {_some(missing)}" if missing else ("都有退票" if wanted else "—"),
        "退回的款项要发退票，写明原款项编号、金额和原因代码，并记在对账单贷方。",
    )  # fmt: skip


def _statement(trial: Trial) -> Judgment:
    asked = {name for sending in trial.sent.values() for name in sending.sheet.asked}
    told = {one for one in trial.answers.credited if one.end_to_end_id in asked}
    found = Counter(one for one in trial.answers.statement_debits if one.end_to_end_id in asked)
    faults = [f"结果里有、对账单没有 {_shown(told - set(found))}"] if told - set(found) else []
    faults += [f"对账单有、结果里没有 {_shown(set(found) - told)}"] if set(found) - told else []
    faults += (
        [f"对账单上出现两次 {_shown({one for one, count in found.items() if count > 1})}"]
        if max(found.values(), default=0) > 1
        else []
    )
    faults += trial.answers.statement_gaps
    return Judgment(
        "日终对账单与逐笔结果相等", _verdict(not faults, bool(found) or bool(faults)),
        "上面各文件的款项", "；".join(faults) or f"{trial.answers.statement_count} 份对账单，{len(found)} 笔付款逐笔相同",
        "对账单逐笔列出款项编号、金额和流水号，与入账通知相同，期初加减逐笔等于期末。",
    )  # fmt: skip


def _readable(trial: Trial) -> Judgment:
    faults = [*trial.answers.unreadable, *trial.trouble]
    return Judgment(
        "每份报文都能读，取得到", _verdict(not faults, bool(trial.answers.digests) or bool(faults)), "取回全部报文",
        "；".join(faults[:5]) or f"{len(trial.answers.digests)} 份报文都读懂了", "按接口说明的格式和版本发送，合计与明细一致。",
    )  # fmt: skip


def _stable_numbers(trial: Trial) -> Judgment:
    digests = trial.answers.digests
    changed = sorted(number for number, found in digests.items() if len(found) > 1)
    return Judgment(
        "报文编号不变，一个编号一份内容", _verdict(not changed, bool(digests)), "每份报文取了两次",
        f"内容变了 {_some(changed)}" if changed else f"{len(digests)} 份报文，两次内容相同",
        "同一编号的报文内容永远不变；更正要用新编号。取走后至少保留 90 天。",
    )  # fmt: skip


def _signed(trial: Trial) -> Judgment:
    faults, keys = trial.answers.unsigned, trial.keys
    return Judgment(
        "报文有银行的签名", _verdict(not faults, bool(keys) and bool(trial.answers.digests)), "核对每份报文的签名",
        "；".join(faults[:5]) or ("签名都对" if keys else "没有登记这家机构的公钥"),
        "银行对每份报文的 SHA-256 签名（Ed25519），公钥事先交给财政登记。", is_required=bool(keys),
    )  # fmt: skip


def _some(names: list[str]) -> str:
    return "、".join(names[:3]) + (f" 等 {len(names)} 笔" if len(names) > 3 else "")


def _shown(bookings: set[Booking]) -> str:
    return _some(sorted(f"{one.end_to_end_id}（{format_yuan(one.amount_fen)} 元）" for one in bookings))
