"""A phone with its app closed: pushes come to the worker over DevTools, notifications are read and pressed there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import Worker

from tests.support.chromium import PATIENCE_MS, Palm

# Under the app's own lock: Chromium forgets a notification when it is asked for all while it shows that one.
SHOWN = """() => navigator.locks.request("notices", () => registration.getNotifications()).then((found) => found.map(
  ({ title, body, tag, silent, actions, data }) => (
    { title, body, tag, silent, actions: actions.map(({ action }) => action), data })))"""
PRESS = """async ([tag, action]) => {
  const [notification] = await navigator.locks.request("notices", () => registration.getNotifications({ tag }));
  const event = new NotificationEvent("notificationclick", { notification, action });
  const waits = [];
  event.waitUntil = (work) => waits.push(work);
  dispatchEvent(event);
  await Promise.allSettled(waits); // only a real finger may bring a window to the front
}"""
TOGETHER = """async (texts) => {
  self.setTimeout = () => 0; // what is shown in passing stays
  const waits = [];
  for (const data of texts) {
    const event = new PushEvent("push", { data });
    event.waitUntil = (work) => waits.push(work);
    dispatchEvent(event);
  }
  await Promise.all(waits);
}"""
COUNTED = """(text) => {
  if (self.pushes === undefined) {
    self.pushes = [];
    addEventListener("push", (event) => self.pushes.push(event.data.text()));
  }
  return self.pushes.filter((one) => one === text).length;
}"""
REDELIVERIES = 4
PUT_TO_SLEEP = "/static/icon.svg"


class Woken:
    """The worker of a paired phone."""

    def __init__(self, palm: Palm) -> None:
        self.palm = palm
        palm.context.grant_permissions(["notifications"], origin=palm.url)
        page = palm.page
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self._cdp = palm.context.new_cdp_session(page)
        self._registrations: list[dict[str, Any]] = []
        self._cdp.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: self._registrations.extend(event["registrations"]),
        )
        self._cdp.send("ServiceWorker.enable")
        self.waits_until(lambda: bool(self._registrations))

    @property
    def worker(self) -> Worker:
        return self.palm.context.service_workers[-1]

    def app_is_closed(self) -> Woken:
        """No page of the app is open any more."""
        self.palm.page.goto(self.palm.url + PUT_TO_SLEEP)
        return self

    def gets(self, kind: str, of: str | None = None) -> None:
        """A push of the server's, decrypted."""
        self.gets_text(json.dumps({"v": 1, "kind": kind, "id": of}))

    def gets_at_once(self, kind: str, about: Sequence[str]) -> None:
        """What a push service kept while the phone was away; from here on nothing goes away by itself."""
        self.worker.evaluate(TOGETHER, [json.dumps({"v": 1, "kind": kind, "id": of}) for of in about])

    def gets_text(self, text: str) -> None:
        push = {
            "origin": self.palm.url,
            "registrationId": self._registrations[-1]["registrationId"],
            "data": text,
        }
        before = self.worker.evaluate(COUNTED, text)
        for _ in range(
            REDELIVERIES
        ):  # DevTools loses one now and then, while the page is changing its process
            self._cdp.send("ServiceWorker.deliverPushMessage", push)
            for _ in range(40):
                if self.worker.evaluate(COUNTED, text) > before:
                    return
                self.palm.page.wait_for_timeout(50)
        raise AssertionError("the push did not come to the worker")

    def notifications(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.worker.evaluate(SHOWN)
        return found

    def shows(self, *titles: str) -> list[dict[str, Any]]:
        """Fails unless these notifications and no others come to be on the screen."""
        self.waits_until(lambda: sorted(n["title"] for n in self.notifications()) == sorted(titles))
        return self.notifications()

    def presses(self, tag: str, action: str = "") -> None:
        """A finger on the notification, or on one of its buttons."""
        self.worker.evaluate(PRESS, [tag, action])

    def waits_until(self, holds: Callable[[], bool]) -> None:
        """Fails unless it comes to hold."""
        page, left = self.palm.page, PATIENCE_MS
        while not holds():
            assert left > 0, (self._registrations, self._registrations and self.notifications())
            page.wait_for_timeout(50)
            left -= 50
