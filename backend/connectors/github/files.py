"""Files of a repository: which are documents, and what reading one gives."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import quote

from backend.connectors.github.client import GitHubClient
from backend.connectors.github.models import Repository, TreeEntry
from backend.connectors.source_events import Access, Deferred, ItemFailure, SourceFile

#: What the library reads out of other formats than text.
_DOCUMENTS = frozenset({"pdf", "docx", "pptx", "xlsx", "odt", "ods", "odp", "epub", "rtf", "doc", "ppt", "xls"})
_PICTURES = "png jpg jpeg jpe gif webp avif heic ico icns bmp tif tiff psd ai eps raw glb stl fbx blend"
_SOUNDS = "mp3 m4a ogg oga flac wav mp4 m4v mov avi mkv webm swf"
_FONTS = "ttf otf woff woff2 eot"
_ARCHIVES = "zip gz tgz bz2 xz zst 7z rar tar jar war ear whl egg iso img deb rpm msi apk ipa dmg"
_COMPILED = "class so dll dylib exe bin obj o a lib pyc pyo wasm pdb mo"
_DATA = "db sqlite sqlite3 parquet arrow npy npz pkl pickle onnx pt pth safetensors h5 p12 pfx jks keystore der"
_BINARY = frozenset(" ".join((_PICTURES, _SOUNDS, _FONTS, _ARCHIVES, _COMPILED, _DATA)).split())
#: Text that is larger is data or was written by a program; documents hold pictures.
LARGEST_TEXT_BYTES = 2 * 2**20
LARGEST_DOCUMENT_BYTES = 50 * 2**20
#: What is larger is read by itself: GraphQL cuts long texts, and answers hold many.
_TOGETHER_BYTES = 100_000
_FILE_MODES = frozenset({"100644", "100755", "100664"})
_LFS = "version https://git-lfs.github.com/spec/"


def is_file(entry: TreeEntry) -> bool:
    """Neither a symbolic link (its target is read where it stands) nor a submodule (a repository of its own)."""
    return entry.mode in _FILE_MODES


def file_id(repository: Repository, path: str) -> str:
    return f"file:{repository.id}:{path}"


def file_event(
    client: GitHubClient, repository: Repository, branch: str, entry: TreeEntry, access: Access
) -> Deferred | ItemFailure:
    """A file as a listing names it; what can be said without reading it is said at once."""
    external_id, suffix = file_id(repository, entry.path), PurePosixPath(entry.path).suffix.casefold().lstrip(".")
    if entry.size_bytes == 0:
        return _skipped(external_id, entry.path, "empty", "The file is empty.")
    if suffix in _BINARY:
        return _binary(external_id, entry.path)
    most = LARGEST_DOCUMENT_BYTES if suffix in _DOCUMENTS else LARGEST_TEXT_BYTES
    if entry.size_bytes > most:
        message = f"The file has {entry.size_bytes:,} bytes; of this kind at most {most:,} are read."
        return _skipped(external_id, entry.path, "too_large", message)
    # The address holds the repository's name and its branch.
    revision = f"{entry.sha} {repository.full_name} {branch}"
    fetch = partial(_fetch, client, repository, branch, entry, is_text=suffix not in _DOCUMENTS)
    return Deferred(external_id, revision, access, fetch, chars=entry.size_bytes)


async def _fetch(
    client: GitHubClient, repository: Repository, branch: str, entry: TreeEntry, *, is_text: bool
) -> SourceFile | ItemFailure:
    external_id = file_id(repository, entry.path)
    read: Callable[[], AsyncIterator[bytes]] = partial(client.raw, repository, entry.sha)
    if is_text and entry.size_bytes <= _TOGETHER_BYTES:
        blob = await client.blob((repository.node_id, entry.sha))
        if blob is None:
            message = "GitHub names this file and does not give it. It is tried again by itself."
            return ItemFailure(external_id, entry.path, "not_given", message)
        if blob.is_binary:
            return _binary(external_id, entry.path)
        if blob.text is not None and blob.text.startswith(_LFS):
            message = "The file itself lies in Git LFS; the repository only points at it."
            return _skipped(external_id, entry.path, "lfs_pointer", message)
        if blob.text is not None:
            read = partial(_pieces, blob.text.encode())
    folder = str(PurePosixPath(entry.path).parent)
    return SourceFile(
        external_id=external_id,
        filename=entry.path,
        read=read,
        title=entry.path,
        url=f"{repository.url}/blob/{quote(branch)}/{quote(entry.path)}" if repository.url else None,
        path=repository.full_name if folder == "." else f"{repository.full_name}/{folder}",
    )


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _binary(external_id: str, path: str) -> ItemFailure:
    return _skipped(external_id, path, "binary", "The file holds no text that can be read.")


def _skipped(external_id: str, path: str, code: str, message: str) -> ItemFailure:
    return ItemFailure(external_id, path, code, message, skipped=True)
