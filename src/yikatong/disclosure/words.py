"""What the pages of this room say."""

from collections.abc import Sequence

MENU_GROUP = "公示公开"
MENU_PAID = "实际发放情况"
ABOUT_PAID = "发放以后登记的事实：发了多少人、多少钱，短信发给谁。"
STAGE_PAID = "再公示"
STAGE_PAID_NOTE = "{day} 前公开"
SMS_SIGN = "{county}一卡通"
TASK_SEND = "发送 {no} 的到账短信 {count:,} 条"
SENT = "已发出 {written} 条，{no_mobile} 人没有手机号。"


def both_ways(agreed: Sequence[bool | None]) -> str:
    """How published and credited compare, one a notice (None: not verified yet), as a sentence."""
    same, differ, waiting = agreed.count(True), agreed.count(False), agreed.count(None)
    told = [
        f"{count:,} 批{words}"
        for count, words in ((differ, "公示和银行到账不一致"), (same, "公示和银行到账一致"), (waiting, "还没有验证"))
        if count
    ]
    return "，".join(told) or "还没有到账的发放，没有可验证的"
