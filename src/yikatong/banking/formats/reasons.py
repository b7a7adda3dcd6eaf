"""退票说人话: a bank's reason code becomes one of five actions and three sentences: what happened, where to go, what next.

Codes are those of the ISO 20022 external code sets (status and return reasons), and the R codes of NACHA that banks
borrow. A code that is not here is to be investigated; it is never taken for a success and never guessed.
"""

from enum import StrEnum
from typing import NamedTuple


class Action(StrEnum):
    """What has to be done about a failed or returned payment."""

    FIX_CARD = "fix-card"
    ASK_PERSON = "ask-person"
    STOP_DECEASED = "stop-deceased"
    RETRY_LATER = "retry-later"
    INVESTIGATE = "investigate"


class Reason(NamedTuple):
    """A reason explained in three sentences: what happened, where to go, what happens next.

    ``cause`` is what happened as the bank says it, for the clerk; ``happened`` is the same as one says it to the person.
    ``is_repeat``: the bank says that it has had this payment already.
    """

    code: str
    action: Action
    cause: str
    happened: str
    go: str
    next: str
    is_repeat: bool = False

    @property
    def words(self) -> str:
        """The three sentences that are kept with the outcome and that the clerk sees; at most 200 characters."""
        return f"{self.cause}。{self.go}{self.next}"

    @property
    def citizen(self) -> str:
        """The three sentences for the person."""
        return f"{self.happened}{self.go}{self.next}"


def explain(code: str) -> Reason:
    """The action and the sentences for a bank's reason code. One that is unknown, empty or not exactly as published, be it
    by a blank at its end, is to be investigated.
    """
    if code not in _REASONS:
        return unknown(code)
    action, cause, happened = _REASONS[code]
    return told(code, action, cause=cause, happened=happened)._replace(is_repeat=code in _REPEATS)


def unknown(code: str) -> Reason:
    """A code that nobody has agreed on: to be investigated, never a success (C16)."""
    seen = code.strip()[:16] or "空"
    return told(code, Action.INVESTIGATE, cause=f"银行给的原因代码“{seen}”不在代码表里，不能当作成功")


def is_known(code: str) -> bool:
    """Whether a code is one of the published ones."""
    return code in PUBLISHED


def told(code: str, action: Action, *, cause: str, happened: str = "") -> Reason:
    """A reason with the sentences that go with its action."""
    go, after = _GO_AND_NEXT[action]
    return Reason(code, action, cause, happened or _FAILED, go, after)


_GO_AND_NEXT = {
    Action.FIX_CARD: (
        "请本人带身份证和现在用的社保卡，到乡镇财政所登记换卡。",
        "换卡经复核后按程序重新发放，不用另外申请。",
    ),
    Action.ASK_PERSON: (
        "请本人带身份证和社保卡，到发卡银行的网点办理。",
        "办好后告诉乡镇财政所，按程序重新发放。",
    ),
    Action.STOP_DECEASED: (
        "如果登记有误，请家属带证明到乡镇财政所说明。",
        "核实之前停发，不重新发放；核实后按规定办理或者退回财政。",
    ),
    Action.RETRY_LATER: (
        "登记的资料没有问题，本人不用跑路。",
        "等银行恢复后按程序重新发放。",
    ),
    Action.INVESTIGATE: (
        "本人不用跑路，由经办人员与代发机构核实。",
        "查清之前不重新发放，查清后告诉本人结果。",
    ),
}

_REPEATS = ("AM05", "DUPL", "RF01", "R24")

_CARD = "这笔补贴没有发成，因为登记的银行卡"
_FAILED = "这笔补贴没有发成。"

