/* The links that make a phone: PUBLIC_URL/mobile/#pair=CODE&key=THUMBPRINT, or #invite=…, printed or as a QR code. */

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** `{url, kind: "pair"|"invite", code, key}` of such a link, `url` being the server's public URL; else null. */
export function readLink(text) {
  let address;
  try {
    address = new URL(text.trim());
  } catch {
    return null;
  }
  const safe = address.protocol === "https:" || (address.protocol === "http:" && LOOPBACK.has(address.hostname));
  if (!safe || address.pathname !== "/mobile/") return null;
  const values = new URLSearchParams(address.hash.slice(1));
  const kind = ["pair", "invite"].find((name) => values.get(name));
  // Without the key's thumbprint nothing would tie the link to this server.
  if (!kind || !values.get("key")) return null;
  return { url: address.origin, kind, code: values.get(kind), key: values.get("key") };
}

/** The link as text, to be copied. */
export const writeLink = ({ url, kind, code, key }) => `${url}/mobile/#${kind}=${code}&key=${key}`;

/** `{kind: "number", id, number}` of the QR code beside a number on a waiting screen of the server at `url`, else null. */
export function readNumber(text, url) {
  const found = /^(.+)\/mobile\/#number=([\w-]{16,64})\.(\d{6})$/.exec(text.trim());
  return found && found[1] === url ? { kind: "number", id: found[2], number: found[3] } : null;
}

/** Where a notification leads when no page is open: one request, My Info – Security, or the phones there. */
export const writeTarget = ({ kind, id }) => `/mobile/#${kind === "open" ? `open=${id}` : kind}`;

function readTarget(hash) {
  if (hash === "#security" || hash === "#phones") return { kind: hash.slice(1) };
  const id = /^#open=([\w-]{16,64})$/.exec(hash)?.[1];
  return id ? { kind: "open", id } : null;
}

/**
 * The link in the address bar, which is cleared before anything else happens: its code is a secret.
 * Null when there is none, `{kind: "broken"}` when it cannot be read.
 */
export function takeLink() {
  if (location.hash.length < 2) return null;
  const { hash, href, origin } = location;
  const link = readTarget(hash) ?? readNumber(href, origin) ?? readLink(href) ?? { kind: "broken" };
  history.replaceState(null, "", location.pathname + location.search);
  return link;
}
