"""What this room takes in as files."""

from core.files import UploadPolicy

PICTURES = UploadPolicy(("png", "jpg"), 5 * 1024 * 1024)
