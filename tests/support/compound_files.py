"""Compound files (MS-CFB) and mails as Outlook saves them (MS-OXMSG), made in code."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

type Tree = Mapping[str, bytes | Tree]

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _MINI, _LEAST = 512, 64, 4096
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(slots=True)
class _Node:
    name: str
    kind: int
    data: bytes = b""
    left: int = FREE
    right: int = FREE
    child: int = FREE
    start: int = END


def compound(tree: Tree) -> bytes:
    """A file with these streams (bytes) and storages (mappings)."""
    nodes = [_Node("Root Entry", _ROOT)]
    nodes[0].child = _below(nodes, tree)
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        start, count = len(sectors), -(-len(data) // _SECTOR)
        for number in range(count):
            sectors.append(data[number * _SECTOR : (number + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(start + number + 1 if number < count - 1 else END)
        return start if count else END

    small, small_fat = b"", list[int]()
    for node in nodes[1:]:
        if len(node.data) >= _LEAST:
            node.start = put(node.data)
        elif node.data:
            node.start, count = len(small_fat), -(-len(node.data) // _MINI)
            small_fat += [*(node.start + number for number in range(1, count)), END]
            small += node.data.ljust(count * _MINI, b"\0")
    nodes[0].data, nodes[0].start = small, put(small)
    small_table = _numbers(small_fat)
    first_small = put(small_table)
    directory = put(b"".join(map(_entry, nodes)))
    count = 1
    while count * _SECTOR < 4 * (len(fat) + count):
        count += 1
    named = [len(sectors) + number for number in range(count)]
    table = _numbers([*fat, *[FAT] * count])
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, count, directory, 0, _LEAST, first_small, len(small_table) // _SECTOR, END, 0)
    head += struct.pack("<109I", *named, *[FREE] * (109 - count))
    return head + b"".join(sectors) + table


def _below(nodes: list[_Node], tree: Tree) -> int:
    """Adds what lies in a storage as a balanced tree, in the order that the format asks for; returns its top."""
    added: list[int] = []
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        content = tree[name]
        node = _Node(name, _STREAM, content) if isinstance(content, bytes) else _Node(name, _STORAGE)
        added.append(len(nodes))
        nodes.append(node)
        if not isinstance(content, bytes):
            node.child = _below(nodes, content)

    def top(some: list[int]) -> int:
        if not some:
            return FREE
        middle = len(some) // 2
        nodes[some[middle]].left, nodes[some[middle]].right = top(some[:middle]), top(some[middle + 1 :])
        return some[middle]

    return top(added)


def _entry(node: _Node) -> bytes:
    name = (node.name + "\0").encode("utf-16-le")
    links = struct.pack("<HBB3I", len(name), node.kind, 1, node.left, node.right, node.child)
    return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", node.start, len(node.data))


def _numbers(some: Sequence[int]) -> bytes:
    data = struct.pack(f"<{len(some)}I", *some)
    return data.ljust(-(-len(data) // _SECTOR) * _SECTOR, b"\xff")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that came with a mail. `short`: its name is the short one, in one byte a letter."""

    name: str
    data: bytes
    content_id: str = ""
    short: bool = False


def msg(*attached: Saved | Tree, subject: str = "Minutes", body: str = "See attached.") -> bytes:
    """A mail with files, or with storages as they are given."""
    texts = {"001A": "IPM.Note", "0037": subject, "1000": body, "0C1A": "Ann Lee", "0C1F": "ann@example.org"}
    tree: dict[str, Any] = {f"__substg1.0_{number}001F": text.encode("utf-16-le") for number, text in texts.items()}
    tree["__properties_version1.0"] = bytes(32)
    tree["__nameid_version1.0"] = {f"__substg1.0_000{number}0102": b"" for number in (2, 3, 4)}
    for number, one in enumerate(attached):
        tree[f"__attach_version1.0_#{number:08X}"] = _attachment(one) if isinstance(one, Saved) else one
    return compound(tree)


def _attachment(file: Saved) -> Tree:
    tree: dict[str, bytes] = {"__substg1.0_37010102": file.data, "__properties_version1.0": bytes(8)}
    if file.short:
        tree["__substg1.0_3704001E"] = file.name.encode("cp1252")
    else:
        tree["__substg1.0_3707001F"] = file.name.encode("utf-16-le")
    if file.content_id:
        tree["__substg1.0_3712001F"] = file.content_id.encode("utf-16-le")
    return tree
