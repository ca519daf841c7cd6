from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

TOGETHER = Path(__file__).parent / "together.py"


def test_four_processes_sealing_and_erasing_at_once_lose_nothing_and_bring_nobody_back(either) -> None:
    either.create().close()
    command = [sys.executable, "-W", "error", TOGETHER, either.folder, "10", *([either.url] if either.url else [])]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    left = []
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, err
        left.append(json.loads(out))
    with either.open() as vault:
        for each in left:
            keys = vault.sealers(each["boxes"])
            assert len(keys) == 45
            for subject, box in each["boxes"].items():
                assert keys[subject].open(box, each["place"].encode()) == subject
                assert vault.find("ats", "candidate", subject) == subject
            assert len(each["erased"]) == 5
            assert not vault.sealers(each["erased"])
            assert vault.suppressed_many("ats", "candidate", each["erased"]) == set(each["erased"])
    assert sorted(path.name for path in either.folder.glob("vault.epoch*")) == ["vault.epoch"]
