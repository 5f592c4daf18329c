"""Where the keeper of an oven and the runs that want it meet: a folder of small files."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

import platformdirs

from ..instruments.specs import OvenSpec
from ..json_files import read_json, write_json


def ovens_folder() -> Path:
    """Where the ovens of this user's machine are kept, whatever the data folder."""
    return platformdirs.user_state_path("solidcell") / "ovens"


@dataclass(frozen=True, slots=True)
class OvenPlace:
    """The folder of one oven. It belongs to the address, whatever a bench file calls the oven."""

    path: Path

    @classmethod
    def of(cls, address: str, folder: Path | None = None) -> Self:
        """Return the place of the oven at an address."""
        plain = re.sub(r"[^\w.]+", "-", address).strip("-")[:60]
        name = f"{plain}-{sha256(address.lower().encode()).hexdigest()[:8]}"
        return cls((ovens_folder() if folder is None else folder) / name)

    @classmethod
    def all(cls, folder: Path | None = None) -> list[Self]:
        """Return the places of all ovens that were ever asked for something."""
        folder = ovens_folder() if folder is None else folder
        return [cls(path.parent) for path in sorted(folder.glob("*/oven.json"))]

    @property
    def spec_file(self) -> Path:
        """The oven as the bench of the last keeper's starter describes it."""
        return self.path / "oven.json"

    @property
    def requests(self) -> Path:
        """Where the runs ask."""
        return self.path / "requests"

    @property
    def state_file(self) -> Path:
        """What the keeper says."""
        return self.path / "state.json"

    @property
    def off_file(self) -> Path:
        """Somebody's order to stop the heat."""
        return self.path / "off.json"

    @property
    def log_file(self) -> Path:
        """What keepers printed."""
        return self.path / "keeper.log"

    def write_spec(self, spec: OvenSpec) -> None:
        """Say which oven is to be kept."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_json(self.spec_file, spec.as_json())

    def spec(self) -> OvenSpec:
        """Return the oven that is to be kept. Raises ``ValueError`` if none is described."""
        stored = read_json(self.spec_file)
        if stored is None:
            raise ValueError(f"{self.spec_file}: no oven is described here")
        try:
            return OvenSpec.from_json(stored)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{self.spec_file}: this is no oven: {error}") from None
