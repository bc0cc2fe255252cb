"""A phone with its app closed: pushes come to the worker over DevTools, notifications are read and pressed there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import Worker

from tests.support.chromium import PATIENCE_MS, Palm

DESCRIBED = """((found) => found.map(({ title, body, tag, silent, actions, data }) => (
  { title, body, tag, silent, actions: actions.map(({ action }) => action), data })))"""
# Under the app's own lock: Chromium forgets a notification when it is asked for all while it shows that one.
SHOWN = (
    f"""() => navigator.locks.request("notices", () => registration.getNotifications()).then({DESCRIBED})"""
)
# What is on the screen each time that something has come there; within the lock, which the app holds by then.
NOTED = f"""() => {{
  const show = registration.showNotification.bind(registration);
  self.noted = [];
  registration.showNotification = async (...given) => {{
    await show(...given);
    self.noted.push({DESCRIBED}(await registration.getNotifications()));
  }};
}}"""
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
        self.waits_until(lambda: bool(self._registrations and palm.context.service_workers))

    @property
    def worker(self) -> Worker:
        return self.palm.context.service_workers[-1]

    def app_is_closed(self) -> Woken:
        """No page of the app is open any more."""
        self.palm.page.goto(self.palm.url + PUT_TO_SLEEP)
        self.worker.evaluate(NOTED)
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
            for _ in range(100):
                if self.worker.evaluate(COUNTED, text) > before:
                    return
                self.palm.page.wait_for_timeout(50)
        raise AssertionError("the push did not come to the worker")

    def notifications(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.worker.evaluate(SHOWN)
        return found

    def shows(self, *titles: str) -> list[dict[str, Any]]:
        """Fails unless these notifications and no others come to be on the screen."""
        return self._finds(self.notifications, titles)

    def shows_in_passing(self, *titles: str) -> list[dict[str, Any]]:
        """The same, of a note that goes by itself in seconds, in which a busy machine may not have looked."""
        found: list[dict[str, Any]] = []

        def last() -> list[dict[str, Any]]:
            noted: list[list[dict[str, Any]]] = self.worker.evaluate("self.noted")
            return noted[-1] if noted else found

        return self._finds(last, titles)

    def _finds(self, look: Callable[[], list[dict[str, Any]]], titles: Sequence[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []

        def finds() -> bool:
            found[:] = look()
            return sorted(note["title"] for note in found) == sorted(titles)

        self.waits_until(finds)
        return found

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
