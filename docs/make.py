"""Write the parts of the manual that are made from the program's own tables: docs/glossary.md."""

from pathlib import Path

from cadence.reports.glossary import glossary

if __name__ == "__main__":
    Path(__file__).with_name("glossary.md").write_text(glossary(), encoding="utf-8")
