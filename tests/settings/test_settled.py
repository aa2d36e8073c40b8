"""What is settled for one file: patterns, codes, limits."""

import pytest

from rfcli.settings.settled import NOTHING, Settings, matches


@pytest.mark.parametrize(
    ("pattern", "path", "met"),
    [
        ("net.yaml", "nets/net.yaml", True),
        ("*.yaml", "nets/net.yaml", True),
        ("nets", "nets/sub/net.yaml", True),
        ("nets/", "nets/sub/net.yaml", True),
        ("sub", "nets/sub/net.yaml", True),
        ("sub", "nets/subs/net.yaml", False),
        ("nets/*", "nets/sub/net.yaml", True),
        ("nets/*.yaml", "nets/net.yaml", True),
        ("nets/*.yml", "nets/net.yaml", False),
        ("./nets/net.yaml", "nets/net.yaml", True),
        ("sub/net.yaml", "nets/sub/net.yaml", False),
        ("**/sub/net.yaml", "nets/sub/net.yaml", True),
        ("**/net.yaml", "net.yaml", True),
        ("nets/**/net.yaml", "nets/net.yaml", True),
        ("nets/**/net.yaml", "nets/a/b/net.yaml", True),
        ("nets/**", "nets/net.yaml", True),
        ("nets/net-[ab].yaml", "nets/net-b.yaml", True),
        ("n?ts", "nets/net.yaml", True),
        ("/project/nets", "nets/net.yaml", True),
        ("/elsewhere", "nets/net.yaml", False),
        ("nets", "../nets/net.yaml", False),
        ("*", "../net.yaml", False),
    ],
)
def test_patterns(pattern: str, path: str, met: bool) -> None:
    assert matches(pattern, f"/project/{path}", "/project") is met


def test_codes_of_a_file() -> None:
    settings = Settings(
        root="/p", ignore=("RF509",), per_file_ignores=(("drafts/*", ("RF4", "RF502")), ("!nets/*", ("RF501",)))
    )
    assert settings.ignored("/p/drafts/a.yaml") == ("RF509", "RF4", "RF502", "RF501")
    assert settings.ignored("/p/nets/a.yaml") == ("RF509",)
    assert settings.ignored(None) == ("RF509",)
    assert NOTHING.ignored("/p/a.yaml") == ()


def test_what_excludes() -> None:
    settings = Settings(root="/p", exclude=("drafts", "*.old.yaml"))
    assert settings.excludes("/p/a.old.yaml") == "*.old.yaml"
    assert settings.excludes("/p/drafts/a.yaml") == "drafts"
    assert settings.excludes("/p/a.yaml") is None
