"""GB/T 2260 down to counties, from its file; loading twice changes nothing, renaming keeps the code (E17)."""

from pathlib import Path

import pytest
from django.conf import settings

from accounts.enums import RegionKind
from accounts.loading import load_divisions
from accounts.models import Region
from accounts.queries.institutions import place_of, regions_named
from core.models import Event
from tests.factories import HEBEI, NOW, InstitutionFactory

pytestmark = pytest.mark.django_db
DIVISIONS = Path(settings.BASE_DIR) / "fixtures" / "common" / "divisions.csv"
ZHENGDING = "130123"


@pytest.fixture
def load(system, tmp_path):
    """Load the whole file, or one of these lines."""

    def run(*lines: str):
        path = DIVISIONS
        if lines:
            path = tmp_path / "divisions.csv"
            path.write_text("\n".join(["code,name,kind,parent", *lines]), encoding="utf-8")
        return load_divisions(path, actor=system, now=NOW)

    return run


def test_e17_the_whole_tree_down_to_counties(load):
    assert load().added == 333 + 2845
    kinds = [Region.objects.filter(kind=kind).count() for kind in RegionKind]
    assert kinds == [1, 31, 333, 2845]
    county = Region.objects.select_related("parent__parent").get(pk=ZHENGDING)
    assert place_of(county) == "河北省 石家庄市 正定县"
    assert not Region.objects.exclude(kind=RegionKind.COUNTRY).filter(parent=None).exists()


def test_e17_every_division_lies_in_its_parent(load):
    load()
    rows = list(Region.objects.filter(kind__in=[RegionKind.CITY, RegionKind.COUNTY]))
    assert [row.pk for row in rows if row.pk[:2] != row.parent_id[:2]] == []
    assert [
        row.pk for row in rows if row.kind == RegionKind.CITY and row.parent_id != row.province_code
    ] == []


def test_e17_provinces_stay_the_31_in_official_order(load):
    before = list(Region.objects.provinces())
    load()
    assert list(Region.objects.provinces()) == before
    assert len(before) == 31
    codes = list(Region.objects.values_list("pk", flat=True))
    assert codes == sorted(codes)


def test_e17_loading_again_changes_nothing(load):
    load()
    assert load() == (again := load())
    assert (again.added, again.renamed) == (0, ())
    assert Event.objects.filter(verb="load_divisions").count() == 1


def test_e17_a_renamed_county_keeps_its_code_and_what_stands_there(load):
    load(f"{ZHENGDING},正定县,county,{HEBEI}", f"130124,栾城县,county,{HEBEI}")
    hospital = InstitutionFactory(region=Region.objects.get(pk=ZHENGDING))
    loaded = load(f"{ZHENGDING},正定区,county,{HEBEI}")
    assert (loaded.added, loaded.renamed) == (0, (f"{ZHENGDING} 正定县 → 正定区",))
    hospital.refresh_from_db()
    assert hospital.region.name == "正定区"
    assert "zdq" in hospital.region.search_key
    assert hospital.region.order == Region.objects.get(pk=HEBEI).order
    assert Region.objects.filter(pk="130124").exists(), "a code that is gone stays"
    assert Event.objects.filter(verb="load_divisions").first().data["renamed"] == list(loaded.renamed)


@pytest.mark.parametrize("typed", ["正定", "zhengding", "zdx", ZHENGDING, "1301"])
def test_e17_a_county_is_found_by_name_pinyin_initials_and_code(load, typed):
    load(f"{ZHENGDING},正定县,county,{HEBEI}")
    assert ZHENGDING in [row.pk for row in regions_named(Region.objects.all(), typed)]


def test_e17_the_country_is_no_place_of_an_institution():
    assert list(regions_named(Region.objects.all(), "全国")) == []
    assert place_of(Region.objects.get(pk="000000")) == "全国"


def test_e17_a_coordinator_sees_the_divisions_of_the_province(load, hebei_coordinator, henan_coordinator):
    load(f"{ZHENGDING},正定县,county,{HEBEI}")
    for someone, sees in ((hebei_coordinator, True), (henan_coordinator, False)):
        assert Region.objects.visible_to(someone.scope).filter(pk=ZHENGDING).exists() is sees
