"""The provincial file: who answers, with which plan; visits to bases; last year beside next year (P5)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Region
from core.exceptions import NotAllowed, Refusal
from core.models import Event
from programs.enums import Track
from programs.models import Quota
from programs.services import copy_year
from supervision.enums import ScorecardStatus, SheetKind
from supervision.files import file_findings, file_lines, years_beside
from supervision.models import ProvincialFile, QualityVisit, Scorecard
from supervision.services.files import record_visit, remove_visit, save_provincial_file
from supervision.todos import FILE_SOURCE
from tests.factories import HEBEI, HENAN, NOW, UnitFactory
from tests.helpers import assert_constant_queries, cells_of
from tests.supervision.factories import PDF, make_card, make_file, make_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn_2022")]


def url(name, year, **more):
    return reverse(f"supervision:{name}", kwargs={**year.url_kwargs, **more})


def read(kept) -> bytes:
    with kept.open("rb") as file:
        return file.read()


def paper(name="方案.pdf"):
    return SimpleUploadedFile(name, PDF, "application/pdf")


@pytest.fixture
def save(year_2022, hebei, hebei_coordinator):
    def saved(texts=None, papers=None, **other):
        act = {"actor": hebei_coordinator.actor, "now": NOW, "year": year_2022, "region": hebei}
        return save_provincial_file(texts=texts or {}, papers=papers or {}, **{**act, **other})

    return saved


def test_what_is_given_is_kept_and_the_rest_stays(save):
    save({"in_charge": " 冀明 省癌症中心 ", "nominees": "甲\n\n 乙 "}, {"plan": paper()})
    kept = save({"contact": "0311-0000000"}, {"manual": paper("手册.pdf")})
    assert (kept.in_charge, kept.contact, kept.nominee_names) == (
        "冀明 省癌症中心",
        "0311-0000000",
        ["甲", "乙"],
    )
    assert read(kept.plan) == PDF
    assert kept.manual
    assert ProvincialFile.objects.count() == 1


def test_the_event_names_fields_and_no_person(save):
    save({"in_charge": "冀明"}, {"plan": paper()})
    event = Event.objects.get(verb="save_provincial_file")
    assert event.data == {"fields": ["in_charge", "plan"]}
    assert "冀明" not in str(vars(event))


def test_both_units_of_the_province_keep_it_and_nobody_else(
    save, hebei_administrator, henan_coordinator, national_officer
):
    assert save({"contact": "1"}, actor=hebei_administrator.actor)
    for stranger in (henan_coordinator, national_officer):
        with pytest.raises(NotAllowed):
            save({"contact": "2"}, actor=stranger.actor)


def test_a_paper_that_is_no_paper_leaves_everything_as_it_was(save):
    with pytest.raises(Refusal):
        save({"in_charge": "冀明"}, {"plan": SimpleUploadedFile("x.pdf", b"MZ", "application/pdf")})
    assert not ProvincialFile.objects.exists()


@pytest.fixture
def visit(year_2022, hebei, hebei_coordinator):
    def visited(**values):
        given = {
            "base": values.get("base") or UnitFactory(),
            "visited_on": dt.date(2022, 9, 1),
            "visitors": "省质控专家组",
            "result": "带教计划齐全",
            "file": None,
        }
        act = {"actor": hebei_coordinator.actor, "now": NOW, "year": year_2022, "region": hebei}
        return record_visit(**{**act, **given, **values})

    return visited


def test_a_visit_is_recorded_and_taken_back_with_a_reason(visit, hebei_coordinator):
    row = visit(file=paper())
    assert read(row.file) == PDF
    with pytest.raises(Refusal):
        remove_visit(visit=row, reason=" ", actor=hebei_coordinator.actor, now=NOW)
    remove_visit(visit=row, reason="重复登记", actor=hebei_coordinator.actor, now=NOW)
    assert not QualityVisit.objects.exists()
    verbs = Event.objects.filter(object_type="supervision.qualityvisit").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["record_visit", "remove_visit"]


def test_only_bases_of_the_province_on_days_that_have_come(visit, henan, hebei_coordinator):
    with pytest.raises(Refusal):
        visit(base=UnitFactory(region=henan))
    with pytest.raises(Refusal):
        visit(base=hebei_coordinator.unit)
    with pytest.raises(Refusal):
        visit(visited_on=NOW.date() + dt.timedelta(days=1))
    assert visit(visited_on=NOW.date()).pk


@pytest.mark.parametrize(
    ("names", "met"), [("", False), ("甲", True), ("甲\n乙", True), ("甲\n乙\n丙", False)]
)
def test_one_or_two_nominees_are_asked_for(year_2022, names, met):
    kept = make_file(nominees=names)
    found = {one.kind: one.passed for one in file_findings(year_2022, kept, visits=0)}
    assert found["file_nominees"] is met
    assert found["file_plan"]
    assert not found["file_manual"]
    assert not found["file_visits"]


def test_nothing_kept_lacks_everything(year_2022):
    assert [one.passed for one in file_findings(year_2022, None, 0)] == [False] * 6
    full = make_file(working_group="甲", expert_group="乙", nominees="丙")
    full.manual = full.plan
    assert all(one.passed for one in file_findings(year_2022, full, 1))


def test_last_year_s_score_and_quota_stand_beside_next_year_s(year_2022, hebei, hebei_coordinator, system):
    shift = dt.timedelta(days=365)
    year = copy_year(
        source=year_2022, year=2023, name="2023", name_en="2023", shift=shift, actor=system, now=NOW
    )
    year.status = "open"
    year.save(update_fields=["status"])
    Quota.objects.filter(year=year, region=hebei, track=Track.COMPREHENSIVE).update(seats=220)
    for kind, points in ((SheetKind.ADMINISTRATIVE, "20"), (SheetKind.TECHNICAL, "61.5")):
        card = make_card(kind)
        Scorecard.objects.filter(pk=card.pk).update(
            status=ScorecardStatus.FINAL, final_points=Decimal(points)
        )
    last, this = years_beside(year, hebei, hebei_coordinator.scope)
    assert (last.year.year, last.comprehensive, last.points, last.rank) == (2022, 200, Decimal("81.5"), 1)
    assert (this.year.year, this.comprehensive, this.points) == (2023, 220, None)


def test_the_office_reads_all_provinces_and_exports_them(year_2022, national_officer):
    make_file()
    make_visit()
    line = next(one for one in file_lines(year_2022, national_officer.scope) if one.pk == HEBEI)
    assert (line.nominees, line.visits) == (0, 1)
    page = national_officer.client.get(url("file-list", year_2022))
    assert len(page.context["table"]["rows"]) == 31
    cells = {
        value
        for row in cells_of(national_officer.client.post(url("file-list", year_2022)).content)
        for value in row
    }
    assert "省项目负责人" in cells


def test_the_list_asks_as_often_for_one_visit_as_for_thirty(year_2022, national_officer):
    assert_constant_queries(
        national_officer.client,
        url("file-list", year_2022),
        lambda count: [make_visit() for _ in range(count)],
    )


def test_the_province_fills_it_in_on_the_page(year_2022, hebei_coordinator, hebei_administrator):
    edit = url("file-edit", year_2022)
    sent = {"in_charge": "冀明 省癌症中心", "nominees": "甲", "plan": paper()}
    assert hebei_coordinator.client.post(edit, sent).status_code == 302
    text = hebei_administrator.client.get(url("file-own", year_2022)).content.decode()
    assert "冀明 省癌症中心" in text
    paper_url = url("file-paper", year_2022, region=HEBEI, paper="plan")
    assert paper_url in text
    answer = hebei_administrator.client.get(paper_url)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert (
        hebei_coordinator.client.get(url("file-paper", year_2022, region=HEBEI, paper="x")).status_code == 404
    )
    assert hebei_coordinator.client.get(url("file-show", year_2022, region=HENAN)).status_code == 404


def test_a_refused_visit_keeps_what_was_typed(year_2022, hebei_coordinator):
    create, base = url("visit-create", year_2022), UnitFactory()
    sent = {"base": base.pk, "visited_on": "2023-01-01", "visitors": "甲乙", "result": "待整改"}
    page = hebei_coordinator.client.post(create, sent)
    assert page.status_code == 200
    assert "甲乙" in page.content.decode()
    assert hebei_coordinator.client.post(create, {**sent, "visited_on": "2022-09-01"}).status_code == 302
    row = QualityVisit.objects.get()
    shown = hebei_coordinator.client.get(url("file-own", year_2022)).content.decode()
    assert "待整改" in shown
    foreign = UnitFactory(region=Region.objects.get(pk=HENAN))
    assert hebei_coordinator.client.post(create, {**sent, "base": foreign.pk}).status_code == 200
    assert QualityVisit.objects.count() == 1
    remove = url("visit-remove", year_2022, pk=row.pk)
    assert hebei_coordinator.client.post(remove, {"reason": "重复登记"}).status_code == 302
    assert not QualityVisit.objects.exists()


def test_the_desk_counts_what_the_file_lacks(year_2022, hebei_coordinator, hebei_administrator):
    """A full file is no longer on anybody's list."""

    def waiting(persona) -> list[int]:
        found = FILE_SOURCE.find(persona.actor, year_2022, NOW)
        return [todo.count for todo in found if todo.url == url("file-own", year_2022)]

    assert waiting(hebei_coordinator) == waiting(hebei_administrator) == [6]
    kept = make_file(working_group="甲", expert_group="乙", nominees="丙")
    assert waiting(hebei_coordinator) == [2]
    kept.manual = kept.plan
    kept.save(update_fields=["manual"])
    make_visit()
    assert waiting(hebei_coordinator) == []
