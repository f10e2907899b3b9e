"""The strict world itself: what it must catch, it catches."""

import socket
import urllib.request
import warnings

import pytest
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from accounts.models import Region
from core import jobs
from core.models import Counter
from programs.models import Quota
from tests import database
from tests.factories import EnrollmentFactory, InstitutionFactory, id_number
from tests.helpers import assert_constant_queries
from tests.strict import OutsideWorld, UndefinedVariable

# Templates


def render(text: str, **context) -> str:
    return engines["django"].from_string(text).render(context)


@pytest.mark.parametrize(
    "text",
    [
        "{{ absent }}",
        "{{ here.absent }}",
        "{{ absent|upper }}",
        "{% with copy=absent %}{% endwith %}",
        "{% include 'components/status.html' with tone=absent only %}",
        "{% blocktranslate %}{{ absent }}{% endblocktranslate %}",
        "{% url 'health' as address %}{{ adress }}",
    ],
)
def test_reading_what_the_view_does_not_give_fails(text):
    with pytest.raises(UndefinedVariable, match="is undefined"):
        render(text, here={"a": 1})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ absent|default:'–' }}", "–"),
        ("{{ absent|default_if_none:'–' }}", "–"),
        ("{% if absent %}1{% else %}0{% endif %}", "0"),
        ("{% for one in absent %}{% empty %}0{% endfor %}", "0"),
        ("{{ here.a }}{{ none|default:'' }}", "1"),
    ],
)
def test_asking_whether_something_is_there_is_allowed(text, expected):
    assert render(text, here={"a": 1}, none=None) == expected


# The outside


@pytest.mark.parametrize("address", [("198.51.100.1", 80), ("8.8.8.8", 53), ("example.org", 443)])
def test_sockets_reach_loopback_only(address):
    with socket.socket() as one, pytest.raises(OutsideWorld):
        one.connect(address)


def test_names_are_not_asked_for_outside():
    with pytest.raises(OutsideWorld):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(OutsideWorld):
        urllib.request.urlopen("https://example.org/")


def test_this_machine_can_be_reached():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        client.connect(server.getsockname())


def test_a_warning_is_an_error():
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


# The database


def test_the_real_years_are_there_whatever_ran_before(year_2022, year_2024):
    assert Quota.objects.filter(year=year_2022).count() == 62
    assert sorted(year_2024.areas) == ["bases"]


def unordered(kept: database.Snapshot) -> dict[str, list[str]]:
    """The rows of each table in an order of our own: the database promises none."""
    return {table: sorted(map(repr, rows)) for table, (_columns, rows) in kept.items()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_emptied_tables_come_back_as_they_were(on_database, vendor):
    on_database(vendor)
    before = database.snapshot()
    Counter.objects.create(key="made by the test")
    Quota.objects.all().delete()
    with connection.constraint_checks_disabled():
        database.restore(before)
    Counter.objects.all().delete()
    assert unordered(database.snapshot()) == unordered(before)
    after = Quota.objects.order_by("pk").first()
    after.pk = None
    after.code, after.track = "new", "other"
    after.save()
    assert Quota.objects.filter(pk=after.pk).count() == 1


def test_media_and_nudges_are_the_tests_own(nudges):
    jobs.nudge(7, "now")
    assert nudges == [(7, "now")]


# Helpers


def constant(request):
    return HttpResponse(
        ", ".join(Region.objects.filter(code__startswith="1399").values_list("name", flat=True))
    )


def growing(request):
    return HttpResponse(
        ", ".join(region.parent.name for region in Region.objects.filter(code__startswith="1399"))
    )


urlpatterns = [path("constant/", constant), path("growing/", growing)]


@pytest.fixture
def make_counties(hebei):
    def make(count: int) -> None:
        start = Region.objects.filter(code__startswith="1399").count()
        for number in range(start, start + count):
            Region.objects.create(
                code=f"1399{number:02d}", name="县", short_name="县", kind="county", parent=hebei
            )

    return make


@pytest.mark.urls(__name__)
def test_a_page_that_asks_once_per_row_is_found(national_officer, make_counties):
    assert_constant_queries(national_officer.client, "/constant/", make_counties)
    Region.objects.filter(code__startswith="1399").delete()
    with pytest.raises(AssertionError, match="queries with 1 row"):
        assert_constant_queries(national_officer.client, "/growing/", make_counties)


def test_made_up_identity_numbers_are_valid_and_all_different():
    numbers = {id_number(sequence) for sequence in range(3000)}
    assert len(numbers) == 3000


def test_personas_hold_the_role_and_scope_they_are_named_for(
    national_officer, hebei_coordinator, henan_coordinator, hebei_administrator, base_coordinator, applicant, expert,
    trainee, other_trainee, auditor, nuclear_officer,
):  # fmt: skip
    assert hebei_coordinator.scope.region_code == base_coordinator.scope.region_code == "130000"
    assert hebei_coordinator.unit.name == "河北医科大学第四医院"
    assert henan_coordinator.scope.region_code == "410000"
    cancer = {who.scope.owner_id for who in (national_officer, hebei_administrator, expert, trainee, auditor)}
    nuclear = {who.scope.owner_id for who in (nuclear_officer, applicant)}
    assert len(cancer) == len(nuclear) == 1
    assert cancer.isdisjoint(nuclear)
    assert trainee.scope.person_id == trainee.enrollment.person_id != other_trainee.scope.person_id


def test_an_enrollment_freezes_the_facts_of_its_institution(year_2022):
    hospital = InstitutionFactory(level="township")
    enrollment = EnrollmentFactory(institution=hospital)
    assert enrollment.institution_level == "township"
    assert enrollment.registration.person == enrollment.person
    assert EnrollmentFactory(applied=True).registration is None
