"""Write the pages that are made from the code: `python -m docs`."""

from pathlib import Path

from docs import api, coverage, policies

PAGES = {"coverage.md": coverage.page, "policies.md": policies.page, "api.md": api.page}  # which reads coverage.md

if __name__ == "__main__":
    for name, page in PAGES.items():
        path = Path(__file__).with_name(name)
        path.write_text(page(), "utf-8")
        print(f"written: docs/{name}")
