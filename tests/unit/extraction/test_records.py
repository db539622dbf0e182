"""JSON, YAML, TOML, INI and their kin: every value on a line that can be understood alone, remarks where they stand."""

import json
from collections.abc import Callable

import pytest

from backend.documents.models import Extracted, Kind
from backend.extraction.chunkers import chunk

type Read = Callable[..., Extracted]


def test_deep_values_of_json_carry_their_whole_path(read: Read) -> None:
    value = {"company": {"teams": [{"name": "Rescue", "lead": "Ann"}, {"lead": "Bo", "boats": [{"length": 9}]}]}}
    assert read(json.dumps(value).encode(), "a.json").text.split("\n") == [
        "company.teams[Rescue].name: Rescue",
        "company.teams[Rescue].lead: Ann",
        "",
        "company.teams[2].lead: Bo",
        "company.teams[2].boats[1].length: 9",
    ]


def test_what_is_in_a_record_says_of_which(read: Read) -> None:
    found = read(b'{"servers": [{"name": "s1", "disks": [{"size": 5}]}, {"disks": [{"size": 7}]}], "n": 2}', "a.json")
    assert found.text == ("servers:\n\nname: s1\nservers[s1].disks[1].size: 5\n\nservers[2].disks[1].size: 7\n\nn: 2")
    assert [section.heading for section in found.sections] == ["servers", None]


def test_records_at_the_outermost_level_go_by_their_names(read: Read) -> None:
    assert read(b'[{"id": "A-1", "parts": [{"no": 1}]}, {"id": "B-2"}]', "a.json").text == (
        "id: A-1\nA-1.parts[1].no: 1\n\nid: B-2"
    )


def test_fields_of_json_that_stand_twice_are_both_read(read: Read) -> None:
    assert read(b'{"a": 1, "a": 2}', "a.json").text == "a: 1\na: 2"


def test_long_lists_of_words_are_lines_and_numbers_stay_together(read: Read) -> None:
    words = [f"step {number} of the long procedure for the lock" for number in range(12)]
    numbers = [str(number / 7) for number in range(60)]
    found = read(json.dumps({"steps": words, "row": list(map(float, numbers))}).encode(), "a.json").text.split("\n")
    assert found[:2] == [f"steps[1]: {words[0]}", f"steps[2]: {words[1]}"]
    assert len(found) == 13


def test_broken_lines_among_json_lines_stay_as_they_are(read: Read) -> None:
    found = read(b'{"a": 1}\n{"a": 2\n{"a": 3}\n', "a.ndjson")
    assert (found.kind, found.text) == (Kind.json, 'a: 1\n\n{"a": 2\n\na: 3')
    assert found.warnings == ("Lines that are no valid JSON were kept as they are: 1.",)


@pytest.mark.parametrize("data", [b"{ broken", b'{"a": 1,\n // why\n "b": 2}', b'{"a": 1}\nx\ny\nz\n'])
def test_what_is_no_json_after_all_is_read_as_text_and_says_so(read: Read, data: bytes) -> None:
    found = read(data, "a.json")
    assert (found.kind, found.text) == (Kind.text, data.decode().rstrip())
    assert found.warnings == ("The file is no valid JSON, so it was read as plain text.",)


YAML = """# Kept by the harbour office
version: 1.10
mode: 0755  # of the socket
defaults: &usual
  retries: 3
  # in seconds
  timeout: 30
services:
  - name: web
    <<: *usual
    timeout: 5
    ports: [80, 443]
  - image: "pg: 16"
script: |
  echo one # no remark
  echo two
bucket: !Ref Store
empty:
---
second: yes
"""