# code → action, what the bank says (for the clerk), what happened (for the citizen)
_REASONS: dict[str, tuple[Action, str, str]] = {
    # The card or the account cannot take the money: another card is needed.
    "AC01": (Action.FIX_CARD, "卡号不对或者不存在", f"{_CARD}号不对。"),
    "AC03": (Action.FIX_CARD, "收款卡号无效", f"{_CARD}号不对。"),
    "AC04": (Action.FIX_CARD, "收款账户已经销户", f"{_CARD}已经销户。"),
    "AC07": (Action.FIX_CARD, "收款账户已经销户", f"{_CARD}已经销户。"),
    "AC12": (Action.FIX_CARD, "收款账户的类型不对", f"{_CARD}不能收补贴。"),
    "AC14": (Action.FIX_CARD, "收款账户的类型不能收这种款", f"{_CARD}不能收补贴。"),
    "AC16": (Action.FIX_CARD, "银行卡号不对", f"{_CARD}号不对。"),
    "AG03": (Action.FIX_CARD, "收款账户不支持这种业务", f"{_CARD}不能收补贴。"),
    "BE01": (Action.FIX_CARD, "户名与卡号对不上", f"{_CARD}与登记的姓名对不上。"),
    "BE06": (Action.FIX_CARD, "银行查不到这个收款人", f"{_CARD}在银行查不到。"),
    "BE23": (Action.FIX_CARD, "银行用登记的资料找不到收款账户", f"{_CARD}在银行查不到。"),
    "BE17": (Action.FIX_CARD, "收款人的证件号码与银行登记的对不上", f"{_CARD}与登记的证件号码对不上。"),
    "RC01": (Action.FIX_CARD, "开户银行行号不对", f"{_CARD}的开户银行登记错了。"),
    "RC04": (Action.FIX_CARD, "收款银行行号不对", f"{_CARD}的开户银行登记错了。"),
    "R02": (Action.FIX_CARD, "收款账户已经销户", f"{_CARD}已经销户。"),
    "R03": (Action.FIX_CARD, "没有这个收款账户", f"{_CARD}号不对。"),
    "R04": (Action.FIX_CARD, "卡号不对", f"{_CARD}号不对。"),
    "R12": (Action.FIX_CARD, "收款账户已经转到别的网点", f"{_CARD}的开户银行登记错了。"),
    "R13": (Action.FIX_CARD, "收款银行行号不对", f"{_CARD}的开户银行登记错了。"),
    "R17": (Action.FIX_CARD, "收款人的资料不对", f"{_CARD}与登记的姓名对不上。"),
    "R20": (Action.FIX_CARD, "收款账户的类型不能收这种款", f"{_CARD}不能收补贴。"),
    # The card is right, but only the person can make it usable.
    "AC06": (Action.ASK_PERSON, "收款账户被冻结、挂失或者停用", f"{_CARD}被冻结、挂失或者停用了。"),
    "AC15": (Action.ASK_PERSON, "收款账户的资料变了", f"{_CARD}在银行的资料变了。"),
    "AG01": (Action.ASK_PERSON, "收款账户不允许入账，常见的是没有激活", f"{_CARD}还不能收款，可能没有激活。"),
    "CUST": (Action.ASK_PERSON, "收款人要求退回", "这笔补贴按本人的要求退回了。"),
    "MS02": (Action.ASK_PERSON, "收款人没有说明原因就退回了", "这笔补贴在银行被退回了。"),
    "R16": (Action.ASK_PERSON, "收款账户被冻结", f"{_CARD}被冻结了。"),
    "R23": (Action.ASK_PERSON, "收款人不要这笔款", "这笔补贴按本人的要求退回了。"),
    # 「死亡」 is not for a machine to say to the family: it is looked into first.
    "MD07": (Action.STOP_DECEASED, "银行登记收款人已经去世", "这笔补贴没有发，因为银行登记的情况需要核实。"),
    "R14": (Action.STOP_DECEASED, "银行登记收款人或者代领人已经去世", "这笔补贴没有发，因为银行登记的情况需要核实。"),
    "R15": (Action.STOP_DECEASED, "银行登记收款人已经去世", "这笔补贴没有发，因为银行登记的情况需要核实。"),
    # Nothing is wrong with the payment.
    "AB01": (Action.RETRY_LATER, "清算超时", _FAILED),
    "AB02": (Action.RETRY_LATER, "清算没有办成", _FAILED),
    "AB03": (Action.RETRY_LATER, "清算超时", _FAILED),
    "AB04": (Action.RETRY_LATER, "清算没有办成", _FAILED),
    "AB05": (Action.RETRY_LATER, "收款银行超时", _FAILED),
    "AB06": (Action.RETRY_LATER, "收款银行超时", _FAILED),
    "AB07": (Action.RETRY_LATER, "收款银行不在线", _FAILED),
    "AB08": (Action.RETRY_LATER, "收款银行不在线", _FAILED),
    "AB09": (Action.RETRY_LATER, "收款银行系统出错", _FAILED),
    "AB10": (Action.RETRY_LATER, "收款银行系统出错", _FAILED),
    "AG10": (Action.RETRY_LATER, "收款银行暂停了业务", _FAILED),
    "TM01": (Action.RETRY_LATER, "超过了银行当天的截止时间", _FAILED),
    # Somebody has to find out first. A doubled payment is never simply paid again.
    "AC02": (Action.INVESTIGATE, "银行不认付款账户", _FAILED),
    "AC05": (Action.INVESTIGATE, "付款账户已经销户", _FAILED),
    "AC08": (Action.INVESTIGATE, "银行行号不对", _FAILED),
    "AC13": (Action.INVESTIGATE, "付款账户的类型不对", _FAILED),
    "AM01": (Action.INVESTIGATE, "金额是零", _FAILED),
    "AM02": (Action.INVESTIGATE, "金额超过银行允许的限额", _FAILED),
    "AM03": (Action.INVESTIGATE, "币种不对", _FAILED),
    "AM04": (Action.INVESTIGATE, "付款账户余额不足", _FAILED),
    "AM05": (Action.INVESTIGATE, "银行认为这笔款重复，可能已经发过", _FAILED),
    "AM06": (Action.INVESTIGATE, "金额太小", _FAILED),
    "AM07": (Action.INVESTIGATE, "这笔钱被监管部门冻结", _FAILED),
    "AM09": (Action.INVESTIGATE, "金额不对", _FAILED),
    "AM10": (Action.INVESTIGATE, "文件合计不对", _FAILED),
    "AM11": (Action.INVESTIGATE, "币种不对", _FAILED),
    "AM12": (Action.INVESTIGATE, "金额写法不对", _FAILED),
    "AM13": (Action.INVESTIGATE, "金额超过清算系统的限额", _FAILED),
    "AM14": (Action.INVESTIGATE, "金额超过银行约定的限额", _FAILED),
    "AM18": (Action.INVESTIGATE, "文件笔数不对", _FAILED),
    "AM19": (Action.INVESTIGATE, "文件笔数不对", _FAILED),
    "AM20": (Action.INVESTIGATE, "文件笔数不对", _FAILED),
    "AM21": (Action.INVESTIGATE, "金额超过付款单位约定的限额", _FAILED),
    "BE05": (Action.INVESTIGATE, "银行不认付款单位", _FAILED),
    "BE07": (Action.INVESTIGATE, "缺付款单位的地址", _FAILED),
    "BE08": (Action.INVESTIGATE, "缺付款单位的名称", _FAILED),
    "BE22": (Action.INVESTIGATE, "文件里没有写收款人的姓名", _FAILED),
    "DS02": (Action.INVESTIGATE, "付款单位撤销了指令", _FAILED),
    "DT01": (Action.INVESTIGATE, "付款日期不对", _FAILED),
    "DUPL": (Action.INVESTIGATE, "银行已经收过同一份文件", _FAILED),
    "ED05": (Action.INVESTIGATE, "清算没有办成，原因不明", _FAILED),
    "FF01": (Action.INVESTIGATE, "文件格式银行读不了", _FAILED),
    "FOCR": (Action.INVESTIGATE, "按撤回申请退回", _FAILED),
    "FR01": (Action.INVESTIGATE, "银行怀疑涉及诈骗", _FAILED),
    "MS03": (Action.INVESTIGATE, "银行没有说明原因", _FAILED),
    "NARR": (Action.INVESTIGATE, "银行另附文字说明", _FAILED),
    "NOAS": (Action.INVESTIGATE, "收款人没有答复银行", _FAILED),
    "RC03": (Action.INVESTIGATE, "付款银行行号不对", _FAILED),
    "RF01": (Action.INVESTIGATE, "指令编号重复", _FAILED),
    "RR01": (Action.INVESTIGATE, "监管要求：缺付款人账号", _FAILED),
    "RR02": (Action.INVESTIGATE, "监管要求：缺付款人资料", _FAILED),
    "RR03": (Action.INVESTIGATE, "监管要求：缺收款人资料", _FAILED),
    "RR04": (Action.INVESTIGATE, "监管原因", _FAILED),
    "SL11": (Action.INVESTIGATE, "收款人不在银行允许的名单里", _FAILED),
    "TECH": (Action.INVESTIGATE, "银行系统处理出错", _FAILED),
    "UPAY": (Action.INVESTIGATE, "银行认为这笔款不该付", _FAILED),
    "R01": (Action.INVESTIGATE, "付款账户余额不足", _FAILED),
    "R10": (Action.INVESTIGATE, "银行认为这笔款没有经过同意", _FAILED),
    "R24": (Action.INVESTIGATE, "银行认为这笔款重复，可能已经发过", _FAILED),
}

PUBLISHED = frozenset(_REASONS)
