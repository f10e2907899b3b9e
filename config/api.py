"""The API: /api/v1/, reading only, and its OpenAPI schema behind the sign-in."""

from typing import Any

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import DefaultRouter

from accounts.api import problem
from enrollment.api import EnrollmentViewSet
from programs.api import ProvinceViewSet, QuotaViewSet


class SchemaView(SpectacularAPIView):
    """The OpenAPI description; whoever may sign in may read it."""

    permission_classes = [IsAuthenticated]

    def get_exception_handler(self) -> Any:
        return problem


router = DefaultRouter()
router.include_format_suffixes = False
router.include_root_view = False
router.register("provinces", ProvinceViewSet, basename="province")
router.register("quotas", QuotaViewSet, basename="quota")
router.register("enrollments", EnrollmentViewSet, basename="enrollment")

app_name = "api"
urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", SchemaView.as_view(), name="schema"),
]
