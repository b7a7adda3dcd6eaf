"""What happened, in Chinese, for every event of the audit trail that is no step of a flow; a step has its flow's words."""

from yikatong.core.workflow import FLOWS

EVENTS = {
    "bank_report.received": "收到银行回盘",
    "bank_statement.recorded": "登记银行对账单",
    "banks.loaded": "导入银行和卡号前缀",
    "cards.loaded": "导入社保卡",
    "cash_plan.sampled": "抽出复核样本",
    "file.opened": "打开存档文件",
    "file.stored": "存入文件",
    "inbox.decided_together": "一次办理多件待办",
    "instruction.acknowledged": "银行已收到指令",
    "instruction.built": "生成代发指令",
    "instruction.inquired": "向银行催问",
    "instruction.manifested": "指令清单签名",
    "instruction.refused": "银行整体拒收指令",
    "instruction.sealed": "封存指令",
    "instruction.sending": "开始发送指令",
    "instruction.unknown": "发送结果未知",
    "instruction.void": "指令作废",
    "ledger.allot": "资金账：指标下达",
    "ledger.credit": "资金账：到卡",
    "ledger.draw": "资金账：拨付至零余额账户",
    "ledger.fail": "资金账：发放失败",
    "ledger.plan": "资金账：用款计划占用指标",
    "ledger.recover": "资金账：追缴收款",
    "ledger.refund": "资金账：退回国库",
    "ledger.reissue": "资金账：重新发放",
    "ledger.return": "资金账：银行退票",
    "ledger.send": "资金账：交银行代发",
    "ledger.unplan": "资金账：用款计划撤回",
    "list.exported": "导出列表",
    "list.fetched": "取走导出的列表",
    "list.printed": "打印列表",
    "notice.proved": "上传公示佐证",
    "payment_batch.frozen": "批次定稿",
    "payment_batch.sampled": "抽出复核样本",
    "payment_request.matched": "发放结果与银行对账单对平",
    "payment_request.outcomes_recorded": "登记银行逐笔结果",
    "payment_request.paid_facts_recorded": "记下再公示的发放事实",
    "payment_request.reinstated": "作废的指令文件重新算数",
    "payment_request.sampled": "抽出复核样本",
    "refund.claims_freed": "退回的退款单放开明细",
    "registry.looked_up": "查询人员登记",
    "residents.loaded": "导入人口登记",
    "restoration.entered": "进入恢复模式",
    "restoration.explained": "说明银行知道的文件",
    "restoration.file_found": "恢复中发现银行知道的文件",
    "restoration.left": "离开恢复模式",
    "restoration.visited": "恢复中向银行问全部文件",
    "roster.matched": "花名册比对人员和卡",
    "roster.total_confirmed": "确认花名册合计差异",
    "sending.stop_lifted": "同意解除紧急停发",
    "sending.stopped": "紧急停发",
    "sms.delivered": "登记短信发送结果",
    "vault.opened": "批量打开个人信息",
    "vault.revealed": "查看个人信息原文",
}


def event_words(name: str) -> str:
    """An event's words; empty for one that nobody has put into words."""
    flow_name, _, verb = name.partition(".")
    flow = FLOWS.get(flow_name)
    steps = [step.words for step in flow.steps if step.verb == verb] if flow else []
    return steps[0] if steps else EVENTS.get(name, "")
