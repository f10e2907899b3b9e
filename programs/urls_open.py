"""Outside any year and any session: deadlines under a secret address."""

from django.urls import path

from programs.views import feed

app_name = "programs_open"
urlpatterns = [path("calendars/<str:token>.ics", feed.feed_show, name="feed-show")]
