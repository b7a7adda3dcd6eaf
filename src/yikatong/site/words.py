"""What the site's own pages say to people."""

VIEW_NEEDS_A_NAME = "请给这组筛选起个名字，20 个字以内。"
VIEW_TOO_LONG = "筛选条件太长，没有存。请少选几项再存。"
TOO_MANY_VIEWS = "常用筛选最多存 {count} 组，请先删掉不用的。"
VIEW_SAVED = "已存为常用筛选“{name}”。"
WATCHED = "已关注。它有进展时，您会在消息里看到。"
UNWATCHED = "已取消关注。"
NOTHING_PICKED = "还没有选。请在待办里勾选要一起办的事。"
SEVERAL_KINDS_PICKED = "一次只能办同一类事，您选的有{kinds}。请先按类别筛选，再勾选。"
TOO_MANY_PICKED = "一次最多选 {count} 件，太多了看不过来。请少选几件，分几次办。"
REASON_FOR_ALL = "请写明原因，对方要凭它修改。"

EXPORT_NOT_A_LIST = "这一页没有可以导出的名单。请回到名单页，再点“导出 Excel”。"
EXPORT_TITLE = "导出 {title}"
EXPORT_DONE = "共 {count} 行。文件留到 {day}，只有您能下载。"
EXPORT_GONE = "这份导出的文件过了保留期，已经删除。请回到名单页重新导出。"
PRINT_NOT_A_LIST = "这一页没有可以打印的名单。"
PRINT_TOO_LONG = "这份名单有 {count} 行，最多能打印 {most} 行。请先筛选，或者导出 Excel。"
EXPORT_SHEET = "导出说明"
EXPORT_HEADS = ("项目", "内容")
EXPORT_MASKED = "身份证号、卡号、手机号与网页上一样遮盖。"
NO_FILTER = "没有筛选，全部列出"

# The keys that he.js listens to, for the list that ``?`` opens: (keys, what they do).
KEYS = (
    (("/",), "搜索人、批次、申请、指令和文号"),
    (("g", "i"), "回到待办"),
    (("g", "m"), "看消息"),
    (("g", "r"), "看名册与申报"),
    (("h",), "看本页怎么用"),
    (("?",), "打开这张快捷键表"),
    (("Esc",), "关掉打开的小窗"),
    (("Enter",), "改错时：到下一处，最后一处就存好"),
    (("↑", "↓"), "改错时：到上一行、下一行的同一列"),
    (("Ctrl", "Z"), "改错时：撤销刚改的一格，没有了就撤销刚存的"),
    (("Ctrl", "V"), "改错时：粘贴从 Excel 里复制的一列"),
    (("Ctrl", "S"), "改错时：存好，重新核对"),
)
MORE = "更多"
SECTION_BANK = "发给银行的、银行送回的，和两边对账。"
SECTION_BACK = "没发到卡上的钱：重发、退回国库、追回、补发，和每月清理。"
SECTION_POLICY = "有哪些补贴、按什么标准、每一期什么时候发。"
SECTION_PEOPLE = "补贴对象和他们的社保卡。"
SECTION_DISCLOSURE = "发放以前的公示，和发放以后的公开。"
SECTION_MONEY = "钱从哪来、批了多少。"
SECTION_PAYING = "从花名册到发放申请，每一步走到哪了。"
