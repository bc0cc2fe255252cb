/*
 * The app's own files, kept by version: it opens without a network, and always with files that belong together. What
 * users see of the server (requests, accounts) is never kept.
 */

const PREFIX = "astrow-mobile-";
const PAGE = "/mobile/";

export class Shell {
  #name;
  #files;
  #offline;
  #language;

  constructor(version, files, { offline, language }) {
    this.#name = PREFIX + version;
    this.#language = language;
    this.#files = files;
    this.#offline = offline;
  }

  /**
   * Fetch everything. Each file has to be the very one that this version was made of: while a server is being
   * replaced, one may come from the old and one from the new; then nothing is kept, and the browser tries again later.
   */
  async keep() {
    const cache = await caches.open(this.#name);
    const store = async ([path, sha256]) => {
      const integrity = sha256 ? { integrity: `sha256-${sha256}` } : {};
      const address = sha256 ? path : `${path}?language=${this.#language}`; // words; files are the same for everybody
      const response = await fetch(address, { cache: "no-store", credentials: "omit", ...integrity });
      if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
      await cache.put(path, response);
    };
    try {
      await Promise.all(Object.entries(this.#files).map(store));
    } catch (error) {
      await caches.delete(this.#name);
      throw error;
    }
  }

  async dropOthers() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== this.#name).map((name) => caches.delete(name)));
  }

  /** Answer a fetch of the page's if it is for a file that is kept; everything else goes its own way. */
  answer(event) {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== self.location.origin) return;
    if (request.mode === "navigate" ? pathname !== PAGE : !Object.hasOwn(this.#files, pathname)) return;
    event.respondWith(this.#find(pathname, request));
  }

  async #find(path, request) {
    const cache = await caches.open(this.#name);
    const kept = await cache.match(path);
    if (kept) return kept;
    try {
      return await fetch(request);
    } catch (error) {
      if (path !== PAGE) throw error;
      // The browser made room by dropping the files, and there is no network.
      return new Response(this.#offline, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
    }
  }
}
