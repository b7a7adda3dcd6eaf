"""Registers registry with Django: its flow, its background work, menu entries and what waits for whom."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "yikatong.registry"
    label = "registry"
    verbose_name = "人、户、卡"
    # Only the approval of a change writes a designation; see sql/install/030_changes.sql. Triggers keep the payee cards
    # and who has none; see sql/install/022_payee_cards.sql and 024_unpayable.sql.
    CLOSED_TABLES = ("registry_carddesignation", "registry_cardfigure", "registry_payeecard", "registry_unpayable")
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
        from yikatong.core.slots import INBOX, MENU, SEARCH, MenuItem, shown_to

        from . import finding, inbox, queries, states, subjects, tasks, words  # noqa: F401

        assert states.FLOW and tasks.WORK
        people, changes = queries.SEES_PEOPLE, queries.SEES_CHANGES
        for title, url_name, icon, seers, note in (
            (words.MENU_PEOPLE, "people", "users", people, words.ABOUT_PEOPLE),
            (words.MENU_UNPAYABLE, "unpayable", "user-x", people, words.ABOUT_UNPAYABLE),
            (words.MENU_CHANGES, "changes", "credit-card", changes, words.ABOUT_CHANGES),
            (words.MENU_LOADS, "loads", "upload", (P.CARDS_LOAD,), words.ABOUT_LOADS),
        ):
            MENU.append(MenuItem(words.MENU_GROUP, title, f"registry:{url_name}", icon, shown_to(seers), note))
        INBOX.append(inbox.waiting)
        SEARCH.append(finding.search)
