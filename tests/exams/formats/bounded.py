"""Read files of items as a worker does, each in a child that the system stops: `python -m tests.exams.formats.bounded FOLDER`.

Prints one JSON object: file name → "accepted", "refused", or what stopped it (T29, T30).
"""

from pathlib import Path

from tests.core.bounded import main  # first: it sets Django up

from exams.formats import docx, gift, moodle, pasted  # isort: skip

READERS = {
    ".xml": moodle.read,
    ".gift": gift.read,
    ".docx": docx.read,
    ".txt": lambda data: pasted.read_text(data.decode("utf-8", "replace")),
}

if __name__ == "__main__":
    main(lambda path: READERS[Path(path).suffix](path.read_bytes()))
