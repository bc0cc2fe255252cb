/*
 * How this browser becomes a phone. Three ways in, one way on: a link (QR code), an invitation that gives a typed
 * code, or a typed code with name and password.
 */

import { call, open } from "./api.js";
import { deviceName, mustInstall, platform } from "./device.js";
import { exportPublic, newKeys, thumbprint } from "./jws.js";
import { nameOf } from "./facts.js";
import { readLink, writeLink } from "./links.js";
import { settings, t } from "./texts.js";
import { $, busy, complain, explain, fill, show } from "./view.js";
import * as vault from "./vault.js";

const TYPED_LENGTH = 8; // signs of Crockford's base32 (40 bits), shown as 7K3F-9QXM
const HOST = new URL(settings.public_url).host;

/** Thrown when the server that answered is not the one whose key the link names. */
class OtherKey extends Error {}

let underway = Promise.resolve();

/** Comes true when no pairing is going on here: until then a phone that was added may be this one. */
export const settled = () => underway;

/** Pair with `body` (code and, if typed, name and password). Answers the stored record, and the one it replaced. */
function pair(body, name, key) {
  const paired = enrol(body, name, key);
  underway = paired.catch(() => {});
  return paired;
}

async function enrol(body, name, key) {
  const keys = await newKeys();
  const storage = await vault.persist();
  const answer = await open("/pair", { ...body, public_key: await exportPublic(keys), name, platform: platform(), storage });
  const { device_id, user, server_key, push_key = "" } = answer;
  const phone = { device_id, user, server_keys: [server_key], push_key, keys, name, storage, paired_at: Date.now(), seen: [] };
  if (key && (await thumbprint(server_key)) !== key) {
    await call(phone, "DELETE", "/device").catch(() => {}); // it should not stay in the list; if it does, the words say so
    throw new OtherKey();
  }
  const former = (await vault.all()).find((other) => other.user.username === user.username);
  await vault.save(phone);
  if (!former) return [phone];
  await vault.forget(former);
  await call(former, "DELETE", "/device").catch(() => {}); // replaced: the old entry would only be clutter
  return [phone, former.device_id];
}

/** The code as the server knows it: people type small letters, spaces, and O for 0. */
const tidy = (code) =>
  code.toUpperCase().replace(/[\s–—-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1").replace(/(.{4})(?=.)/g, "$1-");

function handle(form, error, button, done, act) {
  form.onsubmit = (event) => {
    event.preventDefault();
    complain(error);
    busy(button, async () => {
      const name = $("input[id$=-name]", form).value.trim();
      try {
        const paired = await act(name);
        if (!paired) return;
        form.reset();
        done.paired(...paired);
      } catch (refusal) {
        if (refusal instanceof OtherKey) done.otherKey(name);
        else complain(error, explain(refusal));
      }
    });
  };
}

async function prefill(...inputs) {
  const name = await deviceName();
  for (const input of inputs) input.value ||= name;
}

function install(code, hint, copied) {
  fill($("#screen-install"), { code, hint });
  const button = $("#install-copy");
  button.hidden = !code;
  const words = (button.dataset.words ??= button.textContent);
  button.textContent = words;
  button.onclick = () => navigator.clipboard.writeText(copied).then(() => (button.textContent = t("install.copied")), console.warn);
  show("install");
}

function showPair(link, phones, done) {
  if (mustInstall()) {
    return install(link.code, t("install.hint_pair"), writeLink(link));
  }
  const screen = $("#screen-pair");
  fill(screen, { host: HOST, user: phones.map(nameOf).join(", ") });
  $("#pair-more").hidden = $("#pair-no").hidden = !phones.length;
  $("#pair-no").onclick = () => done.kept();
  prefill($("#pair-name"));
  complain($("#pair-error"));
  handle($("#pair-form"), $("#pair-error"), $("#pair-go"), done, (name) => pair({ code: link.code }, name, link.key));
  show("pair");
}

function showInvitation(link, done) {
  fill($("#screen-invite"), { host: HOST });
  prefill($("#invite-name"));
  $("#invite-name-row").hidden = mustInstall();
  complain($("#invite-error"));
  let typed = null; // an invitation gives its code once; after a lost answer of /pair the same code is tried again
  handle($("#invite-form"), $("#invite-error"), $("#invite-go"), done, async (name) => {
    const who = { username: $("#invite-username").value.trim(), password: $("#invite-password").value };
    typed ??= (await open("/invitations", { code: link.code, ...who })).code;
    if (mustInstall()) return install(typed, t("install.hint_invite"), typed);
    return pair({ code: typed, ...who }, name, link.key);
  });
  show("invite");
}

function showTyped(phones, done) {
  const code = $("#typed-code");
  const needed = [$("#typed-username"), $("#typed-password")];
  code.oninput = () => {
    const link = readLink(code.value);
    const foreign = link && link.url !== settings.public_url;
    complain($("#typed-error"), foreign ? t("error.link_elsewhere", { host: new URL(link.url).host }) : "");
    if (link && !foreign) {
      code.value = "";
      return start(link, phones, done);
    }
    // The long code of a link proves enough by itself.
    const long = code.value.trim().length > 2 * TYPED_LENGTH;
    for (const input of needed) {
      input.required = !long;
      input.closest(".field").hidden = long;
    }
  };
  prefill($("#typed-name"));
  complain($("#typed-error"));
  handle($("#typed-form"), $("#typed-error"), $("#typed-go"), done, (name) => {
    const [username, password] = needed;
    if (!username.required) return pair({ code: code.value.trim() }, name, null);
    const typed = tidy(code.value);
    if (typed.replace("-", "").length < TYPED_LENGTH) return complain($("#typed-error"), t("error.code_short"));
    return pair({ code: typed, username: username.value.trim(), password: password.value }, name, null);
  });
  show("typed");
}

/**
 * Begin pairing from `link` (or null). `phones` are the accounts already here. `done` has `paired(phone, former)`, the
 * latter the device id that was replaced, `kept()`, `scan()`, and `otherKey(name)`.
 */
export function start(link, phones, done) {
  $("#to-typed").onclick = () => showTyped(phones, done);
  $("#typed-scan").onclick = () => done.scan();
  if (link?.kind === "pair") return showPair(link, phones, done);
  if (link?.kind === "invite") return showInvitation(link, done);
  if (link) {
    showTyped(phones, done);
    return complain($("#typed-error"), t("error.link"));
  }
  if (mustInstall()) return install(null, t("install.hint_pair"), "");
  return show("welcome");
}
