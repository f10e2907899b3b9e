import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; the proxy and `make run` wait for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same body whether the thing is missing or another's."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"exception": exception}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # a session that could not be kept reads as a bad request to Django
    return _database_away() if _tells_of_absence(exception) else render(request, "400.html", status=400)


# a database that starts anew is back within seconds
RETRY_SECONDS = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After while the database is away, so that whoever asks tries again; else 500 (T27c).

    Neither page needs the database, nor anything that reads it.
    """
    if _tells_of_absence(sys.exception()):
        return _database_away()
    return HttpResponse(render_to_string("500.html"), status=500)


def _database_away() -> HttpResponse:
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def _tells_of_absence(error: BaseException | None) -> bool:
    """Whether the database could not be reached, be it that something else was made of it on the way."""
    while error and not isinstance(error, OperationalError | InterfaceError):
        error = error.__cause__ or error.__context__
    return error is not None
