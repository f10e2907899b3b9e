"""Outside any year and any session: saving answers by token, verifying certificates."""

from django.urls import path

from core.hot import view_of
from exams import answers, pulse
from exams.views import certificates

app_name = "exams_open"
urlpatterns = [
    path(answers.PATH.lstrip("/"), view_of(answers.DOOR), name="answer-save"),
    path(pulse.PATH.lstrip("/"), view_of(pulse.DOOR), name="pulse"),
    path("certificates/", certificates.certificate_lookup, name="certificate-lookup"),
    path("certificates/<str:code>/", certificates.certificate_verify, name="certificate-verify"),
]
