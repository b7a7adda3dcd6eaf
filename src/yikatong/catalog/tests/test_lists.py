"""Drafting, signing and publishing a list; secret items."""

import pytest
from django.db import DatabaseError, connection, transaction

from yikatong.catalog import actions, queries
from yikatong.catalog.models import BenefitRate, CatalogList, LegalBasis, Program
from yikatong.catalog.states import LIST_FLOW
from yikatong.core.refusals import NotFound, Refused
from yikatong.core.tables import BadTable

from .county import FARM, HEADER, drafted, published

pytestmark = pytest.mark.django_db
SECRET_HEADER = HEADER + ",涉密"


def test_the_county_list_becomes_35_programs(cast, at):
    found = published(cast, at)
    assert found.state == "published"
    assert Program.objects.filter(parent=None).count() == 18
    assert Program.objects.count() == 35
    relief = Program.objects.get(code="P09-3")
    assert (relief.parent and relief.parent.code, relief.exclusion_note, relief.by_occasion) == (
        "P09",
        "部分急难型临时救助金",
        True,
    )
    assert BenefitRate.objects.get(program__code="P01").rate_fen == 9530
    assert set(Program.objects.filter(by_occasion=True).values_list("code", flat=True)) == {"P04", "P09-3", "P13"}


def test_nothing_is_in_force_before_the_government_approves(cast, at):
    found = drafted(cast, at)
    actions.sign_list(catalog_list=found, verb="verify", by=cast["he.yusuan"], at=at, seen_version=1)
    assert not Program.objects.exists()


def test_a_department_drafts_its_own_part_only(cast, at):
    assert drafted(cast, at, FARM, by="nongye.jingban").agency.name == "农业农村局"
    with pytest.raises(Refused, match="不归您的部门主管"):
        drafted(cast, at, FARM, by="minzheng.jingban")


def test_a_department_takes_over_no_program_of_another(cast, at):
    published(cast, at, FARM)
    with pytest.raises(Refused, match="不归您的部门主管"):
        drafted(cast, at, FARM.replace("农业农村局", "民政局"), by="minzheng.jingban")


def test_nobody_else_drafts(cast, at):
    with pytest.raises(NotFound):
        drafted(cast, at, FARM, by="liuhe.jingban")


def test_who_drafted_may_not_verify(cast, at):
    found = drafted(cast, at)
    with pytest.raises(Refused) as refused:
        actions.sign_list(catalog_list=found, verb="verify", by=cast["luo.yusuan"], at=at, seen_version=1)
    assert refused.value.code == "YK006"


def test_only_the_government_approves(cast, at):
    found = drafted(cast, at)
    actions.sign_list(catalog_list=found, verb="verify", by=cast["he.yusuan"], at=at, seen_version=1)
    with pytest.raises(Refused) as refused:
        actions.sign_list(catalog_list=found, verb="approve", by=cast["wang.caizheng"], at=at, seen_version=2)
    assert refused.value.code == "YK005"


def test_submitting_again_is_no_way_to_sign(cast, at):
    found = drafted(cast, at)
    with pytest.raises(NotFound):
        actions.sign_list(catalog_list=found, verb="submit_county", by=cast["he.yusuan"], at=at, seen_version=1)


def test_a_list_sent_back_needs_a_reason_and_publishes_nothing(cast, at):
    found = drafted(cast, at)
    with pytest.raises(Refused) as refused:
        actions.sign_list(catalog_list=found, verb="send_back", by=cast["he.yusuan"], at=at, seen_version=1)
    assert refused.value.code == "YK007"
    actions.sign_list(
        catalog_list=found, verb="send_back", by=cast["he.yusuan"], at=at, seen_version=1, reason="标准写错了"
    )
    assert (found.state, Program.objects.count()) == ("sent_back", 0)


def test_the_same_file_is_not_drafted_twice_at_once(cast, at):
    drafted(cast, at)
    with pytest.raises(Refused, match="正在办理"):
        drafted(cast, at)


def test_a_later_list_changes_what_it_names_and_keeps_the_rest(cast, at):
    published(cast, at)
    header = HEADER + ",valid_from,basis_title,basis_no,basis_level"
    row = FARM.replace("95.30", "99.00") + ",2026-06-01,耕地地力保护补贴办法,青财农〔2026〕1号,县级"
    published(cast, at, row, header=header)
    farm = Program.objects.get(code="P01")
    assert [rate.rate_fen for rate in queries.rates_of(farm)] == [9900, 9530]
    assert queries.versions_of(farm).count() == 2
    assert LegalBasis.objects.get(program=farm).level == "county"
    assert Program.objects.count() == 35


def test_publishing_the_same_again_repeats_no_standard(cast, at):
    published(cast, at, FARM)
    published(cast, at, FARM)
    assert BenefitRate.objects.count() == 1


def test_an_older_list_may_not_overrule_a_newer_one(cast, at):
    older = drafted(cast, at, FARM)
    published(cast, at, FARM.replace("95.30", "99.00"))
    actions.sign_list(catalog_list=older, verb="verify", by=cast["he.yusuan"], at=at, seen_version=1)
    with pytest.raises(Refused, match="先公布") as refused:
        actions.sign_list(catalog_list=older, verb="approve", by=cast["shen.zhengfu"], at=at, seen_version=2)
    assert refused.value.code == "YK008"


