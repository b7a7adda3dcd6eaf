"""Registers registry with Django: its flow, its background work, menu entries and what waits for whom."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "yikatong.registry"
    label = "registry"
    verbose_name = "人、户、卡"
    # Only the approval of a change writes a designation; see sql/install/030_changes.sql. Triggers keep the payee cards;
    # see sql/install/022_payee_cards.sql.
    CLOSED_TABLES = ("registry_carddesignation", "registry_payeecard")
    OPEN_TABLES = (
        "registry_incomingkey",
        "registry_incominghousehold",
        "registry_incomingperson",
        "registry_incomingcard",
    )
    # What a later file may mend. Triggers keep the ID number and everything else of a card.
    OPEN_COLUMNS = {
        "registry_household": (
            "village_code",
            "group_no",
            "head_id",
            "farmland_micro",
            "forest_micro",
            "fallow_micro",
        ),
        "registry_person": (
            "name",
            "name_key",
            "id_number_sealed",
            "id_index",
            "id_masked",
            "sex",
            "birth_date",
            "household_id",
            "relation",
            "village_code",
            "group_no",
            "mobile_sealed",
            "mobile_index",
            "mobile_masked",
            "flags",
            "guardian_id",
            "guardian_relation",
            "custodian_id",
            "custodian_relation",
        ),
        "registry_card": ("person_id",),
    }

    def ready(self) -> None:
        from yikatong.core.permissions import P
        from yikatong.core.slots import INBOX, MENU, SEARCH, MenuItem

        from . import finding, inbox, queries, states, subjects, tasks  # noqa: F401

        assert states.FLOW and tasks.WORK
        people, changes = queries.SEES_PEOPLE, queries.SEES_CHANGES
        MENU.append(MenuItem("人和卡", "人员", "registry:people", "users", lambda actor: any(map(actor.may, people))))
        MENU.append(
            MenuItem("人和卡", "缺卡名单", "registry:unpayable", "user-x", lambda actor: any(map(actor.may, people)))
        )
        MENU.append(
            MenuItem(
                "人和卡", "发放卡变更", "registry:changes", "credit-card", lambda actor: any(map(actor.may, changes))
            )
        )
        MENU.append(MenuItem("人和卡", "社保卡导入", "registry:loads", "upload", lambda actor: actor.may(P.CARDS_LOAD)))
        INBOX.append(inbox.waiting)
        SEARCH.append(finding.search)
