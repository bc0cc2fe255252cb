/*
 * Notifications are shown and looked through one at a time, in the app and its worker together. Chromium takes what is
 * not on the screen yet for closed when it is asked meanwhile: that notification then stays there dead, answers no
 * press and is never taken away.
 */

export const alone = (work) => (navigator.locks ? navigator.locks.request("notices", work) : work());
