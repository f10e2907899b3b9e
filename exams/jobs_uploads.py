"""Reading a long file of items apart from the request that brought it (I2)."""

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.actors import actor_of_job
from accounts.services.notices import tell_owner
from core.jobs import JobKind, Step
from core.models import Job
from exams.models import ItemUpload
from exams.services.uploads import READ_JOB, keep_read, read_upload


def _upload_of(job: Job) -> ItemUpload:
    return ItemUpload.objects.select_related("year__program", "unit").get(pk=job.params["upload"])


def _read(job: Job, now: dt.datetime) -> Step:
    """The reading runs outside the transaction that keeps what was read."""
    upload, actor = _upload_of(job), actor_of_job(job, now)
    read = read_upload(upload)

    def apply() -> dict[str, int]:
        keep_read(upload=upload, read=read, actor=actor, now=now)
        return {"entries": len(read.entries)}

    return Step(done=1, total=1, apply=apply, finished=True)


def _tell(text: str) -> Callable[[Job, dt.datetime], None]:
    def tell(job: Job, now: dt.datetime) -> None:
        upload = _upload_of(job)
        url = reverse("exams:upload-show", kwargs={**upload.year.url_kwargs, "pk": upload.pk})
        tell_owner(job, text, url=url, params={"file": upload.file_name}, now=now)

    return tell


READ = JobKind(
    READ_JOB,
    gettext_lazy("Read a file of items"),
    _read,
    ended=_tell(gettext_noop("The items of “%(file)s” are read. Look through them, then take them in.")),
    failed=_tell(gettext_noop("The items of “%(file)s” could not be read. Open it to see why.")),
)
