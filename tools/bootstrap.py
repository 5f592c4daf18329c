"""Set solidcell up on a fresh machine and run it. Needs Python >= 3.11 and pip's registry only.

    python3 tools/bootstrap.py demo [options]   run the demonstration; options as `solidcell demo`
    python3 tools/bootstrap.py test [options]   run every check and test; options as pytest
    python3 tools/bootstrap.py setup            only install; then use .venv's `solidcell`

A second run reuses what is there. Standard library only; Linux, macOS and Windows.
"""

from __future__ import annotations  # an older Python must get as far as being told

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")

# What Qt's window and its offscreen double link to, and a virtual display for screenshots.
QT_PACKAGES = [
    "xvfb",
    "xauth",
    "libegl1",
    "libgl1",
    "libglib2.0-0",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxcb-glx0",
    "libxcb-shm0",
    "libxcb-render0",
    "libxcb-util1",
    "libx11-xcb1",
    "fonts-dejavu-core",
]
# Judges of our exports and of a twin; what else they ask for draws plots and reads files.
WITHOUT_DEPENDENCIES = {"test": ["batterydf==0.1.0", "thales_remote==1.2.8"]}
QT_PROBE = "import PySide6.QtWidgets, PySide6.QtGui; PySide6.QtWidgets.QApplication([])"


def main(arguments: list[str]) -> int:
    """Do what the first argument says; the rest is passed on."""
    if sys.version_info < (3, 11):
        return _complain(f"solidcell needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if not arguments or arguments[0] not in ("demo", "test", "setup"):
        print(__doc__)
        return 2
    job, rest = arguments[0], arguments[1:]
    try:
        _make_environment()
        _install("test" if job == "test" else None)
        _link_for_type_checker()
        usable = _qt_works() or _install_qt_libraries()
    except subprocess.CalledProcessError as failure:
        return _complain(f"`{_spoken(failure.cmd)}` failed; its own words are above")
    if job == "demo":
        return subprocess.call([str(PYTHON), "-m", "solidcell", "demo", *rest])
    if job == "test":
        return _run_checks(rest) if usable else 1
    print(f"solidcell is installed: {SCRIPTS / 'solidcell'}")
    return 0


def _make_environment() -> None:
    if PYTHON.exists():
        return
    _say(f"making a virtual environment in {VENV.name}")
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if made.returncode != 0 and _is_debian() and _is_root():
        # Debian splits venv off from Python
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        _apt_install([version])
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    made.check_returncode()


def _install(extra: str | None) -> None:
    """Install the project editable, unless this very pyproject.toml was installed before."""
    stamp = VENV / f"installed-{extra or 'base'}.txt"
    apart = WITHOUT_DEPENDENCIES.get(extra or "", [])
    wanted = (ROOT / "pyproject.toml").read_bytes() + " ".join(apart).encode()
    fingerprint = hashlib.sha256(wanted).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
        return
    _say("installing solidcell and what it needs (a few minutes, once)")
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    quiet = ["--quiet", "--disable-pip-version-check"]
    # compiling every module of every package takes longer than what is ever imported of them
    install = [str(PYTHON), "-m", "pip", "install", "--no-compile", *quiet]
    subprocess.run([*install, "--editable", target], check=True)
    if apart:
        subprocess.run([*install, "--no-deps", *apart], check=True)
    stamp.write_text(fingerprint, encoding="utf-8")


def _link_for_type_checker() -> None:
    """Give mypy a folder in which the repository is called by its package's name."""
    link = ROOT / ".typing" / "solidcell"
    if link.exists():
        return
    link.parent.mkdir(exist_ok=True)
    if os.name == "nt":  # a junction needs no privilege, a symbolic link does
        subprocess.run(["cmd", "/c", "mklink", "/J", str(link), str(ROOT)], check=True)
    else:
        link.symlink_to("..", target_is_directory=True)


def _qt_works() -> bool:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    probe = [str(PYTHON), "-c", QT_PROBE]
    asked = subprocess.run(probe, env=environment, capture_output=True, check=False)
    return asked.returncode == 0


def _install_qt_libraries() -> bool:
    """Install the system libraries of Qt where that can be done; else say how, and for what."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *QT_PACKAGES]
    if _is_debian() and _is_root():
        _say("installing the system libraries that Qt's window needs")
        _apt_install(QT_PACKAGES)
        if _qt_works():
            return True
        _say("Qt still does not start; `.venv` python -c 'import PySide6.QtWidgets' says why")
        return False
    if _is_debian():
        _say("the window and its tests need system libraries of Qt. As an administrator, run:")
        print(f"    sudo {shlex.join(command)}", file=sys.stderr)
    else:
        _say("Qt does not start here; install your system's OpenGL/EGL and XCB libraries for Qt 6")
    return False


def _apt_install(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(install, env=environment, check=True, stdout=subprocess.DEVNULL)


def _run_checks(pytest_options: list[str]) -> int:
    """Run formatter, linters, type checker, import contracts and tests; report every failure.

    The type checker has one processor, so it works beside the tests and speaks behind them.
    """
    python = str(PYTHON)
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "--quiet", "."],
        "import contracts": [str(SCRIPTS / "lint-imports")],
        "pytest": [python, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *pytest_options],
    }
    failed = []
    environment = _environment_of_checks()
    with tempfile.TemporaryFile() as said:
        types = subprocess.Popen(
            [python, "-m", "mypy"], cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        for name, command in checks.items():
            _say(name)
            if subprocess.call(command, cwd=ROOT, env=environment) != 0:
                failed.append(name)
        if types.wait() != 0:
            failed.append("mypy")
        _say("mypy")
        said.seek(0)
        print(said.read().decode(errors="replace"), end="", flush=True)
    return _complain(f"failed: {', '.join(failed)}") if failed else 0


def _environment_of_checks() -> dict[str, str]:
    """Keep what is compiled, beside the installed packages and out of the tree.

    The tests start hundreds of processes: each would compile all that it imports where the user's
    own environment forbids to keep it.
    """
    kept = {"PYTHONPYCACHEPREFIX": str(VENV / "bytecode")}
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **kept}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _is_debian() -> bool:
    if platform.system() != "Linux" or shutil.which("apt-get") is None:
        return False
    release = platform.freedesktop_os_release()
    return bool({"debian", "ubuntu"} & {release.get("ID", ""), *release.get("ID_LIKE", "").split()})


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _say(text: str) -> None:
    print(f"[solidcell] {text}", file=sys.stderr, flush=True)


def _complain(text: str) -> int:
    _say(text)
    return 1


def _spoken(command: object) -> str:
    return shlex.join(command) if isinstance(command, list) else str(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
