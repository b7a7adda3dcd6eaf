"""What the registry says to people."""

NO_SUCH_PERSON = "没有找到这个人，或者不归您管。"
NO_SUCH_CHANGE = "没有找到这次变更，或者不归您管。"
NO_SUCH_LOAD = "没有找到这次导入，或者不归您管。"
BANK_CHANGED = "第 {row} 行：行号 {code} 或卡号前六位 {prefix} 已经登记给别的银行。请核对后再导入。"
OLDER_FILE = "这份文件的数据日期 {as_of} 早于已导入的 {latest}，导入会把卡的状态改回旧的。请用最新的文件。"
CARD_ELSEWHERE = "这张卡已经登记在别人名下或别的银行。请与人社、银行核对。"
ID_TAKEN = "这个身份证号已经登记给别的人员编号。请核对是不是同一个人。"
ID_CHANGED = "这个人员编号原来是另一个身份证号。身份证号登记后不能改成别的；换人请用新的人员编号。"
NOT_AN_OWN_CARD = "只能改发到本人自己的社保卡，而且人社要已经登记过这张卡。"
ALREADY_PAYEE_CARD = "现在就是发到这张卡，不用变更。"
CHANGE_IS_OPEN = "这个人已有一次变更在办，请等它办完。"
REASON_MISSING = "请写明本人为什么要换卡，不超过 200 字。"
CONFIRMED_LATER = "本人确认日期不能晚于今天。"
STATUS_WORDS = {"正常": "active", "未激活": "inactive", "挂失": "lost", "注销": "canceled"}
STATUS_SHOWN = {code: words for words, code in STATUS_WORDS.items()}
# What the township does for somebody who cannot be paid yet (C8, C9, C12).
CHASE = {
    "no_id": ("没有身份证号", "请本人到派出所登记户口，办好后更新人员信息。"),
    "no_card": ("没有社保卡", "请通知本人带身份证到银行或人社窗口办卡。"),
    "inactive": ("社保卡未激活", "请通知本人带卡和身份证到发卡银行激活金融功能。"),
    "lost": ("社保卡已挂失", "请通知本人到发卡银行解挂或补卡。"),
    "canceled": ("社保卡已注销", "请通知本人重新办卡。"),
    "ready": ("可以发放", ""),
}
MENU_GROUP = "人和卡"
MENU_PEOPLE = "人员"
MENU_UNPAYABLE = "缺卡名单"
MENU_CHANGES = "发放卡变更"
MENU_LOADS = "社保卡导入"
ABOUT_PEOPLE = "补贴对象和他们的户、卡，可以按姓名或身份证号查。"
ABOUT_UNPAYABLE = "现在收不到钱的人：缺什么、该怎么办。"
ABOUT_CHANGES = "本人要换一张卡收补贴：一人经办，一人复核。"
ABOUT_LOADS = "人社部门批量导入社保卡和卡的状态。"
