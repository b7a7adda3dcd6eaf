"""What may be done, and which role may do it. Roles are code; who holds a role is an Appointment row (F3, F10, F12)."""

from enum import StrEnum


class P(StrEnum):
    """Every permission there is. A door names one; a workflow step names one."""

    SIGNED_IN = "signed_in"
    AREAS_SEE = "areas_see"
    CATALOG_DRAFT = "catalog_draft"
    CATALOG_VERIFY = "catalog_verify"
    CATALOG_APPROVE = "catalog_approve"
    CYCLE_OPEN = "cycle_open"
    CARDS_LOAD = "cards_load"
    CARD_CHANGE_PREPARE = "card_change_prepare"
    CARD_CHANGE_APPROVE = "card_change_approve"
    CARD_CHANGE_HASTEN = "card_change_hasten"
    ROSTER_SEE = "roster_see"
    ROSTER_EDIT = "roster_edit"
    NOTICE_POST = "notice_post"
    NOTICE_PROVE = "notice_prove"
    NOTICE_SEAL = "notice_seal"
    OBJECTION_RECORD = "objection_record"
    OBJECTION_DECIDE = "objection_decide"
    ROSTER_ACCEPT = "roster_accept"
    ROSTER_SEND_BACK = "roster_send_back"
    BATCH_SEE = "batch_see"
    BATCH_ASSEMBLE = "batch_assemble"
    BATCH_REVIEW = "batch_review"
    BATCH_APPROVE = "batch_approve"
    ALLOTMENT_RECORD = "allotment_record"
    ALLOTMENT_CONFIRM = "allotment_confirm"
    PLAN_APPLY = "plan_apply"
    PLAN_VERIFY = "plan_verify"
    PLAN_APPROVE = "plan_approve"
    DRAWDOWN_MAKE = "drawdown_make"
    REQUEST_FILE = "request_file"
    REQUEST_VERIFY = "request_verify"
    INSTRUCTION_RELEASE_DEPARTMENT = "instruction_release_department"
    INSTRUCTION_RELEASE_FINANCE = "instruction_release_finance"
    BANK_EXCHANGE = "bank_exchange"
    COMPLAINT_RECORD = "complaint_record"
    REFUND_PREPARE = "refund_prepare"
    REFUND_APPROVE = "refund_approve"
    MONTH_END_PREPARE = "month_end_prepare"
    MONTH_END_SIGN = "month_end_sign"
    PAID_FACTS_SEE = "paid_facts_see"
    BOOK_SEE = "book_see"
    AUDIT_SEE = "audit_see"
    OFFICIALS_SEE = "officials_see"
    SYSTEM_RUN = "system_run"
    SENDING_STOP = "sending_stop"
    CLEARANCE_APPROVE = "clearance_approve"
    STATEMENT_CONFIRM = "statement_confirm"


class Role(StrEnum):
    """岗位. Every role serves one of the six duties of F10, or administers the system."""

    GOVERNMENT_OFFICE = "government_office"
    TOWNSHIP_CLERK = "township_clerk"
    TOWNSHIP_LEADER = "township_leader"
    VILLAGE_CADRE = "village_cadre"
    DEPARTMENT_CLERK = "department_clerk"
    DEPARTMENT_REVIEWER = "department_reviewer"
    DEPARTMENT_LEADER = "department_leader"
    DEPARTMENT_CASHIER = "department_cashier"
    CARD_OFFICER = "card_officer"
    FINANCE_BUDGET_OFFICER = "finance_budget_officer"
    FINANCE_REVIEWER = "finance_reviewer"
    FINANCE_APPROVER = "finance_approver"
    FINANCE_TREASURER = "finance_treasurer"
    BANK_OPERATOR = "bank_operator"
    AUDITOR = "auditor"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"
    SYSTEM = "system"


_SEES_MONEY = {P.ROSTER_SEE, P.BATCH_SEE, P.BOOK_SEE, P.AREAS_SEE}

