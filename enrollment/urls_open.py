"""Outside any account: what opens under a secret address."""

from django.urls import path

from enrollment.views import links as pages

app_name = "enrollment_open"
urlpatterns = [
    path("sheets/<str:token>/", pages.sheet_show, name="sheet-show"),
    path("sheets/<str:token>/begin/", pages.sheet_begin, name="sheet-begin"),
    path("sheets/<str:token>/people/new/", pages.line_create, name="line-create"),
    path("sheets/<str:token>/people/<int:number>/", pages.line_edit, name="line-edit"),
    path("sheets/<str:token>/people/<int:number>/remove/", pages.line_remove, name="line-remove"),
    path("sheets/<str:token>/upload/", pages.sheet_upload, name="sheet-upload"),
    path("sheets/<str:token>/template/", pages.sheet_workbook, name="sheet-workbook"),
    path("sheets/<str:token>/hand-in/", pages.sheet_hand_in, name="sheet-hand-in"),
    path("invitations/<str:token>/", pages.application_create, name="application-create"),
    path("invitations/<str:token>/workplaces/", pages.workplace_options, name="workplace-options"),
    path("applications/<str:token>/", pages.application_show, name="application-show"),
]
