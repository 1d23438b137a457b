"""The systemd units, by systemd's own judgement."""

import shutil
import subprocess
from pathlib import Path


def test_the_units_verify_and_are_well_fenced(tmp_path: Path) -> None:
    for unit in ("anchor@.service", "anchor.target"):
        shutil.copy(f"systemd/{unit}", tmp_path)
    service = tmp_path / "anchor@.service"
    text = service.read_text()
    service.write_text(text.replace("/opt/anchor/bin/anchor", "/bin/true"))  # verify wants the program to be there
    run = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=yes", str(service)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    run = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=30", str(service)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:]
