"""Every way in which reading a file fails: one stable code each, with a message that says what to do."""

from backend.errors import ExtractionFailed

MESSAGES: dict[str, str] = {
    "empty_file": "The file is empty. Check that it was saved or copied completely, then upload it again.",
    "encrypted": "The file is protected by a password. Remove the protection in the program that made it, "
    "then upload it again.",
    "corrupt": "The file is damaged or incomplete ({detail}). Open it in the program that made it, save it again "
    "and upload the new copy.",
    "unsupported_type": "This kind of file cannot be read ({detail}). Convert it to PDF, an Office format or text, "
    "then upload that.",
    "no_pages": "This PDF has no pages. Export it again from the program that made it.",
    "no_such_page": "The document has no page {detail}. Open it at another page.",
    "no_text": "No text was found ({detail}). If it is a scan or a picture, run text recognition (OCR) on it first, "
    "then upload the result.",
    "too_large": "The file holds more than {detail} characters of text. Split it into smaller files, or ask "
    "your operator for a higher limit.",
    "archive_bomb": "The archive would unpack to far more than is allowed ({detail}). Unpack it yourself and upload "
    "the files in it.",
    "archive_too_deep": "The archive holds archives inside archives, more than {detail} deep. Unpack the inner ones "
    "and upload the files in them.",
    "timed_out": "Reading the file took longer than {detail} seconds. Split it into smaller files, or ask "
    "your operator for more time.",
    "out_of_memory": "Reading the file needed more memory than is allowed ({detail}). Split it into smaller files, "
    "or ask your operator for a higher limit.",
    "crashed": "The reader stopped while it was reading this file ({detail}). Try once more; if it happens again, "
    "save the file anew or convert it to PDF.",
}


#: What whoever runs the server can do.
HINTS: dict[str, str] = {
    "too_large": "The limit is BIBLIOS_UPLOAD_MAX_TEXT_CHARS.",
    "archive_bomb": "The limits are BIBLIOS_PROCESSING_MAX_ARCHIVE_BYTES, …_RATIO and …_MEMBERS.",
    "archive_too_deep": "The limit is BIBLIOS_PROCESSING_MAX_ARCHIVE_DEPTH.",
    "timed_out": "The limit is BIBLIOS_PROCESSING_TIMEOUT_SECONDS.",
    "out_of_memory": "The limit is BIBLIOS_PROCESSING_MAX_MEMORY_BYTES.",
}


def failure(code: str, detail: str = "") -> ExtractionFailed:
    """The error for `code`; `detail` is short, safe to show, and holds none of the file's text."""
    return ExtractionFailed(MESSAGES[code].format(detail=detail), code=code, hint=HINTS.get(code))
