"""The bench file on the page about shared ovens is one."""

import re
from pathlib import Path

from solidcell.acquisition.files.bench import load_bench

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "share-an-oven.md"


def test_the_bench_file_of_the_page_describes_two_channels_in_one_oven(tmp_path):
    [text] = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "bench.toml").write_text(text, encoding="utf-8")
    bench = load_bench(tmp_path / "bench.toml")
    ovens = {bench.channel(name).oven.device.address for name in ("A1", "A2")}
    assert ovens == {"/dev/ttyUSB0"}
