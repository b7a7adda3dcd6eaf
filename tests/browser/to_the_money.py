"""The run's first half: from the catalog to money on the zero-balance account."""

import re
from datetime import timedelta
from pathlib import Path

from .desk import Office, business_day, step_days, total_of
from .making import PHOTOGRAPH, County

PROGRAM = "耕地地力保护补贴资金"


def publish_the_catalog(office: Office, county: County) -> None:
    """罗雅琴 drafts, 何承志 verifies, 沈国栋 approves for the government."""
    drafter = office["luo.yusuan"]
    drafter.menu("补贴政策清单")
    drafter.attach("清单文件", county.folder / "catalog.csv")
    drafter.press("起草并提交财政审核")
    drafter.sees("现在等")
    drafter.sees_no_button("财政审核通过")
    verifier = office["he.yusuan"]
    verifier.inbox("财政审核通过")
    verifier.press("财政审核通过")
    government = office["shen.zhengfu"]
    government.inbox("政府批准并公布")
    government.press("政府批准并公布")
    government.menu("补贴项目")
    government.sees(PROGRAM)


def open_the_cycle(office: Office) -> None:
    """周敏 opens 2026's round with its deadlines."""
    clerk = office["nongye.jingban"]
    clerk.menu("发放周期")
    clerk.follow("开启一期")
    today = business_day(clerk)
    clerk.choose("补贴项目", f"P01 {PROGRAM}")
    clerk.fill("周期", "2026")
    clerk.fill("花名册报送期限", (today + timedelta(days=20)).isoformat())
    clerk.fill("发放期限", (today + timedelta(days=60)).isoformat())
    clerk.press("开启这一期")
    clerk.sees("办理中")


def load_cards(office: Office, file: Path) -> None:
    """任佳 loads what the card office exported."""
    officer = office["renshe.faka"]
    officer.menu("社保卡导入")
    officer.attach("社保卡文件", file)
    officer.press("导入社保卡")
    officer.waits_for_work()
    officer.sees(file.name)


def report_the_roster(office: Office, county: County) -> None:
    """李春燕 uploads, mends the wrong number and says why the sum on the sheet is not the sum of its rows."""
    clerk = office["liuhe.jingban"]
    clerk.inbox("上传花名册")
    clerk.attach("花名册文件", county.roster)
    clerk.press("上传并核对")
    clerk.waits_for_work()
    clerk.sees(re.compile("合计与各行不一致"))
    clerk.follow("改列对应")
    clerk.sees("身份证号码")
    clerk.page.go_back()
    clerk.fill("行 身份证号", county.misspelt.id_number)
    clerk.page.keyboard.press("Enter")
    clerk.sees("没有要改的行")
    clerk.fill("为什么以各行为准", "合计是手工填的，已逐行核对。")
    clerk.press("确认合计")
    clerk.sees("合计不一致，已说明")


def match_and_chase(office: Office, county: County) -> None:
    """One card is not activated: it is chased, reported anew, and the second match takes it in."""
    clerk = office["liuhe.jingban"]
    clerk.press("比对人员和社保卡")
    clerk.follow("看催办名单")
    clerk.sees("1 行的钱在等社保卡")
    clerk.sees(county.not_activated.name)
    step_days(clerk, 1)
    load_cards(office, county.folder / "cards-2.csv")
    clerk.inbox("催办社保卡")
    clerk.press("再比对一次")
    clerk.follow("看可以发放的行")
    clerk.sees("12 行可以发放")
    clerk.inbox("催办社保卡")
    clerk.main.get_by_label("1 行的提醒都看过了").check()
    clerk.press("定稿")
    clerk.sees("已定稿")


def post_and_object(office: Office, county: County) -> None:
    """The lists hang out; 刘根生 of the village takes the photograph and a neighbor's objection to one line; 马建军 upholds
    it and the rest goes on.
    """
    clerk, cadre, leader = office["liuhe.jingban"], office["liuhe.cun"], office["liuhe.shenhe"]
    clerk.inbox("张贴公示")
    clerk.press("张贴公示")
    clerk.sees("公示中")
    notice = clerk.page.url
    cadre.menu("公示与异议")
    cadre.follow(PROGRAM)
    cadre.follow("柳河社区")
    cadre.follow("登记异议：第 5 行")
    cadre.fill("异议内容", "这户去年退了一块地，面积没有减。")
    cadre.fill("提出人", "邻居")
    cadre.press("登记异议，暂停这一行")
    cadre.sees("暂不发")
    cadre.page.goto(notice)
    cadre.attach("照片或扫描件", {"name": "公开栏.png", "mimeType": "image/png", "buffer": PHOTOGRAPH})
    cadre.press("上传照片")
    cadre.sees("公开栏.png")
    clerk.page.reload()
    clerk.sees_no_button("盖章上报")
    leader.inbox("核实后写明结论")
    leader.unfold("异议成立")
    leader.fill("原因", "入户丈量，确实少了，改好后下一批补报。")
    leader.press("异议成立")
    leader.sees("入户丈量")


def seal(office: Office) -> None:
    """Not before the last day of the notice has passed."""
    leader = office["liuhe.shenhe"]
    leader.menu("公示与异议")
    leader.follow(PROGRAM)
    leader.press("盖章上报")
    leader.sees("公示中")
    step_days(leader, 8)
    leader.inbox("公示期满")
    leader.press("盖章上报")
    leader.sees("已盖章上报")


def assemble_and_approve(office: Office) -> None:
    """周敏 accepts and assembles, 韩松 reviews, 秦岚 approves; nobody does two of the three."""
    clerk, reviewer, leader = office["nongye.jingban"], office["nongye.fuhe"], office["nongye.shenpi"]
    clerk.inbox("去接收")
    clerk.press("接收花名册")
    clerk.inbox("去汇总")
    clerk.press("汇总成批次")
    clerk.sees("11 笔")
    clerk.sees_no_button("复核通过")
    reviewer.inbox("去复核")
    reviewer.press("复核通过")
    reviewer.sees_no_button("审批通过")
    leader.inbox("去审批")
    leader.press("审批通过")
    leader.sees("已审批")


def allot_and_draw(office: Office) -> None:
    """Allotment by two, the cash plan by three, then the money reaches the zero-balance account."""
    recorder = office["luo.yusuan"]
    recorder.menu("预算指标")
    recorder.follow("登记指标")
    recorder.choose("补贴项目", f"P01 {PROGRAM}")
    recorder.fill("指标文号", "青财农〔2026〕12号")
    recorder.fill("金额（元）", "5,000.00")
    recorder.press("登记")
    confirmer = office["xie.caizheng"]
    confirmer.inbox("去确认")
    confirmer.press("确认指标")
    clerk = office["nongye.jingban"]
    clerk.inbox("去申请用款")
    clerk.fill("申报金额（元）", total_of(clerk))
    clerk.press("报财政复核")
    for username, inbox, button in (
        ("zheng.fuhe", "去复核", "复核一致，通过"),
        ("wang.caizheng", "去审批", "批准用款"),
        ("fang.guoku", "去拨付", "拨付到零余额账户"),
    ):
        official = office[username]
        official.inbox(inbox)
        if username == "fang.guoku":
            official.fill("支付凭证号", "ZF-2026-001")
        official.press(button)
    office["fang.guoku"].sees("ZF-2026-001")
