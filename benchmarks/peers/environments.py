"""An environment for each peer: ``python -m benchmarks.peers.environments``.

Interpreters are looked for on this machine and never downloaded. What stands already and fits its
list of requirements is left as it is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = Path(".peers")


@dataclass(frozen=True)
class Peer:
    """A library to measure against.

    pythons : versions of Python that it runs on, the best first.
    program : computes the value of every customer. pareto : fits Pareto/NBD, where it can.
    """

    name: str
    pythons: tuple[str, ...]
    program: str
    pareto: str | None = None

    @property
    def requirements(self) -> Path:
        return HERE / "requirements" / f"{self.name}.txt"

    def python(self, folder: Path) -> Path:
        inside = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
        return folder.absolute().joinpath(self.name, *inside)

    def stamp(self, folder: Path) -> Path:
        return folder / self.name / "requirements-installed.txt"

    def stands(self, folder: Path) -> bool:
        """Whether the environment has what its list of requirements asks for now."""
        stamp = self.stamp(folder)
        return (
            self.python(folder).exists()
            and stamp.exists()
            and stamp.read_text(encoding="utf-8") == self.requirements.read_text(encoding="utf-8")
        )

    def command(self, folder: Path, program: str, *arguments: str) -> list[str]:
        return [str(self.python(folder)), str(HERE / "programs" / program), *arguments]


PEERS = {
    peer.name: peer
    for peer in (
        # its last release of 2020 needs NumPy before 1.24 and pandas before 2
        Peer("lifetimes", ("3.10",), "lifetimes_value.py", "lifetimes_pareto.py"),
        Peer("pymc-marketing", ("3.12", "3.13"), "pymc_marketing_value.py"),
        Peer("clvkit", ("3.11", "3.12", "3.13"), "clvkit_value.py"),
    )
}


class NoInterpreter(Exception):
    """No interpreter of a version that the peer runs on."""


def candidates(version: str) -> Iterator[Path]:
    """Where an interpreter of this version may be."""
    yield Path(sys.executable).resolve()
    found = shutil.which(f"python{version}")
    if found:
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    uv = Path.home() / ".local/share/uv/python"
    yield from sorted(uv.glob(f"cpython-{version}.*/bin/python{version}"))
    yield from (Path(folder) / f"python{version}" for folder in ("/usr/bin", "/usr/local/bin"))


def version_of(python: Path) -> str | None:
    """As 3.10; None of what is no interpreter, as a shim whose version is not switched on."""
    asked = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([str(python), "-c", asked], capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def interpreter(peer: Peer) -> Path:
    """The first interpreter on this machine that the peer runs on.

    Raises
    ------
    NoInterpreter : none is found; none is downloaded.
    """
    for version in peer.pythons:
        for python in candidates(version):
            if version_of(python) == version:
                return python
    wanted = " or ".join(peer.pythons)
    raise NoInterpreter(
        f"{peer.name} needs Python {wanted}, and none is found: looked on the path, in pyenv's and "
        "uv's folders. Install one and run this again; nothing is downloaded for you."
    )


def make(peer: Peer, folder: Path) -> Path:
    """The peer's own Python; its environment is made where it does not stand yet."""
    python = peer.python(folder)
    if peer.stands(folder):
        print(f"{peer.name}: stands in {python.parent.parent}")
        return python
    base = interpreter(peer)
    print(f"{peer.name}: {base} in {python.parent.parent}", flush=True)
    home = folder / peer.name
    shutil.rmtree(home, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = ["-r", str(peer.requirements)]
    uv = shutil.which("uv")
    if uv:
        _run([uv, "venv", "--quiet", "--python", str(base), str(home)])
        _run([uv, "pip", "install", "--quiet", "--python", str(python), *wanted])
    else:
        _run([str(base), "-m", "venv", str(home)])
        _run([str(python), "-m", "pip", "install", "--quiet", *wanted])
    shutil.copyfile(peer.requirements, peer.stamp(folder))
    return python


def _run(command: Sequence[str]) -> None:
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    subprocess.run(command, check=True, env=environment)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers.environments", description=__doc__
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    asked = parser.parse_args(arguments)
    failed = 0
    for name in asked.peers:
        try:
            make(PEERS[name], asked.folder)
        except (NoInterpreter, subprocess.CalledProcessError) as error:
            print(f"{name}: not made: {error}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
