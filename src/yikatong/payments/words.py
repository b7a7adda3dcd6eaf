"""What the pages of this room say."""

MENU_GROUP = "发放"
MENU_GROUP_BACK = "退票与退回"
MENU_REQUESTS = "发放申请"
MENU_STUCK = "失败与退票"
MENU_REFUNDS = "退回财政"
MENU_EXCEPTIONS = "回盘不符"
MENU_RECOVERIES = "错发追回"
MENU_OWED = "补发台账"
MENU_AGEING = "待处理账龄"
MENU_MONTH_ENDS = "月末清理"
ABOUT_REQUESTS = "部门提交、财政复核、签发的每次发放。"
ABOUT_STUCK = "没发到卡上的每一笔：原因是什么、下一步怎么办。"
ABOUT_REFUNDS = "不再发放的钱退回国库：一人申请，财政批准。"
ABOUT_EXCEPTIONS = "银行说的和我们记的对不上的每一笔，查清为止。"
ABOUT_RECOVERIES = "发错的钱要回来：应追多少、已收多少、还差多少。"
ABOUT_OWED = "当年退回国库、查清后还要补给本人的钱。"
ABOUT_AGEING = "待处理的钱停了多久、由谁负责，可以导出。"
ABOUT_MONTH_ENDS = "每月底清点待处理的钱：是零，或者每一分都有人、有原因。"
KIND_REQUEST = "发放申请"
KIND_STUCK = "失败与退票"
KIND_REFUND = "退回财政"
KIND_EXCEPTION = "回盘不符"
KIND_RECOVERY = "错发追回"
KIND_RECEIPT = "追缴收款"
KIND_OWED = "更正后补发"
KIND_MONTH_END = "月末清理"
DO_FILE = "去申请"
DO_VERIFY = "去复核"
DO_RELEASE = "去签发"
DO_MEND = "去处理"
DO_APPROVE = "去审批"
DO_EXPLAIN = "去说明"
DO_RESOLVE = "去核实"
DO_CONFIRM = "去确认"
DO_CHASE = "去催收"
DO_GIVE_BACK = "去上缴"
DO_PAY_LATE = "去补发"
DO_MONTH_END = "去编制"
DO_SIGN = "去签字"
REQUEST_TITLE = "{program} · 发放申请 {no}"
FILE_TITLE = "{program} · 批次 {no} 资金已到账"
STUCK_TITLE = "{program} · 批次 {no} 有 {count:,} 笔没有发成"
REFUND_TITLE = "{program} · 退回财政 {no}"
EXCEPTION_TITLE = "{no} · {kind}"
RECOVERY_TITLE = "{program} · 追缴 {no}"
RECEIPT_TITLE = "{program} · 追缴 {no} 收款 {voucher}"
RECEIPTS_TITLE = "批次 {no} 有 {count:,} 笔追回的钱要上缴国库"
OWED_TITLE = "{program} · {count:,} 人更正后可以补发"
MONTH_END_TITLE = "{year} 年 {month} 月待处理资金月末表"
RECOVERY_PREPARED = "已登记追缴 {no}，请财政审批。"
RECEIPT_RECORDED = "已登记收款 {voucher}，请财政确认。"
LATE_ASSEMBLED = "已汇总补发批次 {no}，请部门复核。"
MONTH_END_PREPARED = "已编制 {year} 年 {month} 月的月末表，请另一位财政人员签字。"
NEED_REASON = "请写明追缴的依据，例如死亡证明或核查结论的文号。"
DUE_BEFORE_DEMAND = "限期不能早于追缴通知日。"
NEED_AMOUNT = "请填写大于零的金额。"
NEED_RECEIPT_VOUCHER = "请填收款凭证号，财政要凭它确认。"
CHOOSE_PAYMENT = "请先按姓名查到这笔到账，再选中它。"
STAGE_REQUEST = "发放申请"
STAGE_CARD = "到卡"
STAGE_STUCK = "失败与退票"
STAGE_NOT_YET = "还没有申请"
STAGE_STUCK_NOTE = "{count:,} 笔待处理"
STAGE_CREDITED = "已到账 {count:,} 笔"
FILED = "已提交发放申请 {no}，请财政复核。"
REISSUED = "已提交重新发放申请 {no}，请财政复核。"
ACCEPTANCE_FILED = "已提交认作已发放的申请 {no}，请财政核实。"
NEED_FOUND_OUT = "请写明怎么查实钱已经到了本人卡上。"
TAKEN = "{no}：{step}，已记录。"
REFUND_PREPARED = "已登记退回财政 {no}，请财政审批。"
CHOOSE = "请至少选一个人。"
SET_CHANGED = "这期间名单变了，和您看到的不一样。请看一眼现在的，再选一次。"
CHOOSE_CAUSE = "请选退回的原因。"
NEED_VOUCHER = "请填缴款书号，财政要凭它核对。"

PAYMENT_STATES = {
    "prepared": "待发送",
    "to_accept": "待认作已发放，不再发送",
    "void": "申请已作废，没有发送",
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
    "booked": "银行对账单上这笔钱已经付出、还没有退回，再办就付两次。请银行退回，退回上了对账单再处理；查实只付给本人一次的，可以认作已发放。",
    "booked_returned": "银行报了退票，对账单上还没有退回，一般下一个营业日就有，有了就能处理。"
    "过几天还没有的请银行查；查实钱还在本人卡上，可以认作已发放。",
    "not_closed": "还没有与银行对平，对平后才能处理。",
    "exception": "银行回盘有不符之处，了结后才能处理。",
    "stopped": "可能已去世，不能重新发放。核实后退回财政。",
    "no_card": "现在没有可用的社保卡。请本人办卡或激活，再请乡镇登记换卡。",
    "cooling": "新换的卡过了冷静期才能用，{day} 起可以重新发放。急用的请部门负责人核实后提前启用。",
    "same_card": "还是原来那张卡。请乡镇登记换卡、部门复核后再发。",
}

# The clocks of money in suspense.
CAUSES = {
    "not_entitled": "不符合领取条件（按月清零）",
    "uncorrectable": "待更正（年底前退回）",
}

# Why money still lay in suspense at the end of a month.
REASONS = {
    "claimed": "已在重新发放、认作已发放或退回，等审批和发送",
    "booked": "对账单上已经付出，等银行退回或者认作已发放",
    "not_closed": "还没有与银行对平",
    "exception": "银行回盘有不符之处，正在核实",
    "stopped": "可能已去世，核实后退回财政",
    "no_card": "没有可用的社保卡",
    "same_card": "还没有换卡",
    "cooling": "新换的卡在冷静期内",
    "free": "可以重新发放，还没有办理",
    "received": "追回的钱还没有上缴国库",
}
