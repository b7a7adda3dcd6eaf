"""What banking says to people."""

NO_AGREEMENT = "{agency} 在 {day} 没有有效的代发协议，不能生成指令。请系统管理员登记协议后再生成。"
NO_PAYMENTS = "这份发放申请的指令都已经生成，没有要再生成的。"
NO_SUCH_INSTRUCTION = "没有找到这份代发指令，或者不归您办。"
NO_SUCH_REPORT = "没有找到这份回盘，或者不归您办。"
NO_SUCH_STATEMENT = "没有找到这份对账单，或者不归您办。"
NO_SUCH_AGREEMENT = "没有找到这份代发协议，或者不归您看。"
NO_SUCH_BREAK = "没有找到这处差异，或者不归您办。"
NO_SUCH_PROVIDER = "没有找到代发机构 {name}。请先用 yikatong providers load 登记。"
ALREADY_SENDING = "这份指令正在由另一个进程发送，不会再发一次。"
STILL_UNKNOWN = "结果未知：银行没有查到这份指令，它可能还在路上，不能再发。请向 {name} 查实。"
LATE = "回盘的编号以前收到过，内容却不一样。没有登记，请向银行核实是哪一份。"
SEALED = "已生成 {count} 份代发指令，正在发送。"
CREDENTIALS_MISSING = "代发机构 {name} 的凭据文件 {ref} 读不了。请系统管理员放到凭据目录后再试。"
WIRE_UNUSABLE = "代发机构 {name} 的地址或者凭据不能用，没有连接。请系统管理员核对地址、主机公钥和凭据文件。"
ADDRESS_HTTPS = "地址要以 https:// 开头（本机测试可用 http://127.0.0.1）"
ADDRESS_FOLDER = "文件夹要写完整路径，以 / 开头，不含 .."
ADDRESS_SFTP = "地址要写成 sftp://用户@主机:端口/目录，不含密码"
REPORT_KEY_BROKEN = "回盘签名公钥要有 algorithm（Ed25519）、public_key（base64）和 valid_to（日期）"
NO_TEST_SYSTEM = (
    "{name} 没有登记为测试系统，什么都没有发送。联调会真的发出几分钱的文件。请把银行的测试系统用另一个名字单独登记，"
    "写上 is_test_system = true，不写协议；样子见 yikatong providers example --test-system。"
)
TEST_SYSTEM_PAYS_NOBODY = (
    "测试系统（is_test_system）不付款，不能有代发协议；请去掉 [[agreements]]，已经有协议的机构请换一个名字登记测试系统"
)
TRIAL_BEGINS = "正在与 {name} 的测试系统联调，请不要中断：最多取 {rounds} 次回盘，每次隔 {seconds} 秒……"
NO_TERMS = (
    "请用 --terms 给出测试账户和测试卡的文件，什么都没有发送。文件照下面写，把账户和卡换成银行给的：\n\n{example}"
)
PROVIDER_FILE_BROKEN = "{file} 读不了：{what}。请按说明改正后再装入，什么都没有登记。"
UNFIT = "有 {count:,} 笔款项不能写进银行的文件（{format}），没有封存，也没有发送，一笔都不会写成“?”："
UNFIT_MORE = "另外还有 {count:,} 笔，改正上面这些后会接着列出。"
KEY_EXPIRED = "系统印章密钥 {key} 在 {day} 到期，不能再签。请用 yikatong bank key --renew 换新，并把新公钥交给银行。"
NOT_SIGNED = "没有签名。"
SIGNED_BY_STRANGER = "签名不是登记过的密钥签的。"
SIGNED_BY_EXPIRED = "签名用的密钥 {key} 在 {day} 已经到期。"
SIGNED_OTHERWISE = "签名与内容对不上，内容可能被改动过。"
MANIFEST_BROKEN = "指令 {no} 的清单与指令对不上，没有发送。请联系系统管理员。"
NO_RESULTS = "报文里没有一笔发放结果，没有要登记的。"
UNSIGNED = "{why}没有登记。请银行签好后重发；如果银行换了密钥，请先登记新的公钥。"
NEVER_SENT = "进程中断，不知道银行收到没有。"
COUNTING = "统计人卡钱台账"
COUNTED = "已统计 {count} 个年度。"
EXCHANGING = "已开始与银行交换：发送待发的指令，取回回盘和对账单。片刻后请看银行回盘。"
UNCLOSED_TITLE = "{no} 发出多日还没有与银行对平"
UNANSWERED = "有 {count:,} 笔银行没有答复，请向银行查询"
UNMATCHED = "逐笔结果与银行对账单还对不上，请与银行逐笔核对"
SENT_LOG_BROKEN = "发送记录 {path} 读写不了：{why}。没有它就发现不了数据库被恢复成旧的，所以不发送。请系统管理员修好。"
LOST_SENDINGS = "数据库里没有已经发给银行的指令 {example}（共 {count} 份），它是恢复出来的旧数据"
RESTORING = "数据库是恢复出来的，与银行逐份核清以前不发送任何指令。请看 yikatong restore status。"
RESTORATION = "{at:%Y-%m-%d %H:%M} 进入恢复模式：{reason}。数据库里最后的记录是 {until:%Y-%m-%d %H:%M:%S}。"
MISSING_FILE = "没有着落：{message}（从{source}知道）。查明后用 yikatong restore explain 说明。"
WAITS_FOR_FILES = (
    "{name} 的回盘先不取：发过的 {count} 份文件这里还没有，例如 {example}。请照恢复以前那样重新办到签发，再执行一次 "
    "yikatong restore status；办不到的由监督人员用 yikatong restore explain 说明。"
)
ADOPTED = "已补登：{message}，恢复以前已经发送。"
FILE_EXPLAINED = "已记下对 {message} 的说明。"
RESTORED = "已离开恢复模式，可以发送。"
NOT_SIGNED_IN = "用户名 {name} 或密码不对。"
NOT_A_STATEMENT = "这不是本机构账户的银行对账单。只能手工上传对账单；逐笔结果只从银行的通道取，不能由人带来。"
STATEMENT_IS_HERE = "这一天的对账单已经有了，不用再上传；内容不同的话请向银行核实。"
UPLOAD_TOO_LONG = "对账单太大，不能手工上传，请银行从通道发来。"
DIFFERENCE_CHANGED = "上传以后又收到了银行结果，差异和当时显示的不一样了。请退回，重新上传再看。"
NEIGHBORS = {
    "booked_before": "这些付款在另一天的对账单上已经有过",
    "opens_otherwise": "期初与前一份对账单的期末接不上",
    "closes_otherwise": "期末与后一份对账单的期初接不上",
}
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

