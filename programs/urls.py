from django.urls import path

from programs.views import assumptions, board, calendar, feed, rows, year

app_name = "programs"
urlpatterns = [
    path("", year.year_detail, name="year-detail"),
    path("next/", year.year_copy, name="year-copy"),
    path("review/", year.year_review, name="year-review"),
    path("open/", year.year_open, name="year-open"),
    path("calendar/", calendar.duty_list, name="duty-list"),
    path("calendar/board/", board.duty_board, name="duty-board"),
    path("calendar/feed/", feed.feed_make, name="feed-make"),
    path("calendar/feed/revoke/", feed.feed_revoke, name="feed-revoke"),
    path("calendar/<int:pk>/", calendar.duty_detail, name="duty-detail"),
    path("calendar/<int:pk>/edit/", calendar.duty_edit, name="duty-edit"),
    path("calendar/<int:pk>/record/", calendar.duty_record, name="duty-record"),
    path("calendar/<int:pk>/extend/", calendar.duty_extend, name="duty-extend"),
    path("calendar/records/<int:pk>/file/", calendar.duty_record_file, name="duty-record-file"),
    path("assumptions/", assumptions.assumption_list, name="assumption-list"),
    path("assumptions/confirm/", assumptions.assumption_confirm_all, name="assumption-confirm-all"),
    path(
        "assumptions/<str:kind>/<int:pk>/confirm/", assumptions.assumption_confirm, name="assumption-confirm"
    ),
]
for table in rows.PLAN_TABLES:
    urlpatterns += [
        path(f"{table.path}/", rows.row_list, {"table": table}, name=f"{table.code}-list"),
        path(f"{table.path}/<int:pk>/", rows.row_edit, {"table": table}, name=f"{table.code}-edit"),
    ]
