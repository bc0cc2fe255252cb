/*
 * Compact JWS (RFC 7515) with ES256 (RFC 7518 §3.4) on WebCrypto, and nothing else: one algorithm, one curve,
 * and a `typ` that must match, so that a token made for one purpose can never be used for another.
 */

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const LONGEST = 16 * 1024;

/** A token that must not be believed; `code` is one of the protocol's words. */
export class BadToken extends Error {
  constructor(code, why) {
    super(why);
    this.code = code;
  }
}

/** Base64url without padding (RFC 7515 appendix C) of an ArrayBuffer or a byte array. */
export function encode(bytes) {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes behind base64url text; throws BadToken for any other spelling of them. */
export function decode(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new BadToken("malformed", "not base64url");
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  // Unused low bits must be zero, else one signature would have several spellings.
  if (encode(bytes) !== text) throw new BadToken("malformed", "not canonical base64url");
  return bytes;
}

/** Base64url SHA-256 of a text: `bsha`, `confirmation_sha256`, and the heart of a thumbprint. */
export async function sha256(text) {
  return encode(await crypto.subtle.digest("SHA-256", utf8.encode(text)));
}

/** RFC 7638 thumbprint of an EC key: its required members in alphabetical order, without white space. */
export function thumbprint({ crv, kty, x, y }) {
  return sha256(JSON.stringify({ crv, kty, x, y }));
}

/** The four public members of a P-256 key, whatever else the JWK carries. */
export function publicPart({ kty, crv, x, y }) {
  return { kty, crv, x, y };
}

/** A key pair whose private half cannot leave this browser, not even by script. */
export function newKeys() {
  return crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
}

/** The public half of a pair as a JWK. */
export async function exportPublic(keys) {
  return publicPart(await crypto.subtle.exportKey("jwk", keys.publicKey));
}

/** Sign `claims`. WebCrypto's ECDSA signature is r‖s in 64 bytes, which is just what JWS wants. */
export async function sign(typ, kid, claims, privateKey) {
  const header = { alg: "ES256", typ, kid };
  const parts = [header, claims].map((part) => encode(utf8.encode(JSON.stringify(part))));
  const input = parts.join(".");
  return `${input}.${encode(await crypto.subtle.sign(ES256, privateKey, utf8.encode(input)))}`;
}

function readObject(part) {
  let value;
  try {
    value = JSON.parse(strictUtf8.decode(decode(part)));
  } catch (error) {
    throw error instanceof BadToken ? error : new BadToken("malformed", "not JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new BadToken("malformed", "not a JSON object");
  }
  return value;
}

/**
 * A compact JWS taken apart and its header checked: `{header, payload, input, signature}`, the last three still text.
 * The order of the checks (shape and typ, then algorithm, then signature, then claims) is the server's too.
 */
function open(jws, typ) {
  if (typeof jws !== "string" || jws.length > LONGEST) throw new BadToken("malformed", "not a compact JWS");
  const shape = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/.exec(jws);
  if (!shape) throw new BadToken("malformed", "not three parts in base64url");
  const [, first, payload, signature] = shape;
  const header = readObject(first);
  if (header.typ !== typ) throw new BadToken("malformed", `typ is not ${typ}`);
  if (typeof header.kid !== "string" || !header.kid) throw new BadToken("malformed", "no kid");
  // `crit` names extensions that must be understood (RFC 7515 §4.1.11), and none is understood here.
  if (header.alg !== "ES256" || "crit" in header) throw new BadToken("bad_signature", "algorithm not allowed");
  return { header, payload, input: `${first}.${payload}`, signature };
}

async function holds({ input, signature }, jwk) {
  let bytes;
  try {
    bytes = decode(signature);
  } catch {
    return false; // another spelling of a signature is not that signature
  }
  const key = await crypto.subtle.importKey("jwk", publicPart(jwk), P256, false, ["verify"]);
  return crypto.subtle.verify(ES256, key, bytes, utf8.encode(input));
}

/** The claims of `jws`, once the one of the `keys` (public JWKs) whose thumbprint is its `kid` proves to be the signer. */
export async function verify(jws, typ, keys) {
  const token = open(jws, typ);
  for (const jwk of keys) {
    if ((await thumbprint(jwk)) === token.header.kid && (await holds(token, jwk))) return readObject(token.payload);
  }
  throw new BadToken("bad_signature", "not signed by a pinned key");
}

/** Whether `jws` is well formed and merely names a key that is not among `keys`: time to ask for newer ones. */
export async function namesOtherKey(jws, typ, keys) {
  const { header } = open(jws, typ);
  const known = await Promise.all(keys.map(thumbprint));
  return !known.includes(header.kid);
}