PERMISSIONS: dict[Role, set[P]] = {
    Role.GOVERNMENT_OFFICE: {P.CATALOG_APPROVE, P.AREAS_SEE},
    Role.TOWNSHIP_CLERK: {P.AREAS_SEE, P.ROSTER_SEE, P.ROSTER_EDIT, P.NOTICE_POST, P.NOTICE_PROVE, P.OBJECTION_RECORD}
    | {P.CARD_CHANGE_PREPARE, P.COMPLAINT_RECORD},
    Role.TOWNSHIP_LEADER: {P.AREAS_SEE, P.ROSTER_SEE, P.NOTICE_SEAL, P.OBJECTION_DECIDE},
    Role.VILLAGE_CADRE: {P.AREAS_SEE, P.NOTICE_PROVE, P.OBJECTION_RECORD},
    Role.DEPARTMENT_CLERK: {P.AREAS_SEE, P.CATALOG_DRAFT, P.CYCLE_OPEN, P.ROSTER_SEE, P.ROSTER_ACCEPT, P.BATCH_SEE}
    | {P.ROSTER_SEND_BACK, P.BATCH_ASSEMBLE, P.PLAN_APPLY, P.REQUEST_FILE, P.REFUND_PREPARE, P.PAID_FACTS_SEE},
    Role.DEPARTMENT_REVIEWER: {P.AREAS_SEE, P.ROSTER_SEE, P.BATCH_SEE, P.BATCH_REVIEW, P.CARD_CHANGE_APPROVE}
    | {P.ROSTER_SEND_BACK},
    Role.DEPARTMENT_LEADER: {P.AREAS_SEE, P.ROSTER_SEE, P.BATCH_SEE, P.BATCH_APPROVE, P.PAID_FACTS_SEE}
    | {P.CARD_CHANGE_HASTEN, P.SENDING_STOP, P.ROSTER_SEND_BACK},
    Role.DEPARTMENT_CASHIER: {P.AREAS_SEE, P.BATCH_SEE, P.INSTRUCTION_RELEASE_DEPARTMENT, P.PAID_FACTS_SEE},
    Role.CARD_OFFICER: {P.AREAS_SEE, P.CARDS_LOAD},
    Role.FINANCE_BUDGET_OFFICER: {P.ALLOTMENT_RECORD, P.CATALOG_VERIFY} | _SEES_MONEY,
    Role.FINANCE_REVIEWER: {P.PLAN_VERIFY, P.REQUEST_VERIFY, P.STATEMENT_CONFIRM} | _SEES_MONEY,
    Role.FINANCE_APPROVER: {P.PLAN_APPROVE, P.REFUND_APPROVE, P.ALLOTMENT_CONFIRM, P.SENDING_STOP, P.CLEARANCE_APPROVE}
    | {P.MONTH_END_SIGN}
    | _SEES_MONEY,
    Role.FINANCE_TREASURER: {P.DRAWDOWN_MAKE, P.INSTRUCTION_RELEASE_FINANCE, P.PAID_FACTS_SEE, P.MONTH_END_PREPARE}
    | _SEES_MONEY,
    Role.BANK_OPERATOR: {P.BANK_EXCHANGE},
    Role.AUDITOR: {P.AUDIT_SEE, P.PAID_FACTS_SEE, P.SENDING_STOP, P.COMPLAINT_RECORD} | _SEES_MONEY,
    Role.SYSTEM_ADMINISTRATOR: {P.OFFICIALS_SEE, P.AREAS_SEE},
    Role.SECURITY_ADMINISTRATOR: {P.OFFICIALS_SEE},
    Role.AUDIT_ADMINISTRATOR: {P.AUDIT_SEE},
    Role.SYSTEM: {P.SYSTEM_RUN, P.BANK_EXCHANGE},
}

WORDS: dict[Role, str] = {
    Role.GOVERNMENT_OFFICE: "县政府办",
    Role.TOWNSHIP_CLERK: "乡镇经办",
    Role.TOWNSHIP_LEADER: "乡镇审核",
    Role.VILLAGE_CADRE: "村干部",
    Role.DEPARTMENT_CLERK: "部门经办",
    Role.DEPARTMENT_REVIEWER: "部门复核",
    Role.DEPARTMENT_LEADER: "部门审批",
    Role.DEPARTMENT_CASHIER: "部门发放",
    Role.CARD_OFFICER: "人社发卡",
    Role.FINANCE_BUDGET_OFFICER: "财政指标",
    Role.FINANCE_REVIEWER: "财政复核",
    Role.FINANCE_APPROVER: "财政审批",
    Role.FINANCE_TREASURER: "国库支付",
    Role.BANK_OPERATOR: "银行经办",
    Role.AUDITOR: "审计监督",
    Role.SYSTEM_ADMINISTRATOR: "系统管理员",
    Role.SECURITY_ADMINISTRATOR: "安全管理员",
    Role.AUDIT_ADMINISTRATOR: "审计管理员",
    Role.SYSTEM: "系统",
}
