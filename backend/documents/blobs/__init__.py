"""Original files, named by their content. The port is `base`, the folder that keeps them `local`."""

from backend.documents.blobs.base import BlobStore, BlobWriter, InUse, StorageFull

__all__ = ["BlobStore", "BlobWriter", "InUse", "StorageFull"]
