from django.urls import path

from courses.views import lessons, offline, progress, study

app_name = "courses"
urlpatterns = [
    path("study/", study.study_show, name="study-show"),
    path("study/lessons/", study.watch_list, name="watch-list"),
    path("study/lessons/<int:pk>/", study.watch_lesson, name="watch-lesson"),
    path("study/lessons/<int:pk>/stream/", study.stream_start, name="stream-start"),
    path("study/lessons/<int:pk>/homework/", study.watch_homework, name="watch-homework"),
    path("study/offline/", study.offline_show, name="offline-show"),
    path("progress/", progress.progress_list, name="progress-list"),
    path("progress/<int:pk>/", progress.progress_detail, name="progress-detail"),
    path("lessons/", lessons.lesson_list, name="lesson-list"),
    path("lessons/propose/", lessons.lesson_propose, name="lesson-propose"),
    path("lessons/<int:pk>/", lessons.lesson_detail, name="lesson-detail"),
    path("lessons/<int:pk>/video/", study.lesson_video, name="lesson-video"),
    path("lessons/<int:pk>/topic/", lessons.topic_decide, name="topic-decide"),
    path("lessons/<int:pk>/recording/", lessons.lesson_record, name="lesson-record"),
    path("lessons/<int:pk>/review/", lessons.lesson_review, name="lesson-review"),
    path("lessons/<int:pk>/publish/", lessons.lesson_publish, name="lesson-publish"),
    path("reviews/", lessons.review_list, name="review-list"),
    path("plan/", lessons.plan_list, name="plan-list"),
    path("sessions/", offline.session_list, name="session-list"),
    path("sessions/new/", offline.session_create, name="session-create"),
    path("sessions/<int:pk>/", offline.session_detail, name="session-detail"),
    path("sessions/<int:pk>/edit/", offline.session_edit, name="session-edit"),
    path("sessions/<int:pk>/attendance/", offline.attendance_record, name="attendance-record"),
    path("results/", offline.result_list, name="result-list"),
    path("faculty/", offline.faculty_list, name="faculty-list"),
    path("faculty/new/", offline.faculty_create, name="faculty-create"),
    path("faculty/<int:pk>/", offline.faculty_detail, name="faculty-detail"),
    path("faculty/<int:pk>/file/", offline.faculty_file, name="faculty-file"),
    path("faculty/<int:pk>/confirm/", offline.faculty_confirm, name="faculty-confirm"),
]
