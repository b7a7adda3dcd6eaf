"""The demo county's catalog, and small lists made for a test."""

from pathlib import Path
from typing import Any

from yikatong.catalog import actions
from yikatong.catalog.models import CatalogList

COUNTY = Path(__file__).parents[2] / "demo" / "county"
HEADER = "code,parent_code,name,standard_yuan,unit,paid_to,cycle,department"
FARM = "P01,,耕地地力保护补贴资金,95.30,元/亩,household,year,农业农村局"


def drafted(cast: Any, at: Any, *rows: str, by: str = "luo.yusuan", header: str = HEADER) -> CatalogList:
    """A submitted list of these rows, or of the whole county's catalog."""
    content = "\n".join((header, *rows)).encode() if rows else (COUNTY / "catalog.csv").read_bytes()
    return actions.load_catalog(content=content, file="catalog.csv", by=cast[by], at=at)


def published(cast: Any, at: Any, *rows: str, by: str = "luo.yusuan", header: str = HEADER) -> CatalogList:
    """The same, verified by finance and approved by the government."""
    found = drafted(cast, at, *rows, by=by, header=header)
    actions.sign_list(catalog_list=found, verb="verify", by=cast["he.yusuan"], at=at, seen_version=1)
    actions.sign_list(catalog_list=found, verb="approve", by=cast["shen.zhengfu"], at=at, seen_version=2)
    return found
