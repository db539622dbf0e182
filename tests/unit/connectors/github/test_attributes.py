"""What `.gitattributes` leaves out."""

import pytest

from backend.connectors.github.attributes import Attributes


def leaves_out(path: str, *rules: str, folder: str = "") -> bool:
    attributes = Attributes()
    attributes.add(folder, "\n".join(rules))
    return attributes.leave_out(path)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.min.js", "a.min.js", True),
        ("*.min.js", "deep/er/a.min.js", True),
        ("*.min.js", "a.js", False),
        ("dist/**", "dist/a/b.js", True),
        ("dist/**", "src/dist/b.js", False),
        ("/dist/*", "dist/b.js", True),
        ("/dist/*", "dist/a/b.js", False),
        ("**/gen/*.py", "a/b/gen/c.py", True),
        ("**/gen/*.py", "gen/c.py", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("v[0-9].txt", "v1.txt", True),
        ("v[!0-9].txt", "v1.txt", False),
        ("file?.txt", "file1.txt", True),
        ("dist/", "dist/a.js", False),
        ('"quoted.txt"', "quoted.txt", True),
        ("a.b", "axb", False),
        ("[", "[", True),
    ],
)
def test_patterns_fit_as_git_has_them(pattern: str, path: str, fits: bool) -> None:
    assert leaves_out(path, f"{pattern} linguist-generated") is fits


@pytest.mark.parametrize(
    ("words", "left_out"),
    [
        ("linguist-generated", True),
        ("linguist-generated=true", True),
        ("linguist-vendored", True),
        ("text linguist-vendored eol=lf", True),
        ("linguist-generated=false", False),
        ("-linguist-generated", False),
        ("!linguist-generated", False),
        ("linguist-documentation", False),
        ("linguist-language=Python", False),
    ],
)
def test_generated_and_vendored_files_are_left_out(words: str, left_out: bool) -> None:
    assert leaves_out("a.txt", f"*.txt {words}") is left_out


def test_the_last_word_counts_and_that_of_the_nearest_folder() -> None:
    assert not leaves_out("a.txt", "* linguist-generated", "a.txt -linguist-generated")
    attributes = Attributes()
    attributes.add("", "* linguist-generated")
    attributes.add("docs", "*.md -linguist-generated")
    assert not attributes.leave_out("docs/deep/a.md")
    assert attributes.leave_out("docs/a.txt")
    assert attributes.leave_out("other/a.md")


def test_unset_generated_says_nothing_of_vendored() -> None:
    assert leaves_out("a", "a linguist-vendored", "a -linguist-generated")


@pytest.mark.parametrize("line", ["# comment linguist-generated", "", "one-word", "[attr]mine linguist-generated"])
def test_other_lines_say_nothing(line: str) -> None:
    assert not leaves_out("mine", line)


def test_a_pattern_of_many_stars_costs_little_and_fits_what_it_says() -> None:
    assert not leaves_out("a" * 5_000, f"{'*a' * 40}b linguist-generated")
    assert leaves_out("a" * 5_000 + "b", f"{'*a' * 40}b linguist-generated")
