"""Addresses outside a program year."""

from django.urls import path

from core.hot import view_of
from courses import watching

app_name = "courses_open"
urlpatterns = [path(watching.PATH.removeprefix("/"), view_of(watching.DOOR), name="watch-beats")]
