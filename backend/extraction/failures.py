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
    "generated": "The file is {detail}: a program wrote it for programs, so it was left out. Upload the file that it "
    "was made from if you want its words to be found.",
    "no_pages": "This PDF has no pages. Export it again from the program that made it.",
    "no_such_page": "The document has no page {detail}. Open it at another page.",
    "no_text": "No text was found ({detail}). If it is a scan or a picture, make it sharper or larger, then upload it "
    "again.",
    "not_recognised": "{detail}, and text recognition is switched off or not installed here. Ask your operator to "
    "switch it on, or run text recognition (OCR) yourself and upload the result.",
    "unknown_letters": "It is written in {detail}. Ask your operator for tesseract-ocr with the language of "
    "this file, then process it again.",
    "recognition_failed": "Text recognition failed on this file, or used up the time that it has. Split it into "
    "smaller files, or ask your operator for more time.",
    "too_many_pixels": "The picture is too large ({detail}). Make it smaller, or ask your operator for a higher limit.",
    "too_large": "The file holds more than {detail}. Split it into smaller files, or ask "
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
    "not_recognised": "The switch is BIBLIOS_OCR_ENABLED; what it needs comes with the extra `ocr` of the package.",
    "unknown_letters": "On Debian and Ubuntu the packages are tesseract-ocr and one for each language, such as "
    "tesseract-ocr-rus. `biblios doctor` lists what is there; BIBLIOS_OCR_TESSERACT names another program.",
    "recognition_failed": "The limits are BIBLIOS_OCR_PAGE_SECONDS and …_DOCUMENT_SECONDS.",
    "too_many_pixels": "The limit is BIBLIOS_OCR_MAX_PIXELS.",
    "out_of_memory": "The limit is BIBLIOS_PROCESSING_MAX_MEMORY_BYTES.",
}


def failure(code: str, detail: str = "") -> ExtractionFailed:
    """The error for `code`; `detail` is short, safe to show, and holds none of the file's text."""
    return ExtractionFailed(MESSAGES[code].format(detail=detail), code=code, hint=HINTS.get(code))
