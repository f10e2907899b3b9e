"""The outermost layers: the stamp, reading that must not write, refusals as sentences."""

import datetime as dt

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path
from django.utils import timezone

from accounts.models import Region
from core.exceptions import Closed, NotAllowed, Refusal
from core.middleware import ReadOnlyGetMiddleware, StampMiddleware, WriteOnRead
from core.models import Counter, Event


def write(request):
    Counter.objects.create(key="written")
    return HttpResponse("written")


def change(request):
    Region.objects.filter(pk="130000").update(order=99)
    return HttpResponse("changed")


def remove(request):
    Event.objects.all().delete()
    return HttpResponse("removed")


def keep_session(request):
    session = SessionStore()
    session["seen"] = 1
    session.save()
    return HttpResponse("kept")


def refuse(request, kind):
    raise {"refusal": Refusal, "not-allowed": NotAllowed, "closed": Closed}[kind](
        "这一步现在不能做。", remedy="请先完成前一步。"
    )


def crash(request):
    raise ZeroDivisionError


urlpatterns = [
    path("write/", write),
    path("change/", change),
    path("remove/", remove),
    path("session/", keep_session),
    path("refuse/<kind>/", refuse),
    path("crash/", crash),
    path("", include("config.urls")),
]
pages = pytest.mark.urls(__name__)


def test_every_request_is_stamped_with_arrival_and_number():
    seen = []
    ask = StampMiddleware(lambda request: seen.append(request) or HttpResponse())
    before = timezone.now()
    responses = [ask(RequestFactory().get("/")) for _ in range(2)]
    assert before <= seen[0].now <= seen[1].now <= timezone.now()
    assert seen[0].now.tzinfo == dt.UTC
    assert [response["X-Request-ID"] for response in responses] == [request.request_id for request in seen]
    assert seen[0].request_id != seen[1].request_id
    assert len(seen[0].request_id) == 32


@pytest.fixture
def reading(db, settings):
    def ask(view, method: str = "get", on: bool = True):
        settings.READ_ONLY_GET = on
        return ReadOnlyGetMiddleware(view)(getattr(RequestFactory(), method)("/"))

    return ask


@pytest.mark.parametrize("view", [write, change, remove])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_that_writes_is_stopped_at_the_statement(reading, view, method):
    with pytest.raises(WriteOnRead), transaction.atomic():
        reading(view, method)
    assert not Counter.objects.filter(key="written").exists()
    assert Region.objects.get(pk="130000").order != 99


@pytest.mark.parametrize("view", [write, change, remove])
def test_posting_may_write(reading, view):
    assert reading(view, "post").status_code == 200


def test_the_session_may_be_kept_while_reading(reading):
    assert reading(keep_session).content == b"kept"


def test_where_it_is_off_reading_is_not_watched(reading):
    assert reading(write, on=False).status_code == 200


@pages
@pytest.mark.parametrize(("kind", "status"), [("refusal", 409), ("not-allowed", 403), ("closed", 409)])
def test_a_refusal_nobody_caught_reads_as_a_sentence_with_its_remedy(
    national_officer, monkeypatch, kind, status
):
    response = national_officer.client.get(f"/refuse/{kind}/")
    assert response.status_code == status
    page = response.content.decode()
    assert "这一步现在不能做。" in page
    assert "请先完成前一步。" in page


def test_the_address_of_a_button_opened_as_a_page_says_what_to_do(national_officer):
    response = national_officer.client.get("/accounts/switch-role/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "该地址只接收表单提交" in response.content.decode()


@pages
def test_a_crash_is_not_a_refusal(national_officer):
    with pytest.raises(ZeroDivisionError):
        national_officer.client.get("/crash/")


@pages
@pytest.mark.parametrize("address", ["/write/", "/change/", "/remove/"])
def test_the_whole_stack_stops_a_page_that_writes(national_officer, address):
    with pytest.raises(WriteOnRead):
        national_officer.client.get(address)
