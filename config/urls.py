"""URL composition: /<program>/<year>/<area>/…; public pages and the API beside it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from accounts.views.sessions import session_list
from core.gallery import gallery
from core.views import health
from reports.views import home

handler400 = "core.views.bad_request"
handler404 = "core.views.not_found"
handler403 = "core.views.forbidden"
handler500 = "core.views.server_error"

in_year = [
    path("year/", include("programs.urls")),
    path("enrollment/", include("enrollment.urls")),
    path("exams/", include("exams.urls")),
    path("bases/", include("bases.urls")),
    path("courses/", include("courses.urls")),
    path("supervision/", include("supervision.urls")),
    path("", include("reports.urls")),
]

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    # allauth's own list deletes while it is read
    path("account/sessions/", session_list, name="usersessions_list"),
    path("account/", include("allauth.urls")),
    path("accounts/", include("accounts.urls")),
    path("api/", include("config.api")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("", include("programs.urls_open")),
    path("", include("enrollment.urls_open")),
    path("", include("exams.urls_open")),
    path("", include("courses.urls_open")),
    path("publicity/", include("bases.urls_public")),
    path("<slug:program>/<int:year>/", include(in_year)),
]
if settings.DEBUG:
    urlpatterns.insert(0, path("dev/components/", gallery, name="gallery"))
