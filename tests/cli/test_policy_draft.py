from __future__ import annotations

from pathlib import Path


def test_a_drafted_policy_can_be_adopted_as_it_is_with_its_make_up_workdays(cli, ledger: Path, tmp_path: Path) -> None:
    drafted = cli("policy", "draft", "cn", "--years", "2026")
    assert (drafted.code, drafted.err) == (0, "")
    (tmp_path / "policy.toml").write_text(drafted.out, encoding="utf-8")
    assert cli("policy", "adopt", str(tmp_path / "policy.toml")).code == 0
    calendar = cli("policy", "show", "telling-people-cn", "-f", "json").json["policy"]["calendar"]
    assert "2026-02-14" in calendar["workdays"]
    assert "2026-02-17" in calendar["holidays"]


def test_a_draft_says_which_years_nothing_was_announced_for(cli) -> None:
    drafted = cli("policy", "draft", "CN", "--years", "2026-2031")
    assert "2031: no make-up workdays are known yet" in drafted.err
    assert "# 2031: no make-up workdays are known yet" in drafted.out


def test_a_place_or_years_there_are_none_of_are_refused(cli) -> None:
    for words in (["XX"], ["CN", "--years", "soon"], ["CN", "--years", "2027-2026"], ["US", "--years", "2000-2099"]):
        refused = cli("policy", "draft", *words)
        assert (refused.code, refused.out) == (4, "")
        assert "expected" in refused.err
