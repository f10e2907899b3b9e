"""Inside a program year, below `<program>/<year>/bases/`."""

from django.urls import path

from bases.views import applications, approvals, calls, decisions, drafts, files, plan, reviews

app_name = "bases"
urlpatterns = [
    path("calls/", calls.call_list, name="call-list"),
    path("calls/<int:pk>/", calls.call_detail, name="call-detail"),
    path("calls/<int:pk>/start/", calls.application_start, name="application-start"),
    path("calls/<int:pk>/edit/", plan.row_edit, {"table": "call"}, name="call-edit"),
    path("conditions/<int:pk>/edit/", plan.row_edit, {"table": "condition"}, name="condition-edit"),
    path("scoring/<int:pk>/edit/", plan.row_edit, {"table": "scoring"}, name="scoring-edit"),
    path("applications/", applications.application_list, name="application-list"),
    path("applications/<int:pk>/", applications.application_detail, name="application-detail"),
    path("applications/<int:pk>/edit/<slug:section>/", drafts.application_edit, name="application-edit"),
    path("applications/<int:pk>/check/<slug:section>/", drafts.application_check, name="application-check"),
    path("applications/<int:pk>/files/", files.file_add, name="file-add"),
    path("applications/<int:pk>/submit/", applications.application_submit, name="application-submit"),
    path("applications/<int:pk>/receipt/", applications.application_receipt, name="application-receipt"),
    path("applications/<int:pk>/print/<slug:form>/", files.application_print, name="application-print"),
    path("applications/<int:pk>/accept/", decisions.application_accept, name="application-accept"),
    path("applications/<int:pk>/return/", decisions.application_return, name="application-return"),
    path("applications/<int:pk>/reject/", decisions.application_reject, name="application-reject"),
    path("applications/<int:pk>/approve/", decisions.application_approve, name="application-approve"),
    path("applications/<int:pk>/file/", decisions.application_file, name="application-file"),
    path(
        "applications/<int:pk>/disqualify/", decisions.application_disqualify, name="application-disqualify"
    ),
    path("applications/<int:pk>/reviewers/", decisions.review_assign, name="review-assign"),
    path("applications/<int:pk>/publicity/", decisions.publicity_open, name="publicity-open"),
    path("applications/<int:pk>/objections/", decisions.objection_add, name="objection-add"),
    path("objections/<int:pk>/", decisions.objection_answer, name="objection-answer"),
    path("files/<int:pk>/", files.file_detail, name="file-detail"),
    path("files/<int:pk>/remove/", files.file_remove, name="file-remove"),
    path("reviews/", reviews.review_list, name="review-list"),
    path("reviews/<int:pk>/", reviews.review_edit, name="review-edit"),
    path("reviews/<int:pk>/decline/", reviews.review_decline, name="review-decline"),
    path("list/", approvals.approval_list, name="approval-list"),
    path("list/add/", approvals.approval_add, name="approval-add"),
    path("list/<int:pk>/file/", approvals.approval_file, name="approval-file"),
]