MOVEMENTS = {"payment": "付款", "return": "退回", "other_debit": "其他扣款"}
COMPLAINT_RECORDED = "投诉已登记，等银行答复。"
COMPLAINT_TAKEN = "已{step}。"
NO_SUCH_COMPLAINT = "没有找到这件投诉，或者不归您办。"
COMPLAINT_TEXT = "请写明投诉内容。不要写身份证号、卡号和电话号码。"
COMPLAINT_NUMBER = "投诉内容里有一长串数字，像是证件号、卡号或电话。请删去后再登记。"
COMPLAINT_DAY = "发生日期不能晚于今天。"
NOTHING_TO_COUNT = "—"
REASON_ACTIONS = {
    "fix-card": "核对社保卡",
    "ask-person": "请本人去银行",
    "stop-deceased": "停发核实",
    "retry-later": "银行一时没有办成",
    "investigate": "与银行核实",
    "": "没有写明原因",
}
MENU_GROUP = "银行"
MENU_INSTRUCTIONS = "代发指令"
MENU_REPORTS = "银行回盘"
MENU_BOOKS = "每日对账"
MENU_RECONCILIATION = "银行对账"
MENU_PROVIDERS = "代发机构"
MENU_SERVICE = "代发服务"
MENU_PEOPLE = "人卡钱台账"
MENU_COMPLAINTS = "服务投诉"
ABOUT_INSTRUCTIONS = "发给银行的每份文件走到哪了。"
ABOUT_REPORTS = "银行送回的每份结果，收到什么、认了多少笔。"
ABOUT_BOOKS = "明细、资金账、银行结果、对账单四方按日、按文件核对，差异逐笔列出。"
ABOUT_RECONCILIATION = "每日的银行对账单；银行没送来时，可由两人手工上传。"
ABOUT_PROVIDERS = "代发机构、它们的协议和收付账户。"
ABOUT_SERVICE = "每家银行的到账快慢、失败率和投诉。"
ABOUT_PEOPLE = "按乡镇看：多少人、多少卡、发了多少钱。"
ABOUT_COMPLAINTS = "群众对代发机构的投诉，和处理结果。"
