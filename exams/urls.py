"""Inside a program year: /<program>/<year>/exams/…"""

from django.urls import path

from exams.views import certificates, entry, office, trainee

app_name = "exams"
urlpatterns = [
    path("", trainee.exam_show, name="exam-show"),
    path("sign-up/", trainee.signup_create, name="signup-create"),
    path("start/", trainee.attempt_start, name="attempt-start"),
    path("attempts/<int:pk>/", trainee.attempt_show, name="attempt-show"),
    path("attempts/<int:pk>/take-over/", trainee.attempt_take_over, name="attempt-take-over"),
    path("attempts/<int:pk>/hand-in/", trainee.attempt_hand_in, name="attempt-hand-in"),
    path("attempts/<int:pk>/result/", trainee.attempt_result, name="attempt-result"),
    path("scores/", office.score_list, name="score-list"),
    path("certificates/", office.certificate_list, name="certificate-list"),
    path("certificates/<int:pk>/", certificates.certificate_show, name="certificate-show"),
    path("certificates/<int:pk>/pdf/", certificates.certificate_pdf, name="certificate-pdf"),
    path("certificates/<int:pk>/revoke/", certificates.certificate_revoke, name="certificate-revoke"),
    path("items/", office.item_list, name="item-list"),
    path("items/new/", entry.item_new, name="item-new"),
    path("items/preview/", entry.item_preview, name="item-preview"),
    path("items/<int:pk>/edit/", entry.item_edit, name="item-edit"),
    path("items/<int:pk>/affected/", entry.item_affected, name="item-affected"),
    path("items/submit/", office.item_submit, name="item-submit"),
    path("items/<int:pk>/", office.item_show, name="item-show"),
    path("submissions/", office.submission_list, name="submission-list"),
    path("submissions/<int:pk>/decide/", office.submission_decide, name="submission-decide"),
    path("blueprint/", office.blueprint_show, name="blueprint-show"),
    path("windows/", office.window_list, name="window-list"),
    path("windows/<int:pk>/edit/", office.window_edit, name="window-edit"),
    path("late/", office.late_list, name="late-list"),
    path("late/<int:pk>/decide/", office.late_decide, name="late-decide"),
]
