"""Inside a program year: /<program>/<year>/enrollment/…"""

from django.urls import path

from accounts.personal import Secret
from enrollment.views import changes, imports, national, people, places, roster, rules
from programs.views.rows import row_edit, row_list

app_name = "enrollment"
urlpatterns = [
    path("roster/", roster.roster_list, name="roster-list"),
    path("roster/approve/", roster.roster_approve, name="roster-approve"),
    path("roster/join/", roster.roster_join, name="roster-join"),
    path("roster/codes/", roster.roster_codes, name="roster-codes"),
    path("roster/place/", roster.roster_place, name="roster-place"),
    path("roster/submit/", roster.roster_submit, name="roster-submit"),
    path("roster/reason/", roster.roster_reason, name="roster-reason"),
    path("roster/print/", roster.roster_print, name="roster-print"),
    path("roster/receipts/<int:pk>/", roster.roster_receipt, name="roster-receipt"),
    path("past-institutions/", roster.past_edit, name="past-edit"),
    path("imports/", imports.import_list, name="import-list"),
    path("imports/new/", imports.import_create, name="import-create"),
    path("imports/template/", imports.import_template, name="import-template"),
    path("imports/<int:pk>/", imports.import_show, name="import-show"),
    path("imports/<int:pk>/places/<int:number>/", places.place_settle, name="place-settle"),
    path("imports/<int:pk>/places/<int:number>/new/", places.place_create, name="place-create"),
    path("imports/<int:pk>/job/", imports.import_job, name="import-job"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="import-apply"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import-discard"),
    path("imports/<int:pk>/marked/", imports.import_marked, name="import-marked"),
    path("people/", people.person_list, name="person-list"),
    path("people/<int:pk>/", people.person_show, name="person-show"),
    path("people/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("people/<int:pk>/refuse/", people.person_refuse, name="person-refuse"),
    path("people/<int:pk>/withdraw/", people.person_withdraw, name="person-withdraw"),
    path("people/<int:pk>/replace/", people.person_replace, name="person-replace"),
    path("people/<int:pk>/funding/", people.person_fund, name="person-fund"),
    path(
        "people/<int:pk>/reveal/id-number/",
        people.person_reveal,
        {"secret": Secret.ID_NUMBER},
        name="person-reveal-id",
    ),
    path(
        "people/<int:pk>/reveal/phone/",
        people.person_reveal,
        {"secret": Secret.PHONE},
        name="person-reveal-phone",
    ),
    path("provinces/", national.province_list, name="province-list"),
    path("provinces/<slug:region>/", national.province_show, name="province-show"),
    path("provinces/<slug:region>/accept/", national.province_accept, name="province-accept"),
    path("provinces/<slug:region>/return/", national.province_return, name="province-return"),
    path("provinces/<slug:region>/lock/", national.province_lock, name="province-lock"),
    path("provinces/<slug:region>/unlock/", national.province_unlock, name="province-unlock"),
    path("overview/", national.overview_show, name="overview-show"),
    path("rules/", row_list, {"table": rules.TABLE}, name="rule-list"),
    path("rules/<int:pk>/", row_edit, {"table": rules.TABLE}, name="rule-edit"),
    path("mine/", people.own_show, name="own-show"),
    path("mine/correct/", changes.own_change, name="own-change"),
    path("mine/correct/<int:pk>/take-back/", changes.own_withdraw, name="own-change-withdraw"),
    path("corrections/", changes.change_list, name="change-list"),
    path("corrections/<int:pk>/", changes.change_show, name="change-show"),
    path("corrections/<int:pk>/approve/", changes.change_approve, name="change-approve"),
    path("corrections/<int:pk>/refuse/", changes.change_refuse, name="change-refuse"),
]
