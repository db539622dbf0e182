"""Office packages and archives opened safely: unpacked bytes are counted while reading, XML has no document type."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from backend.extraction.failures import failure
from backend.extraction.limits import Limits

_MEBIBYTE = 1024 * 1024
_BLOCK = 256 * 1024
_ENCRYPTED = 0x1
# A ratio means nothing for small files: a few kilobytes of XML pack 200 : 1 without harm.
_RATIO_FROM_BYTES = 16 * _MEBIBYTE
_STRICT_MARK = b"http://purl.oclc.org/ooxml/"
_STRICT = re.compile(rb"(\bxmlns(?::[\w.-]{1,40})?=[\"'])http://purl\.oclc\.org/ooxml/(\w{1,40})/(\w{1,40})(?=[\"'])")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """A zip file under limits. The count of unpacked bytes may be shared with the archives inside it.

    Raises `corrupt`, `encrypted` and `archive_bomb`.
    """

    def __init__(self, origin: bytes | Path | IO[bytes], limits: Limits, *, budget: "Budget | None" = None) -> None:
        self._limits = limits
        self.budget = budget or Budget(limits)
        try:
            self._zip = zipfile.ZipFile(BytesIO(origin) if isinstance(origin, bytes) else origin)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
            raise failure("corrupt", "its packing cannot be read") from error
        infos = self._zip.infolist()
        if len(infos) > limits.max_archive_members:
            raise failure("archive_bomb", f"{len(infos):,} files; {limits.max_archive_members:,} are allowed")
        unpacked = sum(info.file_size for info in infos)
        packed = sum(info.compress_size for info in infos)
        if unpacked > limits.max_archive_bytes:
            raise failure("archive_bomb", f"{_mebibytes(unpacked)}; {_mebibytes(limits.max_archive_bytes)} are allowed")
        if unpacked > max(_RATIO_FROM_BYTES, packed * limits.max_archive_ratio):
            raise failure("archive_bomb", f"{unpacked // max(packed, 1)} times its size")
        self.names = [info.filename for info in infos]

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def infos(self) -> list[zipfile.ZipInfo]:
        return self._zip.infolist()

    def read(self, name: str) -> bytes:
        """One member's bytes; `KeyError` if there is none of that name."""
        info = self._zip.getinfo(name)
        if info.flag_bits & _ENCRYPTED:
            raise failure("encrypted")
        parts: list[bytes] = []
        try:
            with self._zip.open(info) as member:
                while block := member.read(_BLOCK):
                    # The directory's sizes may lie: what comes out is what counts.
                    self.budget.spend(len(block))
                    parts.append(block)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
            if "Overlapped" in str(error):
                raise failure("archive_bomb", "its files overlap") from error
            raise failure("corrupt", "one of its parts cannot be unpacked") from error
        except Exception as error:
            if type(error).__module__ in {"zlib", "lzma", "_bz2", "_lzma"}:
                raise failure("corrupt", "one of its parts cannot be unpacked") from error
            raise
        return b"".join(parts)

    def xml(self, name: str) -> ET.Element | None:
        """One member as XML, or None when it is not there."""
        return parse_xml(self.read(name)) if name in self else None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of `part`: id → (type's last word, target as a member's name). External ones are left out."""
        path = PurePosixPath(part)
        root = self.xml(str(path.parent / "_rels" / f"{path.name}.rels").removeprefix("./"))
        found: dict[str, tuple[str, str]] = {}
        for relation in root.iter(_RELATIONSHIP) if root is not None else ():
            if relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                kind = relation.get("Type", "").rsplit("/", 1)[-1]
                found[relation.get("Id", "")] = (kind, _resolve(path.parent, target))
        return found

    def main_part(self, default: str) -> str:
        """The member that the package's own relations name as the document."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument" and target in self:
                return target
        if default in self:
            return default
        raise failure("corrupt", "its main part is missing")


class Budget:
    """Unpacked bytes, counted over an archive with all that is inside it."""

    def __init__(self, limits: Limits) -> None:
        self._left = self._all = limits.max_archive_bytes
        self._members = limits.max_archive_members

    def spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise failure("archive_bomb", f"more than {_mebibytes(self._all)}")

    def member(self) -> None:
        """Counts one file, over all levels."""
        self._members -= 1
        if self._members < 0:
            raise failure("archive_bomb", "too many files")


class _RootReached(Exception):
    pass


def parse_xml(data: bytes) -> ET.Element:
    """XML as a tree. A document type (where entities are declared) is refused as `corrupt`: Office never writes one."""
    _refuse_doctype(data)
    try:
        return ET.fromstring(_transitional(data))  # noqa: S314 - no document type, so no entities
    except (ET.ParseError, LookupError, ValueError) as error:
        raise failure("corrupt", "its XML cannot be read") from error


def iterate_xml(data: bytes, tag: str) -> Iterator[ET.Element]:
    """Each finished element `tag` in order, emptied after use: memory does not grow with the document."""
    _refuse_doctype(data)
    try:
        for _, element in ET.iterparse(BytesIO(_transitional(data)), events=("end",)):  # noqa: S314 - no document type
            if element.tag == tag:
                yield element
                element.clear()
    except (ET.ParseError, LookupError, ValueError) as error:
        raise failure("corrupt", "its XML cannot be read") from error


def _transitional(data: bytes) -> bytes:
    """XML of the strict form of Office files with the names of the usual one (ISO/IEC 29500, parts 1 and 4)."""
    return _STRICT.sub(rb"\1http://schemas.openxmlformats.org/\2/2006/\3", data) if _STRICT_MARK in data else data


def _refuse_doctype(data: bytes) -> None:
    """Reads up to the root element, before which a document type has to stand."""

    def doctype(*_: object) -> None:
        raise failure("corrupt", "its XML declares a document type")

    def root(*_: object) -> None:
        raise _RootReached

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = root
    try:
        parser.Parse(data, True)
    except _RootReached:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise failure("corrupt", "its XML cannot be read") from error


def _resolve(folder: PurePosixPath, target: str) -> str:
    parts: list[str] = []
    path = target[1:] if target.startswith("/") else f"{folder}/{target}"
    for part in path.split("/"):
        if part == "..":
            if parts:
                parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _mebibytes(count: int) -> str:
    return f"{count / _MEBIBYTE:,.0f} MiB"
