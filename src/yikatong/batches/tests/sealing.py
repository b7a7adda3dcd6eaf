"""Rows of the catalog, the registry, the rosters and the notices that a ``World`` stands on."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cast import Cast
from yikatong.catalog import actions as catalog
from yikatong.catalog import queries as programs

if TYPE_CHECKING:
    from .world import World

CLERKS = {"519999100000": "township_clerk", "519999101000": "other_township_clerk"}
LEADERS = {"519999100000": "township_leader", "519999101000": "other_township_leader"}
CATALOG = Path(__file__).parents[2] / "demo" / "county" / "catalog.csv"


def open_cycle(world: "World") -> None:
    """The demo county's catalog, published, and this year's cycle of P01; ids under ``program`` and ``cycle``."""
    cast, at = Cast(), world.at
    drafted = catalog.load_catalog(content=CATALOG.read_bytes(), file=CATALOG.name, by=cast["luo.yusuan"], at=at)
    for verb, signer in (("verify", "he.yusuan"), ("approve", "shen.zhengfu")):
        catalog.sign_list(catalog_list=drafted, verb=verb, by=cast[signer], at=at, seen_version=drafted.version)
    clerk = cast["nongye.jingban"]
    program = programs.program_for(clerk, "P01")
    cycle = catalog.open_cycle(
        program=program,
        label=str(at.year),
        roster_due_on=at.date(),
        pay_due_on=at.date() + timedelta(days=30),
        by=clerk,
        at=at,
    )
    world.ids |= {"program": program.pk, "cycle": cycle.pk}
    world.ids["file"] = make_file(world)
    world.ids["bank"] = world.insert("registry_bank", code="000000000000", name="测试银行", prefix="999999")
    world.ids["load"] = world.insert(
        "registry_cardload",
        digest="0" * 64,
        as_of=at.date(),
        loaded_at=at,
        row_count=0,
        new_count=0,
        changed_count=0,
        unknown_count=0,
        file_id=world.ids["file"],
        loaded_by_id=world.official("township_clerk"),
    )


def make_file(world: "World") -> int:
    """A stored file that nobody opens."""
    return world.insert(
        "core_storedfile",
        name="花名册.xlsx",
        kind="roster",
        digest=secrets.token_hex(32),
        size=1,
        content=b"\x00",
        stored_at=world.at,
        stored_by_id=world.official("township_clerk"),
    )


def make_person(world: "World", name: str, village: str) -> int:
    """A person with an own card; the card's id lies in ``ids`` under ``card <person id>``."""
    index = secrets.token_bytes(32)
    person = world.insert(
        "registry_person",
        no=secrets.token_hex(8),
        name=name,
        name_key=name,
        id_number_sealed=b"\x00",
        id_index=index,
        id_masked="519***********0000",
        sex="",
        relation="",
        village_code=village,
        group_no="",
        mobile_masked="",
        flags=[],
        guardian_relation="",
        custodian_relation="",
    )
    world.ids[f"card {person}"] = _make_card(world, name, person, index)
    return person


def _make_card(world: "World", name: str, person: int, index: bytes) -> int:
    card = world.insert(
        "registry_card",
        number_sealed=b"\x00",
        number_index=secrets.token_bytes(32),
        prefix="9999",
        tail="0000",
        holder_name=name,
        holder_id_sealed=b"\x00",
        holder_id_index=index,
        bank_id=world.ids["bank"],
        person_id=person,
    )
    world.insert(
        "registry_cardstatus",
        status="active",
        holder_name=name,
        as_of=world.at.date(),
        card_id=card,
        load_id=world.ids["load"],
    )
    return card


