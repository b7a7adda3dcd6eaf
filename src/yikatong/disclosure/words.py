"""What the pages of this room say."""

MENU_GROUP = "公示公开"
MENU_PAID = "实际发放情况"
STAGE_PAID = "再公示"
STAGE_PAID_NOTE = "{day} 前公开"
SMS_SIGN = "{county}一卡通"
TASK_SEND = "发送 {no} 的到账短信 {count} 条"
SENT = "已发出 {written} 条，{no_mobile} 人没有手机号。"
