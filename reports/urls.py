from django.urls import path

from reports.views import annual, archive, counted, dashboard, desk, late

app_name = "reports"
urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("dashboard/", dashboard.dashboard_show, name="dashboard-show"),
    path("dashboard/<slug:region>/", dashboard.province_show, name="province-show"),
    path("overview/", dashboard.overview_show, name="overview-show"),
    path("figures/", counted.figure_list, name="figure-list"),
    path("figures/<str:code>/", counted.figure_show, name="figure-show"),
    path("late/", late.late_list, name="late-list"),
    path("archive/<int:pk>/", archive.archive_show, name="archive-show"),
    path("reports/", annual.report_list, name="report-list"),
    path("reports/start/", annual.report_start, name="report-start"),
    path("reports/<int:pk>/", annual.report_show, name="report-show"),
    path("reports/<int:pk>/edit/", annual.report_edit, name="report-edit"),
    path("reports/<int:pk>/build/", annual.report_build, name="report-build"),
    path("reports/<int:pk>/progress/", annual.report_progress, name="report-progress"),
    path("reports/<int:pk>/file/", annual.report_file, name="report-file"),
    path("reports/<int:pk>/decide/", annual.report_decide, name="report-decide"),
    path("reports/<int:pk>/pdf/", annual.report_pdf, name="report-pdf"),
    path("reports/<int:pk>/document/", annual.report_document, name="report-document"),
]