def make_sealed_roster(world: "World", people: dict[int, int], township: str, forced: bool) -> int:
    """A roster that was received, matched and completed by the clerk, posted, and sealed by the leader."""
    clerk = CLERKS[township]
    no = f"R-{secrets.token_hex(3)}"
    roster = world.insert(
        "rosters_roster",
        no=no,
        case_no=no,
        count=0,
        total_fen=0,
        state="drafted",
        version=0,
        digest="",
        area_code=township,
        created_at=world.at,
        agency_id=world.as_(clerk).post.agency_id,
        cycle_id=world.ids["cycle"],
        program_id=world.ids["program"],
    )
    _take(world, clerk, "roster", roster, "receive")
    world.insert(
        "rosters_rosterreading",
        reading_no=1,
        mapping="[]",
        rows_index=b"\x00",
        read_at=world.at,
        file_id=world.ids["file"],
        read_by_id=world.official("township_clerk"),
        roster_id=roster,
    )
    _lines(world, roster, people)
    _take(world, clerk, "roster", roster, "check")
    _take(world, clerk, "roster", roster, "match")
    world.run("SELECT rosters_freeze(%s)", roster)
    if forced:
        world.run("UPDATE rosters_roster SET state = 'completed', version = version + 1 WHERE id = %s", roster)
    else:
        _take(world, clerk, "roster", roster, "complete")
    _notice(world, roster, township)
    return roster


LINES = """
WITH claimed AS (
    SELECT
        claim.place, claim.fen, person.id AS person_id, person.name, person.id_index, person.village_code, card.id AS card_id
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS claim (person_id, card_id, fen, place)
    INNER JOIN registry_person AS person ON person.id = claim.person_id
    INNER JOIN registry_card AS card ON card.id = claim.card_id
), line AS (
    INSERT INTO rosters_rosterline (
        roster_id, row_key, revision, name, group_no, amount_fen, occasion, reading_no, sheet, row_no, cells_sealed,
        id_index, standing, reason, content_index, written_at, written_by_id
    )
    SELECT
        %s, '1-' || place, 1, name, '', fen, '', 1, 'Sheet1', place, '\\x00', id_index, 'ok', '', '\\x00', %s, %s
    FROM claimed ORDER BY place
    RETURNING id, roster_id, row_key, revision, row_no, name, group_no, amount_fen, occasion
)
INSERT INTO rosters_linematch (
    roster_id, round_no, line_id, row_key, revision, name, group_no, amount_fen, occasion, village_code, result,
    beneficiary_id, payee_id, card_id
)
SELECT
    line.roster_id, 1, line.id, line.row_key, line.revision, line.name, line.group_no, line.amount_fen, line.occasion,
    claimed.village_code, 'matched', claimed.person_id, claimed.person_id, claimed.card_id
FROM line INNER JOIN claimed ON claimed.place = line.row_no ORDER BY line.id
"""


def _lines(world: "World", roster: int, people: dict[int, int]) -> None:
    clerk = world.official("township_clerk")
    world.insert("rosters_matchround", round_no=1, matched_at=world.at, matched_by_id=clerk, roster_id=roster)
    cards = [world.ids[f"card {person}"] for person in people]
    world.run(LINES, list(people), cards, list(people.values()), roster, world.at, clerk)
    world.run("SELECT rosters_write_totals(%s, 1)", roster)


def _notice(world: "World", roster: int, township: str) -> None:
    notice = world.insert(
        "notices_publicnotice",
        roster_id=roster,
        roster_version=0,
        posted_on=world.at.date(),
        until_on=world.at.date() + timedelta(days=7),
        count=0,
        total_fen=0,
        state="drafted",
        version=0,
        digest="",
        case_no="",
        area_code=township,
        agency_id=world.as_(CLERKS[township]).post.agency_id,
    )
    _take(world, CLERKS[township], "public_notice", notice, "post")
    world.insert(
        "notices_noticeproof",
        village_code="",
        added_at=world.at,
        added_by_id=world.official("township_clerk"),
        file_id=make_file(world),
        notice_id=notice,
    )
    # The test has no seven days to wait.
    world.run(
        "UPDATE notices_publicnotice SET posted_on = posted_on - 10, until_on = until_on - 10 WHERE id = %s", notice
    )
    _take(world, LEADERS[township], "public_notice", notice, "seal")
    world.ids[f"notice {roster}"] = notice


def _take(world: "World", role: str, flow: str, subject: int, verb: str) -> None:
    table = {"roster": "rosters_roster", "public_notice": "notices_publicnotice"}[flow]
    version = world.run(f"SELECT version FROM {table} WHERE id = %s", subject)
    digest = world.run(f"SELECT digest FROM {table} WHERE id = %s", subject)
    world.run(
        "SELECT core_take(%s, %s, %s, %s, %s, %s, %s, '')",
        flow,
        subject,
        verb,
        world.official(role),
        world.at,
        version,
        digest,
    )
