"""Inside a program year: /<program>/<year>/exams/…"""

from django.urls import path

from exams.views import blueprint, certificates, entry, items, office, pairs, reading, trainee

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
    path("items/<int:pk>/", items.item_show, name="item-show"),
    path("items/<int:pk>/decide/", items.item_decide, name="item-decide"),
    path("items/<int:pk>/retire/", items.item_retire, name="item-retire"),
    path("items/review/", reading.item_review, name="item-review"),
    path("items/pairs/", pairs.pair_list, name="pair-list"),
    path("items/pairs/<int:pk>/", pairs.pair_show, name="pair-show"),
    path("submissions/", office.submission_list, name="submission-list"),
    path("submissions/<int:pk>/decide/", office.submission_decide, name="submission-decide"),
    path("submissions/<int:pk>/review/", reading.submission_review, name="submission-review"),
    path("blueprint/", blueprint.blueprint_show, name="blueprint-show"),
    path("blueprint/edit/", blueprint.blueprint_edit, name="blueprint-edit"),
    path("blueprint/use/", blueprint.use_list, name="use-list"),
    path("blueprint/sample/", blueprint.sample_show, name="sample-show"),
    path("windows/", office.window_list, name="window-list"),
    path("windows/<int:pk>/edit/", office.window_edit, name="window-edit"),
    path("late/", office.late_list, name="late-list"),
    path("late/<int:pk>/decide/", office.late_decide, name="late-decide"),
]
