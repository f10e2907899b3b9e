"""What every part of the API shares: reading in scope, pages, and errors as problem details (RFC 9457)."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import pagination, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.scope import NOBODY

PROBLEM = "application/problem+json"


class Pages(pagination.LimitOffsetPagination):
    """`?limit=` up to 500, `?offset=`."""

    default_limit = 50
    max_limit = 500


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """`title`, `status`, `detail`; a wrong parameter is named under `errors`. What is not an HTTP error is re-raised."""
    response = exception_handler(error, context)
    if response is None:
        return None
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": response.status_text,
        "status": response.status_code,
    }
    if isinstance(error, ValidationError):
        body["detail"] = _("A parameter is not understood.")
        body["errors"] = response.data
    else:
        body["detail"] = str(response.data.get("detail", ""))
    response.data = body
    response.content_type = PROBLEM
    return response


class ReadOnlyViewSet(viewsets.ReadOnlyModelViewSet):
    """Rows of `model` that the asking role may see, as on the pages; `related` is fetched along."""

    model: Any
    related: tuple[str, ...] = ()
    ordering: tuple[str, ...] = ("pk",)
    pagination_class = Pages

    def get_queryset(self) -> Any:
        # the schema is drawn without anybody asking
        scope = getattr(self.request, "scope", NOBODY)
        rows = self.model._default_manager.visible_to(scope)
        return rows.select_related(*self.related).order_by(*self.ordering)

    def get_exception_handler(self) -> Any:
        return problem
