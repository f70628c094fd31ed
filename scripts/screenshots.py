"""Take pictures of the app's pages at 1280 and 390 px, to be looked at: ``python scripts/screenshots.py DATA_DIR OUT``."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.chromium import browser, serve

PAGES = ("", "theme", "plan", "decisions", "thread", "ledger", "quality", "method")


def main(data_dir: Path, out: Path) -> None:
    """Open each page and save it as PNG."""
    out.mkdir(parents=True, exist_ok=True)
    with serve(data_dir) as address:
        for width, height in ((1280, 1000), (390, 844)):
            with tempfile.TemporaryDirectory() as profile, browser(Path(profile), width, height) as driver:
                for page in PAGES:
                    driver.get(f"{address}/{page}")
                    time.sleep(6)
                    driver.save_screenshot(str(out / f"{page or 'themes'}-{width}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
