/**
 * What a new password has to be: the same rules as astrow2fa/core/password.py. The server decides; this only says
 * it while somebody types. tests/vectors/passwords.json holds both sides to the same answers.
 */

const SHORTEST = 6;
const LONGEST = 256;

const isMark = (sign) => /^[\p{L}\p{N}]$/u.test(sign);
const isCapital = (sign) => /^\p{Uppercase}$/u.test(sign);
// U+001C–001F and U+0085 are space to Python, U+FEFF is not.
const isSpace = (sign) => /^[\p{Zs}\t-\r\x1c-\x1f\x85\u2028\u2029]$/u.test(sign);

/** Nearest to Python's str.casefold(): both directions, and one small sigma. */
const folded = (text) => text.normalize("NFC").toUpperCase().toLowerCase().replaceAll("ς", "σ");

function wrongLength(signs) {
  if (signs.length < SHORTEST) return ["too_short"];
  return signs.length > LONGEST ? ["too_long"] : [];
}

function lacking(signs, strength) {
  const marks = signs.filter(isMark);
  if (strength === "weak") return marks.length >= 6 ? [] : ["too_short"];
  const specials = new Set(signs.filter((sign) => !isMark(sign) && !isSpace(sign)));
  const capitals = new Set(signs.filter(isCapital));
  const codes = [];
  if (new Set(marks).size < (strength === "good" ? 7 : 9)) codes.push("too_few_different");
  if (specials.size === 0) codes.push("needs_special");
  if (capitals.size === 0) codes.push("needs_capital");
  if (strength === "strong" && specials.size + capitals.size < 4) codes.push("needs_more_signs");
  return codes;
}

/** Whether little of the password is left once the user's own names are taken out of it, the longest first. */
function holdsOwnName(password, ownWords) {
  let rest = folded(password);
  let found = false;
  const size = (text) => [...text].length;
  for (const own of ownWords.map(folded).sort((a, b) => size(b) - size(a))) {
    if (size(own) < 3 || !rest.includes(own)) continue;
    rest = rest.replaceAll(own, "");
    found = true;
  }
  return found && size(rest) < SHORTEST;
}

/**
 * @param {string} password as typed
 * @param {"weak"|"good"|"strong"|null} minimum the least strength accepted; null when no policy asks for one
 * @param {string[]} ownWords the user's own names
 * @returns {{level: "none"|"weak"|"good"|"strong", missing: string[]}} the strength it has (none: not even weak),
 *   and what it lacks for `minimum`, as the server's reason codes
 */
export function check(password, minimum, ownWords = []) {
  const signs = [...password.normalize("NFC")];
  const bounds = wrongLength(signs);
  const reached = (strength) => bounds.length === 0 && lacking(signs, strength).length === 0;
  const level = ["strong", "good", "weak"].find(reached) ?? "none";
  const missing = new Set([...bounds, ...(minimum ? lacking(signs, minimum) : [])]);
  if (holdsOwnName(password, ownWords)) missing.add("own_name");
  return { level, missing: [...missing] };
}
