/* The language of this phone: kept in a cookie, as the server keeps it for browsers, and loaded anew at once. */

import { settings, t } from "./texts.js";
import { loadIn } from "./updates.js";
import { complain } from "./view.js";

const SECONDS = 400 * 86_400;

function keep(language) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${settings.language_cookie}=${language}; Path=/; Max-Age=${SECONDS}; SameSite=Lax${secure}`;
}

/** Let every list of languages do what it is for. Without a network nothing changes. */
export function offerLanguages() {
  const now = document.documentElement.lang;
  for (const list of document.querySelectorAll("[data-language]")) {
    list.value = now;
    list.onchange = async () => {
      const error = list.parentElement.querySelector(".problem");
      complain(error);
      keep(list.value);
      try {
        await loadIn(list.value);
      } catch {
        keep(now);
        list.value = now;
        complain(error, t("error.offline"));
      }
    };
  }
}
