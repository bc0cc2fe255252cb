/*
 * Notifications are shown and looked through one at a time, in the app and its worker together. Chromium takes what is
 * not on the screen yet for closed when it is asked meanwhile: that notification then stays there dead, answers no
 * press and is never taken away.
 */

const PATIENCE_MS = 1000;

export async function alone(work) {
  if (!navigator.locks) return work();
  let begun = false;
  const begin = () => {
    begun = true;
    return work();
  };
  try {
    return await navigator.locks.request("notices", { signal: AbortSignal.timeout(PATIENCE_MS) }, begin);
  } catch (error) {
    if (begun) throw error;
    // A page that was put to sleep while it held it would keep the worker from showing anything at all.
    return begin();
  }
}
