"""While the database is away the portal says so and asks to be asked again; nothing else is called an absence (T27c)."""

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def failing(error: type[Exception]):
    def execute(*_args):
        raise error("server closed the connection unexpectedly")

    return connection.execute_wrapper(execute)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", ["/health/", "/", "/cancer/2022/exams/", "/accounts/help/"])
def test_t27c_pages_answer_503_with_retry_after(browser, trainee, error, path):
    browser.force_login(trainee.user)
    with failing(error):
        response = browser.get(path)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "Traceback" not in response.content.decode()
    assert browser.get(path).status_code < 500


@pytest.mark.django_db
def test_t27c_an_act_answers_503_too(browser, trainee):
    browser.force_login(trainee.user)
    with failing(OperationalError):
        response = browser.post("/cancer/2022/exams/start/")
    assert response.status_code == 503


@pytest.mark.django_db
def test_t27c_a_session_that_cannot_be_kept_is_no_bad_request(browser, trainee):
    browser.force_login(trainee.user)
    session = browser.session
    session["seen"] = 0
    session.save()

    def execute(run, sql, params, many, context):
        if sql.startswith("UPDATE") and "django_session" in sql:
            raise OperationalError("server closed the connection unexpectedly")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        response = browser.get("/")
    assert response.status_code == 503
    assert response["Retry-After"]


@pytest.mark.django_db
def test_a_fault_of_ours_stays_500(browser, trainee):
    browser.force_login(trainee.user)
    with failing(ProgrammingError):
        response = browser.get("/")
    assert response.status_code == 500
    assert "Retry-After" not in response
