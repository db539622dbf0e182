"""Programming languages by file name or first line."""

import re

from backend.extraction.file_names import file_name

_BY_SUFFIX = {
    suffix: language
    for language, suffixes in {
        "python": "py pyi pyw",
        "javascript": "js mjs cjs jsx",
        "typescript": "ts tsx mts cts",
        "java": "java",
        "kotlin": "kt kts",
        "scala": "scala sc",
        "go": "go",
        "rust": "rs",
        "c": "c h",
        "cpp": "cc cpp cxx hpp hh hxx",
        "csharp": "cs",
        "swift": "swift",
        "ruby": "rb rake",
        "php": "php",
        "perl": "pl pm",
        "lua": "lua",
        "r": "r",
        "julia": "jl",
        "dart": "dart",
        "elixir": "ex exs",
        "erlang": "erl hrl",
        "haskell": "hs",
        "clojure": "clj cljs",
        "shell": "sh bash zsh fish",
        "powershell": "ps1 psm1",
        "sql": "sql",
        "css": "css scss less",
        "vue": "vue",
        "svelte": "svelte",
        "terraform": "tf hcl",
        "protobuf": "proto",
        "graphql": "graphql gql",
        "yaml": "yaml yml",
        "toml": "toml",
        "ini": "ini cfg conf",
        "xml": "xml xsd xsl svg",
        "dockerfile": "dockerfile",
        "makefile": "mk",
    }.items()
    for suffix in suffixes.split()
}
#: Formats of data and settings by suffix, and those that other files use too: their content tells.
_DATA = {
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
    "ini": "ini",
    "properties": "ini",
    "env": "ini",
    "editorconfig": "ini",
}
_PERHAPS_DATA = frozenset({"cfg", "conf"})
_BY_NAME = {"dockerfile": "dockerfile", "makefile": "makefile", "gemfile": "ruby", "rakefile": "ruby"}
_SHEBANG = re.compile(r"#!.*?\b(python|node|ruby|perl|php|lua|bash|zsh|sh)[\d.]*\b")
_INTERPRETERS = {"node": "javascript", "bash": "shell", "zsh": "shell", "sh": "shell"}


def language_of(name: str, head: str = "") -> str | None:
    """The language's name in lower case, or None when this is no source code."""
    path = file_name(name)
    if language := _BY_NAME.get(path.name) or _BY_SUFFIX.get(path.suffix[1:]):
        return language
    if match := _SHEBANG.match(head):
        return _INTERPRETERS.get(match[1], match[1])
    return None


def data_format_of(name: str) -> str | None:
    """``yaml``, ``toml`` or ``ini``, which stands for all files of fields line by line; None for other files."""
    path = file_name(name)
    if path.name == ".env" or path.name.startswith(".env."):
        return "ini"
    return _DATA.get(path.suffix[1:] or path.name[1:])


def is_perhaps_data(name: str) -> bool:
    """Whether files of that name often, but not always, are fields line by line."""
    return file_name(name).suffix[1:] in _PERHAPS_DATA
