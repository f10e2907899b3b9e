"""People and institutions are found by characters, pinyin and initials."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.models import Institution, InstitutionAlias, Person
from accounts.queries.institutions import institutions_named
from core.search import named, search_key
from tests.exams.factories import signed_up
from tests.factories import EnrollmentFactory, InstitutionFactory, PersonFactory

FOUND = [
    ("张三", ["张三", "张", "三", "zhangsan", "zhang", "zs", "san", "Zhang San", "ZS", "ｚｓ", "zhang'san"]),
    ("单雄", ["shanxiong", "sx", "danxiong"]),
    ("解晓东", ["xiexiaodong", "xxd"]),
    ("仇英", ["qiuying", "qy"]),
    ("曾国华", ["zengguohua", "zgh"]),
    ("区少坤", ["oushaokun", "osk"]),
    ("查良", ["zhaliang", "zl"]),
    ("任静", ["renjing"]),
    ("翟天", ["zhaitian"]),
    ("朴树", ["piaoshu"]),
    ("尉迟恭", ["yuchigong", "ycg"]),
    ("万俟卨", ["moqi", "mq"]),
    ("吕布", ["lvbu", "lyubu", "lübu", "lb"]),
    ("王长乐", ["wangchangle", "wangzhangle"]),
    ("阿卜杜拉·买买提", ["abudula", "maimaiti", "mmt"]),
    ("正定县人民医院", ["zhengding", "zdx", "renmin", "rmyy", "zdxrmyy"]),
    ("ABC体检中心", ["abc", "tjzx"]),
]
NOT_FOUND = [("张三", "an"), ("张三", "hang"), ("张三", "lisi"), ("张三", "zss"), ("张三", "%"), ("张三", "")]


def finds(name: str, typed: str) -> bool:
    PersonFactory(name=name)
    return bool(typed) and Person.objects.filter(named(typed, "")).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "typed"), [(name, typed) for name, all_ in FOUND for typed in all_])
def test_a_name_is_found(name, typed):
    assert finds(name, typed)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "typed"), NOT_FOUND)
def test_what_does_not_begin_a_syllable_finds_nothing(name, typed):
    assert not finds(name, typed)


def test_a_key_stays_within_its_column():
    longest = "重庆市长寿区石柱土家族自治县中心人民医院都江堰单县朝阳行政区" * 4
    assert len(search_key(longest[:120])) > 0
    assert Institution(name=longest[:120]).search_key == ""


@pytest.mark.django_db
def test_a_long_name_is_saved():
    row = InstitutionFactory(name=("重庆市长寿区大足华蓥" * 12)[:120])
    assert len(row.search_key) <= 8000


@pytest.mark.django_db
def test_the_key_is_saved_with_the_name_alone():
    person = PersonFactory(name="张三")
    person.name = "李四"
    person.save(update_fields=["name"])
    person.refresh_from_db()
    assert " ls" in person.search_key


@pytest.mark.django_db
def test_people_and_institutions_made_in_bulk_are_found():
    Person.objects.bulk_create([Person(name="张三")])
    assert Person.objects.filter(named("zs", "")).exists()


@pytest.mark.django_db
def test_names_that_stood_before_get_their_keys():
    PersonFactory(name="张三")
    InstitutionFactory(name="正定县医院")
    for model in (Person, Institution):
        model.objects.update(search_key="")
    migration = import_module("accounts.migrations.0003_fill_search_keys")
    migration.fill(apps, None)
    assert Person.objects.filter(named("zs", "")).exists()
    assert Institution.objects.filter(named("zdx", "")).exists()


@pytest.mark.django_db
def test_e17_an_institution_is_found_by_an_alias_once():
    row = InstitutionFactory(name="正定县人民医院")
    for name in ("正定县第一医院", "正定县总医院"):
        InstitutionAlias.objects.create(institution=row, name=name)
    InstitutionFactory(name="平山县医院")
    for typed in ("总医院", "zongyiyuan", "zdx"):
        assert list(institutions_named(Institution.objects.all(), typed)) == [row]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("enrollment:roster-list", {"q": "zs"}),
        ("enrollment:roster-list", {"institution": "zdxrmyy"}),
        ("courses:progress-list", {"q": "zhangsan"}),
        ("exams:score-list", {"q": "zs"}),
    ],
)
def test_lists_of_trainees_find_by_initials(hebei_coordinator, year_2022, page, query):
    place = InstitutionFactory(name="正定县人民医院")
    for name, at in (("张三", place), ("王五", InstitutionFactory())):
        signed_up(EnrollmentFactory(person__name=name, institution=at))
    found = hebei_coordinator.client.get(reverse(page, kwargs=year_2022.url_kwargs), query)
    assert "张三" in found.content.decode()
    assert "王五" not in found.content.decode()


@pytest.mark.django_db
def test_the_list_of_accounts_finds_by_initials(national_officer, hebei_coordinator):
    page = national_officer.client.get(reverse("accounts:person-list"), {"q": "jm"})
    assert hebei_coordinator.user.username in page.content.decode()
    assert national_officer.user.username not in [
        row["cells"][1]["text"] for row in page.context["list"].table["rows"]
    ]
