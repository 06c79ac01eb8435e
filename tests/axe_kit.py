"""What axe says of a page that is open."""

from pathlib import Path

AXE = Path(__file__).resolve().parent.parent / "web/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def axe_faults(page):
    """One line for each fault. The script is handed to the browser's debugger, which the page's policy does not bind."""
    page.evaluate(AXE.read_text() + "; undefined")
    found = page.evaluate("(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", TAGS)
    return [f"{one['id']} ({one['impact']}): {' '.join(map(str, node['target']))}" for one in found["violations"] for node in one["nodes"]]


def too_wide(page):
    """By how many pixels the page is wider than its window."""
    return page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
