"""Office files are ZIP archives that carry the time of their making; here they get a fixed one instead."""

import io
import re
import zipfile
from datetime import datetime

# The earliest time that a ZIP entry can carry.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_STAMP = re.compile(r"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def repack(data: bytes, modified_at: datetime) -> bytes:
    """The same archive with `modified_at` as its only time, so that building it twice gives the same bytes."""
    stamp = modified_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == _CORE:
                content = _STAMP.sub(rf"\g<1>{stamp}\g<3>", content.decode()).encode()
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return target.getvalue()