def test_yaml_is_values_with_their_paths_as_they_are_written(read: Read) -> None:
    found = read(YAML.encode(), "a.yaml")
    assert (found.kind, found.metadata.tags, found.warnings) == (Kind.data, ("yaml",), ())
    assert [line for line in found.text.split("\n") if line] == [
        "# Kept by the harbour office",
        "version: 1.10",
        "mode: 0755  # of the socket",
        "defaults.retries: 3",
        "# in seconds",
        "defaults.timeout: 30",
        "services[web].name: web",
        "services[web].retries: 3",
        "# in seconds",
        "services[web].timeout: 5",
        "services[web].ports: 80, 443",
        "services[2].image: pg: 16",
        "script: echo one # no remark",
        "echo two",
        "bucket: !Ref Store",
        "empty:",
        "second: yes",
    ]
    assert [section.heading for section in found.sections if section.heading] == ["defaults", "services"]


def test_fields_of_yaml_that_stand_twice_are_both_read_and_said(read: Read) -> None:
    found = read(b"a:\n  b: 1\n  b: 2\n", "a.yml")
    assert found.text == "a.b: 1\na.b: 2"
    assert found.warnings == ("Fields that stand twice in one place were read with both values: b.",)


@pytest.mark.parametrize(
    "last", [b"j: [*i, *i]\n", b"j: {x: *i, <<: *m}\n", b"j:\n  <<: [*m, *m]\n"], ids=["lists", "fields", "merged"]
)
def test_a_bomb_of_references_stays_small(read: Read, last: bytes) -> None:
    lines = ["m: &m {k: v}", "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    found = read("\n".join(lines).encode() + b"\n" + last, "a.yaml")
    assert len(found.text) < 300_000
    assert found.warnings == ("What the file refers to many times is not written out each time.",)


def test_a_bomb_of_long_words_stays_small(read: Read) -> None:
    found = read(f"a: &a {'long ' * 20_000}\nb: [{', '.join(['*a'] * 500)}]\n".encode(), "a.yaml")
    assert len(found.text) < 500_000


def test_what_refers_to_itself_ends(read: Read) -> None:
    assert read(b"a: &a\n  b: *a\n", "a.yaml").text == "a.b: *a"


def test_huge_numbers_and_tags_of_programs_are_only_words(read: Read) -> None:
    huge = "9" * 100_000
    assert read(f"n: {huge}\n".encode(), "a.yaml").text == f"n: {huge}"
    assert read(b"x: !!python/object/apply:os.getcwd []\ny: 1\n", "a.yaml").text.endswith("y: 1")


@pytest.mark.parametrize(
    ("data", "name", "warning"),
    [
        (b"a: [1, 2\nb: }\n", "a.yaml", "The file is no valid YAML (line 2), so it was read as plain text."),
        (b"a: {{ .a }}\nb: {{- x }}\n", "a.yaml", "The file is no valid YAML (line 2), so it was read as plain text."),
        (b"a: " + b"[" * 5_000, "a.yaml", "The file is no valid YAML, so it was read as plain text."),
        (b"a: *nowhere\n", "a.yaml", ""),
        (b"a = 1\na = 2\n", "a.toml", "The file is no valid TOML, so it was read as plain text."),
        (b"a = " + b"9" * 5_000, "a.toml", "The file is no valid TOML, so it was read as plain text."),
        (b"a = " + b"[" * 5_000, "a.toml", "The file is no valid TOML, so it was read as plain text."),
        (b"Just some words\nthat are no fields.\n", "a.ini", "The file is no valid INI, so it was read as plain text."),
    ],
)  # fmt: skip
def test_what_breaks_the_rules_is_read_as_text_and_says_so(read: Read, data: bytes, name: str, warning: str) -> None:
    found = read(data, name)
    if warning:
        assert (found.kind, found.text, found.warnings) == (Kind.text, data.decode().rstrip(), (warning,))
    else:
        assert found.text.startswith("a: *nowhere")


TOML = """# About the boat
[boat]
name = "Gannet" # registered
length = 9.10
flags = 0xFF
built = 1998-05-01
crew = [
  "Ada", # skipper
  "Bo",
]
[[boat.engine]]
name = "main"
power.kw = 40
note = '''two
[lines] # no remark'''
[[boat.engine]]
fuel = { kind = "diesel", tanks = [{ litres = 60 }] }
"""


def test_toml_is_values_with_their_paths_as_they_are_written(read: Read) -> None:
    found = read(TOML.encode(), "a.toml")
    assert (found.kind, found.metadata.tags) == (Kind.data, ("toml",))
    assert [line for line in found.text.split("\n") if line] == [
        "# About the boat",
        "boat.name: Gannet  # registered",
        "boat.length: 9.10",
        "boat.flags: 0xFF",
        "boat.built: 1998-05-01",
        "# skipper",
        "boat.crew: Ada, Bo",
        "boat.engine[main].name: main",
        "boat.engine[main].power.kw: 40",
        "boat.engine[main].note: two",
        "[lines] # no remark",
        "boat.engine[2].fuel.kind: diesel",
        "boat.engine[2].fuel.tanks[1].litres: 60",
    ]


@pytest.mark.parametrize(
    ("data", "name", "lines"),
    [
        (
            "; kept by Ada\n[db]\nhost = a\nhost = b\n    more of it\n[web]\nurl: http://a.b/c\nverbose\n",
            "a.ini",
            ["; kept by Ada", "db.host: a", "db.host: b more of it", "web.url: http://a.b/c", "verbose"],
        ),
        ("a.b=caf\\u00e9 \\\n   au lait\n! note\nc : d\n", "a.properties", ["a.b: café au lait", "! note", "c: d"]),
        ('export KEY="v w"\n#x\nB=http://x:80/a=b\n', ".env", ["KEY: v w", "#x", "B: http://x:80/a=b"]),
        ("A=1\nB=2\n", ".env.example", ["A: 1", "B: 2"]),
        ("port = 5432 # default\nfsync = on\n", "postgresql.conf", ["port: 5432 # default", "fsync: on"]),
    ],
)
def test_files_of_fields_line_by_line(read: Read, data: str, name: str, lines: list[str]) -> None:
    found = read(data.encode(), name)
    assert found.kind is Kind.data
    assert [line for line in found.text.split("\n") if line] == lines


def test_settings_in_a_language_of_their_own_stay_code(read: Read) -> None:
    text = "server {\n    listen 80;\n    location / {\n        proxy_pass http://a;\n    }\n}"
    found = read(text.encode(), "nginx.conf")
    assert (found.kind, found.text, found.warnings) == (Kind.code, text, ())


def test_a_passage_of_data_is_named_by_the_field_that_it_stands_in(read: Read) -> None:
    fields = "\n".join(f"  key{number}: {'words ' * 9}" for number in range(30))
    found = read(f"first:\n{fields}\nsecond:\n{fields}\n".encode(), "a.yaml")
    chunks = chunk(found.text, found.sections, kind=found.kind)
    assert {piece.heading for piece in chunks} == {"first", "second"}
    assert all(found.text[piece.start : piece.end].count(f"{piece.heading}.key") > 1 for piece in chunks)


@pytest.mark.parametrize(
    ("front", "title", "tags"),
    [
        ('title = "Guide"\ntags = ["a", "b"]\nowner = "Team Kestrel"', "Guide", ("a", "b")),
        ('[extra]\nowner = "Team Kestrel"', None, ()),
    ],
)
def test_front_matter_in_toml_is_kept_whole(read: Read, front: str, title: str | None, tags: tuple[str, ...]) -> None:
    found = read(f"+++\n{front}\n+++\n# Rotation\n\nWords.\n".encode(), "a.md")
    assert found.text == f"{front}\n\n# Rotation\n\nWords."
    assert (found.metadata.title, found.metadata.tags) == (title or "Rotation", tags)


def test_pluses_that_frame_no_toml_stay(read: Read) -> None:
    text = "+++\nno fields here\n+++\nWords."
    assert read(text.encode(), "a.md").text == text
