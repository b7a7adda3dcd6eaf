"""Chinese words of the rosters: labels and refusals."""

from typing import Any

FILE_EMPTY = "这个文件是空的，请重新选择。"
TOO_MANY_UPLOADS = "您已有 {count} 份表正在上传，请等其中一份传完再传。"
OTHER_FILE = "这份表和刚才传的不一样了，请重新选文件。"
PIECE_LOST = "这一段没有传对，正在重传。"
NOT_WHOLE = "这份表还没有传完，请重新选文件接着传。"
NO_SUCH_UPLOAD = "上传的表已经收过，或者放得太久清掉了，请重新选文件。"
NO_FILE_CHOSEN = "请选择文件。"
FILE_TOO_LARGE = "文件超过 {mb} MB。请按村分成几份再传。"
ALREADY_UPLOADED = "这份表已经传过，内容一样，在花名册 {no}。确实要再传一份，请勾选“还是要传”。"
NOT_OPEN = "花名册现在不能改，可能已经定稿。请刷新后再看。"
READING = "正在读取，请等读完再办。"
NO_FILE = "还没有读好的表，请先上传。"
NO_ROW = "这份花名册里没有这一行，请刷新后再看。"
NO_CHANGE = "没有改动。请在要改的格子里填上新的内容。"
TOO_MANY_ROWS = "一次最多改 {count} 行。请分几次存。"
UNDONE_REASON = "撤销"
NO_REASON = "请写明理由。"
NOTHING_TO_CONFIRM = "表上的合计与各行相加一样，不用确认。"
NOTHING_ASKED = "这份表的表头已经认清了，请刷新后再看。"
NO_HEADINGS = "第 {row} 行不像表头。请点写着姓名、身份证号、金额的那一行。"
COLUMN_NOT_TOLD = "还没有指出哪一列是{fields}。没有这一列，请在表里补上再传。"
COLUMN_TOLD_TWICE = "“{fields}”指了两列，请只留一列。"
# The headline of a roster without rows, by how it stands.
NOT_READ = {
    "drafted": "还没有上传",
    "received": "正在读取核对",
    "asked": "表头认不全，指一下就能读",
    "refused": "这份表没有收，请改好再传",
    "failed": "这份表没有读成，请再传一次",
}
HEADINGS_ASKED = "{fault}。请指一下每一列是什么。"
REFUSED_FILE = "这份表不能收：{message}"

DIFFERENCES = {"added": "新增", "gone": "减少", "changed": "数量或金额变了", "card": "只换了卡"}
COMPARING = "{no} 与上期比对"
COMPARED = "已逐人比对完。"
FROM_LAST_CYCLE = "上期名册的号码"
FROM_CARD_REGISTRY = "发卡库里本人的卡"
FROM_REGISTRY = "人员库里的姓名"
COPY_NAME = "复制上期 {no}.csv"
NOTHING_TO_COPY = "这个项目在本地还没有定稿过花名册，没有可以复制的。请上传花名册。"

READ_TITLE = "读取核对 {filename}"
READ_DONE = "读完了：共 {rows} 行，{ok} 行没有问题，{errors} 行要改。"
RECEIVED = "已收到文件，正在读取核对。"
CORRECTED = "这一行已改好并重新核对。"
CORRECTED_MANY = "改好了 {count:,} 行，已重新核对：{rest}。"
NOTHING_LEFT = "没有要改的了"
LEFT = "还有 {count:,} 行要改"
UNDONE = "已撤销，这 {count:,} 行恢复成改之前的样子。"
NOTHING_TO_UNDO = "没有可以撤销的了。"
DROPPED = "这一行已剔除，理由已留痕。"
CONFIRMED = "已记下您确认合计的理由。"
MATCHED = "比对完成：{matched} 行有卡可发，{missing} 行待办卡。"
COMPLETED = "已定稿：{count:,} 行，合计 {yuan} 元。下一步张贴公示。"
WARNINGS_SEEN = "{count} 行的提醒都看过了。"
WARNINGS_UNSEEN = "有 {count:,} 行带提醒。请按原因看过这些行，勾选“提醒都看过了”再定稿。"
VOIDED = "这份花名册已作废。"

OTHER_MAPPING = "按新的列对应重新读了同一份表。"
COMPARED = "和上一份表比，{rows}。"
ALL_SAME = "{same:,} 行都没动"
REST_SAME = "其余 {same:,} 行没动"
MENDED_AND_FOUND = "改好 {mended:,} 处，新发现 {found:,} 处问题。"
CARRIED = "您在网页上改过的 {carried:,} 行照样算数。"

MENU_GROUP = "发放"
MENU_TITLE = "名册与申报"
MENU_NOTE = "乡镇上传、改错、定稿的花名册。"


def compared(found: Any, *, same_file: bool) -> str:
    """What a file changed against the one before it (a ReadingComparison), in one sentence or two."""
    told = (("改了", found.changed_count), ("新增", found.added_count), ("少了", found.gone_count))
    rows = [f"{word} {count:,} 行" for word, count in told if count]
    rest = REST_SAME if rows else ALL_SAME
    first = OTHER_MAPPING if same_file else COMPARED.format(rows="，".join((*rows, rest.format(same=found.same_count))))
    carried = CARRIED.format(carried=found.carried_count) if found.carried_count else ""
    return first + MENDED_AND_FOUND.format(mended=found.mended_count, found=found.found_count) + carried
