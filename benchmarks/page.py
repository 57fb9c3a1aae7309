"""Speed of the web UI: `python -m benchmarks.page`, on an idle machine.

Prints the milliseconds until the page is usable, the bytes transferred until then and until
everything is drawn, the time of 60 repaints of a 100 × 100 heat map, and the longest task while a
job of 1000 epochs is displayed.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.end_to_end.running_service import RunningService
from tests.page.conftest import CHROMIUM
from tests.page.visitor import Visitor, circle

ROUNDS = 7

READY = "() => performance.getEntriesByName('ready')[0].startTime"
BYTES = """until => {
  const entries = [...performance.getEntriesByType('navigation'),
                   ...performance.getEntriesByType('resource')];
  return entries.filter(entry => entry.responseEnd <= until)
                .reduce((sum, entry) => sum + entry.transferSize, 0);
}"""
REPAINTS = """async path => {
  const { paint } = await import(path);
  const canvas = document.querySelector('.plane .heat');
  const fields = Array.from({ length: 60 }, (_, round) => Float32Array.from(
    { length: 10000 }, (__, cell) => Math.sin(cell / 99 + round) * Math.cos((cell % 100) / 9)));
  const began = performance.now();
  for (const field of fields) {
    paint(canvas, field, 100);
    await new Promise(resolve => requestAnimationFrame(resolve));
  }
  const shown = performance.now() - began;
  const again = performance.now();
  for (const field of fields) paint(canvas, field, 100);
  canvas.getContext('2d').getImageData(0, 0, 1, 1);
  return [shown, performance.now() - again];
}"""
WATCH_TASKS = """() => {
  window.tasks = [0];
  new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(e => e.duration)))
    .observe({ type: 'longtask' });
}"""


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningService(Path(folder)) as service,
        sync_playwright() as p,
    ):
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        rounds = []
        for _ in range(ROUNDS):
            with (
                browser.new_context() as context,
                Visitor(context.new_page(), service.url) as visitor,
            ):
                rounds.append(opened(visitor.open()))
        for name in rounds[0]:
            print(f"{name:36} {statistics.median(each[name] for each in rounds):10.0f}")
        with browser.new_context() as new, Visitor(new.new_page(), service.url) as visitor:
            page = visitor.open(circle(epochs=1000, record={"snapshots": 60}))
            main_module = page.locator("script[type=module]").get_attribute("src") or ""
            path = "/" + main_module.replace("main.js", "plots/heatmap.js")
            shown, painted = page.evaluate(REPAINTS, path)
            print(f"{'60 repaints, one per frame, ms':36} {shown:10.0f}")
            print(f"{'60 repaints without waiting, ms':36} {painted:10.0f}")
            page.evaluate(WATCH_TASKS)
            visitor.train()
            longest = page.evaluate("() => Math.max(...window.tasks)")
            print(f"{'longest task of 1000 epochs, ms':36} {longest:10.0f}")
        browser.close()


def opened(page: Page) -> dict[str, Any]:
    ready = page.evaluate(READY)
    early = page.evaluate(BYTES, ready)
    page.wait_for_timeout(1500)
    return {
        "ready, ms": ready,
        "bytes until then": early,
        "bytes until everything is drawn": page.evaluate(BYTES, 1e9),
    }


if __name__ == "__main__":
    main()
