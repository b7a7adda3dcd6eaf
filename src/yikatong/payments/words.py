"""What the pages of this room say."""

MENU_GROUP = "发放"
MENU_REQUESTS = "发放申请"
MENU_STUCK = "失败与退票"
MENU_REFUNDS = "退回财政"
MENU_EXCEPTIONS = "回单不符"
KIND_REQUEST = "发放申请"
KIND_STUCK = "失败与退票"
KIND_REFUND = "退回财政"
KIND_EXCEPTION = "回单不符"
DO_FILE = "去申请"
DO_VERIFY = "去复核"
DO_RELEASE = "去签发"
DO_MEND = "去处理"
DO_APPROVE = "去审批"
DO_EXPLAIN = "去说明"
DO_RESOLVE = "去核实"
REQUEST_TITLE = "{program} · 发放申请 {no}"
FILE_TITLE = "{program} · 批次 {no} 资金已到账"
STUCK_TITLE = "{program} · 批次 {no} 有 {count} 笔没有发成"
REFUND_TITLE = "{program} · 退回财政 {no}"
EXCEPTION_TITLE = "{no} · {kind}"
STAGE_REQUEST = "发放申请"
STAGE_CARD = "到卡"
STAGE_STUCK = "失败与退票"
STAGE_NOT_YET = "还没有申请"
STAGE_STUCK_NOTE = "{count} 笔待处理"
STAGE_CREDITED = "已到账 {count} 笔"
FILED = "已提交发放申请 {no}，请财政复核。"
REISSUED = "已提交重新发放申请 {no}，请财政复核。"
TAKEN = "{no}：{step}，已记录。"
REFUND_PREPARED = "已登记退回财政 {no}，请财政审批。"
CHOOSE = "请至少选一个人。"
CHOOSE_CAUSE = "请选退回的原因。"
NEED_VOUCHER = "请填缴款书号，财政要凭它核对。"

PAYMENT_STATES = {
    "prepared": "待发送",
    "in_transit": "银行处理中",
    "credited": "已到账",
    "failed": "发放失败",
    "returned": "银行退票",
    "reissued": "已重新发放",
    "refunded": "已退国库",
}

# What the clerk does next, by the action that the bank's reason asks for.
ACTIONS = {
    "fix-card": "核对社保卡",
    "ask-person": "请本人去银行",
    "stop-deceased": "停发核实",
    "retry-later": "等银行恢复",
    "investigate": "与银行核实",
}

# Why a line waits: holds and obstacles of ``rules``, with what to do about it.
WAITS = {
    "claimed": "已经在处理，等审批和发送。",
    "not_closed": "还没有与银行对平，对平后才能处理。",
    "exception": "银行回单有不符之处，了结后才能处理。",
    "stopped": "可能已去世，不能重新发放。核实后退回财政。",
    "no_card": "现在没有可用的社保卡。请本人办卡或激活，再请乡镇登记换卡。",
    "same_card": "还是原来那张卡。请乡镇登记换卡、部门复核后再发。",
}
