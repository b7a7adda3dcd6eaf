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
NEVER_SENT = "进程中断，不知道银行收到没有。"
EXCHANGING = "已开始与银行交换：发送待发的指令，取回回盘和对账单。片刻后请看银行回盘。"
SENT_LOG_BROKEN = "发送记录 {path} 读写不了：{why}。没有它就发现不了数据库被恢复成旧的，所以不发送。请系统管理员修好。"
LOST_SENDINGS = "数据库里没有已经发给银行的指令 {example}（共 {count} 份），它是恢复出来的旧数据。"
RESTORING = "数据库是恢复出来的，与银行逐份核清以前不发送任何指令。请看 yikatong restore status。"
RESTORATION = "{at:%Y-%m-%d %H:%M} 进入恢复模式：{reason} 数据到 {until:%Y-%m-%d %H:%M:%S} 为止。"
MISSING_FILE = "没有着落：{message}（从{source}知道）。查明后用 yikatong restore explain 说明。"
ADOPTED = "已补登：{message}，恢复以前已经发送。"
FILE_EXPLAINED = "已记下对 {message} 的说明。"
RESTORED = "已离开恢复模式，可以发送。"
NOT_SIGNED_IN = "用户名 {name} 或密码不对。"
NOT_A_STATEMENT = "这不是本机构账户的银行对账单。只能手工上传对账单；逐笔结果只从银行的通道取，不能由人带来。"
STATEMENT_IS_HERE = "这一天的对账单已经有了，不用再上传；内容不同的话请向银行核实。"
UPLOAD_TOO_LONG = "对账单太大，不能手工上传，请银行从通道发来。"
DIFFERENCE_CHANGED = "上传以后又收到了银行结果，差异和当时显示的不一样了。请退回，重新上传再看。"
REPORT_MISSING = "{series} 缺第 {number} 号回盘，后面的 {count} 份先不登记，等银行补发。"
NOT_RESTORING = "不在恢复模式：数据库与发送记录一致，可以发送。"
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
