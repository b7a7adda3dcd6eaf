"""What banking says to people."""

NO_AGREEMENT = "{agency} 在 {day} 没有有效的代发协议，不能生成指令。请系统管理员登记协议后再生成。"
NO_PAYMENTS = "这份发放申请的指令都已经生成，没有要再生成的。"
NO_SUCH_INSTRUCTION = "没有找到这份代发指令，或者不归您办。"
NO_SUCH_REPORT = "没有找到这份回盘，或者不归您办。"
NO_SUCH_STATEMENT = "没有找到这份对账单，或者不归您办。"
NO_SUCH_BREAK = "没有找到这处差异，或者不归您办。"
NO_SUCH_PROVIDER = "没有找到代发机构 {name}。请先用 yikatong providers load 登记。"
ALREADY_SENDING = "这份指令正在由另一个进程发送，不会再发一次。"
STILL_UNKNOWN = "结果未知：银行没有查到这份指令，它可能还在路上，不能再发。请向 {name} 查实。"
LATE = "回盘的编号以前收到过，内容却不一样。没有登记，请向银行核实是哪一份。"
SEALED = "已生成 {count} 份代发指令，正在发送。"
CREDENTIALS_MISSING = "代发机构 {name} 的凭据文件 {ref} 读不了。请系统管理员放到凭据目录后再试。"
PROVIDER_FILE_BROKEN = "{file} 读不了：{what}。请按说明改正后再装入，什么都没有登记。"
UNFIT = "有 {count} 笔款项不能写进银行的文件（{format}），没有封存，也没有发送，一笔都不会写成“?”："
UNFIT_MORE = "另外还有 {count} 笔，改正上面这些后会接着列出。"
NEVER_SENT = "进程中断，不知道银行收到没有。"
EXCHANGING = "已开始与银行交换：发送待发的指令，取回回盘和对账单。片刻后请看银行回盘。"
PAYMENT_STATES = {
    "prepared": "待发送",
    "in_transit": "银行在途",
    "credited": "已到账",
    "failed": "发放失败",
    "returned": "银行退票",
    "reissued": "已重新发放",
    "refunded": "已退国库",
}

PLACES = {
    "available": "可用指标",
    "planned": "已批用款计划",
    "drawn": "零余额账户",
    "in_transit": "银行在途",
    "credited": "已到卡",
    "suspense": "待处理",
    "treasury": "已退国库",
}
