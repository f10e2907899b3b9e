from django.urls import path

from accounts.views import account, events, institutions, people, units

app_name = "accounts"
urlpatterns = [
    path("me/", account.profile, name="profile"),
    path("help/", account.help_page, name="help"),
    path("switch-role/", account.switch_role, name="switch-role"),
    path("units/", units.unit_list, name="unit-list"),
    path("people/", people.person_list, name="person-list"),
    path("events/", events.event_list, name="event-list"),
    path("institutions/", institutions.institution_list, name="institution-list"),
]
