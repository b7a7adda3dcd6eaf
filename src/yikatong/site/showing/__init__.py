"""How values look on a page. Plain functions; the template library ``ui`` makes them filters and tags."""
