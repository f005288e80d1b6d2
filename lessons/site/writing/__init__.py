"""What the pages are written by: a page for each lesson, its cells, the map, the formulas."""
