"""Finding the servers' programs in the wheels, without importing the wheels."""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from saas.embedded.account import SHARED_PLACE, Account, CannotStart


class Program:
    """One program of one wheel."""

    def __init__(self, path: Path, package: Path):
        self.path, self._package = path, package

    def for_account(self, account: Account) -> Path:
        """Where `account` can execute it: in place, or a copy when the virtual environment is out of its reach."""
        return self.library_for(account) / self.path.relative_to(self._package.parent)

    def library_for(self, account: Account) -> Path:
        return self._package.parent if account.reaches(self.path) else self._copy()

    def _copy(self) -> Path:
        name = self._package.name
        target = SHARED_PLACE / "programs" / f"{name}-{version(name.replace('_', '-'))}"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(dir=target.parent))
            unfinished.chmod(0o755)
            # PostgreSQL looks for its libraries beside its package: $ORIGIN/../../../<package>.libs
            for folder in (self._package, self._package.with_name(name + ".libs")):
                if folder.exists():
                    shutil.copytree(folder, unfinished / folder.name, symlinks=True)
            unfinished.replace(target)
        return target


def find_program(server: str, *candidates: tuple[str, str]) -> Program:
    """The first of `candidates`, pairs of package and pattern, that is installed."""
    for package_name, pattern in candidates:
        spec = find_spec(package_name)
        if spec is None:
            continue
        package = Path(next(iter(spec.submodule_search_locations)))
        for path in sorted(package.glob(pattern)):
            return Program(path, package)
    raise CannotStart(
        f"No {server} is installed for this kind of machine. Run `make run` or "
        "`pip install -r requirements.txt`, or set DATABASE_URL and REDIS_URL to servers of your own."
    )
