"""The last resort of a candidate whom no network reaches: a file with the unsaved answers, signed by the page."""

from django.utils.crypto import salted_hmac


def file_key(attempt_id: int, generation: int) -> str:
    """The attempt's and device generation's own key, hex; the page signs its answer file with it (X8)."""
    return salted_hmac("exams.answer-file", f"{attempt_id}.{generation}", algorithm="sha256").hexdigest()
