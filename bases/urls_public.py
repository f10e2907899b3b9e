"""For everyone, below `publicity/`."""

from django.urls import path

from bases.views import public

app_name = "publicity"
urlpatterns = [
    path("", public.notice_list, name="notice-list"),
    path("<slug:program>/<int:year>/", public.publicity_list, name="publicity-list"),
    path("<slug:program>/<int:year>/calls/<int:pk>/", public.notice_detail, name="notice-detail"),
]