def test_a_list_that_ends_a_program_and_its_changes_are_told(cast, at):
    published(cast, at, FARM)
    later = drafted(cast, at, FARM + ",2026-12-31", FARM.replace("P01", "P20"), header=HEADER + ",停止执行日期")
    items = queries.items_of(later, cast["he.yusuan"])
    assert queries.changes_of(items) == {"P01": "停止执行", "P20": "新增"}
    dearer = drafted(cast, at, FARM.replace("95.30", "99.00"))
    assert queries.changes_of(queries.items_of(dearer, cast["he.yusuan"])) == {"P01": "标准调整"}
    renamed = drafted(cast, at, FARM.replace("资金", ""))
    assert queries.changes_of(queries.items_of(renamed, cast["he.yusuan"])) == {"P01": "内容调整"}
    same = drafted(cast, at, FARM + " ")
    assert queries.changes_of(queries.items_of(same, cast["he.yusuan"])) == {}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (FARM.replace("95.30", "九十五"), "第 2 行“补贴标准（元）”列"),
        (FARM.replace("农业农村局", "土地局"), "找不到主管部门“土地局”"),
        (FARM.replace("household", "狗"), "“狗”不认识"),
        (FARM.replace(",year,", ",,"), "要一起填"),
        (FARM.replace("P01,,", "P01,P99,"), "上级编码“P99”"),
        (FARM.replace("元/亩", ""), "请填单位"),
        (FARM + "\n" + FARM, "与别的行重复"),
        (FARM + "\n" + FARM.replace("P01,,", "P01-1,P01,"), "自己也发放"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column(cast, at, row, said):
    with pytest.raises(BadTable, match=said):
        drafted(cast, at, row)
    assert not CatalogList.objects.exists()


def test_a_secret_item_is_seen_by_its_managers_only(cast, at):
    found = published(cast, at, FARM + ",否", FARM.replace("P01", "P30") + ",是", header=SECRET_HEADER)
    assert [program.code for program in queries.public_list()] == ["P01"]
    for username in ("minzheng.jingban", "liuhe.jingban", "shenji", "renshe.faka"):
        actor = cast[username]
        assert [program.code for program in queries.programs_for(actor)] == ["P01"], username
        assert queries.references_frame(actor).get_column("code").to_list() == ["P01"]
        with pytest.raises(NotFound):
            queries.program_for(actor, "P30")
    for username in ("nongye.jingban", "nongye.shenpi", "he.yusuan", "shen.zhengfu"):
        assert queries.program_for(cast[username], "P30").is_secret, username
    assert queries.items_of(found, cast["he.yusuan"]).count() == 2


def test_a_department_sees_only_its_own_lists(cast, at):
    found = drafted(cast, at, FARM, by="nongye.jingban")
    assert queries.list_for(cast["nongye.jingban"], found.no) == found
    assert queries.list_for(cast["shen.zhengfu"], found.no) == found
    for username in ("minzheng.jingban", "liuhe.jingban"):
        with pytest.raises(NotFound):
            queries.list_for(cast[username], found.no)


def _refused_by_the_database(statement, *arguments):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


def test_the_application_writes_no_program_and_no_standard(cast, at):
    published(cast, at, FARM)
    _refused_by_the_database("UPDATE catalog_program SET paying_mode = 'finance'")
    _refused_by_the_database("UPDATE catalog_benefitrate SET rate_fen = 1")
    _refused_by_the_database(
        "INSERT INTO catalog_benefitrate (program_id, catalog_list_id, rate_fen, valid_from)"
        " SELECT program_id, catalog_list_id, 1, valid_from FROM catalog_benefitrate"
    )
    _refused_by_the_database("UPDATE catalog_cataloglist SET state = 'published'")
    _refused_by_the_database("DELETE FROM catalog_catalogitem")


def test_a_list_begins_as_a_draft(cast, at):
    found = drafted(cast, at, FARM)
    with pytest.raises(DatabaseError, match="只能从"), transaction.atomic():
        CatalogList.objects.create(
            no="CL-X", title="x", fiscal_year=2026, state="published", digest="0" * 64, area_code=found.area_code,
            agency=found.agency, file=found.file, item_count=1,
        )  # fmt: skip


def test_nothing_is_slipped_into_a_submitted_list(cast, at):
    found = drafted(cast, at, FARM)
    item = found.items.get()
    item.pk, item.code = None, "P02"
    with pytest.raises(DatabaseError, match="不能再添项目"), transaction.atomic():
        item.save(force_insert=True)


def test_a_list_whose_digest_does_not_fit_is_not_signed(cast, at):
    good = drafted(cast, at, FARM)
    with transaction.atomic():
        _forge(good, cast, at)
        transaction.set_rollback(True)


def _forge(good, cast, at):
    forged = CatalogList.objects.create(
        no="CL-X", title="x", fiscal_year=2026, digest="0" * 64, area_code=good.area_code, agency=good.agency,
        file=good.file, item_count=1,
    )  # fmt: skip
    with pytest.raises(Refused, match="对不上"), transaction.atomic():
        LIST_FLOW.take("submit_county", subject=forged, by=cast["luo.yusuan"], at=at, seen_version=0)


@pytest.mark.parametrize(
    "change",
    ["rate_fen = 0", "notice_days = 0", "cycle_kind = NULL", "department_id = NULL"],
)
def test_items_are_checked_by_the_database(cast, at, change):
    found = drafted(cast, at, FARM)
    columns = "code, parent_code, name, unit, quantity_kind, paid_to, paying_mode, is_secret, by_occasion,"
    columns += " exclusion_note, valid_from, basis_title, basis_no, basis_level, row_no"
    name, _, value = change.partition(" = ")
    others = {"rate_fen": "9530", "notice_days": "7", "cycle_kind": "'year'", "department_id": "department_id"} | {
        name: value
    }
    _refused_by_the_database(
        f"INSERT INTO catalog_catalogitem ({columns}, catalog_list_id, {', '.join(others)})"
        f" SELECT {columns}, 999999, {', '.join(others.values())} FROM catalog_catalogitem WHERE catalog_list_id = %s",
        found.pk,
    )
