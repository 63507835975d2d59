"""The one reader of notebooks: cells, headings, and which copy of a cell counts."""
