from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("help/", views.help_page, name="help"),
    path("switch-role/", views.switch_role, name="switch-role"),
    path("units/", views.unit_list, name="unit-list"),
    path("people/", views.person_list, name="person-list"),
    path("institutions/", views.institution_list, name="institution-list"),
]
