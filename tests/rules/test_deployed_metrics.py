"""The dashboard and the alerts that are delivered ask for numbers that there are."""

from __future__ import annotations

import json
import re

import yaml

from astrow2fa.web.metrics import Metrics
from tests.rules.tree import ROOT

DASHBOARD = ROOT / "deploy" / "grafana" / "astrow2fa.json"
ALERTS = ROOT / "deploy" / "prometheus" / "astrow2fa.yml"
_NAME = re.compile(r"astrow2fa_[a-z_]+")


def given() -> set[str]:
    """What /metrics has, under all the names that a query may use."""
    names = set()
    for family in Metrics().registry.collect():
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ("",))
        names |= {family.name + ending for ending in endings}
    return names


def test_every_panel_asks_for_what_there_is() -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    asked = {name for p in panels for target in p["targets"] for name in _NAME.findall(target["expr"])}
    assert asked
    assert asked <= given()
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_alert_asks_for_what_there_is_and_says_what_it_means() -> None:
    [group] = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    for rule in group["rules"]:
        asked = set(_NAME.findall(rule["expr"]))
        assert asked or rule["expr"].startswith("up{")
        assert asked <= given()
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")
