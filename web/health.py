"""What a monitor asks. `/alive`: this process answers (for a load balancer). `/ready`: the house keeps its promises; what does not hold
is named, and the answer is 503. `/metrics`: the same as figures, for whoever has the token."""

import hmac
from collections.abc import Iterator

from fastapi import Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import JSONResponse, PlainTextResponse, Response

from escalation.watch import Check, well
from web.edge import Edge
from web.guard import NotThere
from web.pages import edge_of

_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


class Figures:
    """The counts of one process: requests by route, never by address."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "hutong_requests", "Requests by route and status", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "hutong_request_seconds", "Seconds to answer", ("route",), buckets=_SECONDS, registry=self.registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)


async def alive() -> Response:
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    """503 while a promise is not kept, or when the database does not answer."""
    checks = await edge_of(request).watch()
    held = bool(checks) and well(checks)
    return JSONResponse(
        {"ready": held, "checks": {check.name: check.level for check in checks}}, status_code=200 if held else 503
    )


async def metrics(request: Request) -> Response:
    edge = edge_of(request)
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not edge.metrics_token or not hmac.compare_digest(given.encode(), edge.metrics_token.encode()):
        raise NotThere
    figures: Figures = request.app.state.figures
    watched = CollectorRegistry()
    watched.register(_Watched(await _checks(edge)))
    return Response(generate_latest(figures.registry) + generate_latest(watched), media_type=CONTENT_TYPE_LATEST)


async def _checks(edge: Edge) -> list[Check]:
    return list(await edge.watch())


class _Watched(Collector):
    """The checks as gauges."""

    def __init__(self, checks: list[Check]) -> None:
        self._checks = checks

    def collect(self) -> Iterator[Metric]:
        held = GaugeMetricFamily("hutong_invariant_held", "1 when it holds, 0 when not", labels=("name", "level"))
        value = GaugeMetricFamily("hutong_invariant_value", "How many break it, or an age in seconds", labels=("name",))
        for check in self._checks:
            held.add_metric((check.name, check.level), float(check.level == "good"))
            value.add_metric((check.name,), check.value)
        yield held
        yield value
