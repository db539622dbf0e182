"""What `biblios doctor` has to say about scans and pictures: whether they are read, and in which letters."""

import asyncio

from backend.commands.findings import Finding
from backend.extraction.ocr.engine import is_installed
from backend.extraction.ocr.program import ProgramFailed
from backend.extraction.ocr.scripts import readable
from backend.extraction.ocr.tesseract import OFF, Tesseract
from backend.settings import Settings

_KNOWN = "Latin, Chinese and Japanese letters"


async def scans(settings: Settings) -> Finding:
    """The recogniser, and Tesseract with its languages for letters that the recogniser does not know."""
    if not settings.ocr.enabled:
        return Finding("scans", "ok", "not read (BIBLIOS_OCR_ENABLED is false)")
    if not is_installed():
        return Finding(
            "scans", "warn", "text recognition is not installed", "Install the extra: `make run` or bibliosai[ocr]."
        )
    if settings.ocr.tesseract == OFF:
        return Finding("scans", "ok", f"{_KNOWN} (BIBLIOS_OCR_TESSERACT is off)")
    try:
        tesseract = await asyncio.to_thread(Tesseract.at, settings.ocr.tesseract)
    except ProgramFailed as error:
        return Finding("scans", "warn", f"{_KNOWN}; Tesseract: {error}", "Mend BIBLIOS_OCR_TESSERACT, or empty it.")
    if tesseract is None:
        return Finding("scans", "ok", f"{_KNOWN}; for others install tesseract-ocr with the languages")
    scripts = readable(tesseract.languages)
    if not scripts:
        return Finding("scans", "ok", f"{_KNOWN}; Tesseract is there without data for others (tesseract-ocr-rus …)")
    named = ", ".join(f"{name} ({', '.join(codes)})" for name, codes in scripts.items())
    return Finding("scans", "ok", f"{_KNOWN}; by Tesseract {named}")
