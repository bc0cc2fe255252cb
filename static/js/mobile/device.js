/* What this browser runs on, as far as it says so. Only used for names and for the rule about iOS. */

const agent = navigator.userAgent;
// An iPad calls itself a Mac, but no Mac has a touch screen.
const isIos = /iPad|iPhone|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
const isInstalled = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

/** On iOS the installed app has a storage of its own, and the tab's is erased after 7 idle days: pair only there. */
export const mustInstall = () => isIos && !isInstalled();

/** The system: "Android", "iPhone", "Windows", … */
export function platform() {
  if (/iPhone|iPod/.test(agent)) return "iPhone";
  if (isIos) return "iPad";
  // Android first: it calls itself "Linux; Android".
  const found = (/Android/.exec(agent) ?? /Windows|CrOS|Macintosh|Linux/.exec(agent))?.[0];
  return { CrOS: "ChromeOS", Macintosh: "macOS" }[found] ?? found ?? navigator.userAgentData?.platform ?? "Web";
}

/** A first proposal for the phone's name: its model where the browser tells it, else the system. */
export async function deviceName() {
  try {
    const { model } = await navigator.userAgentData.getHighEntropyValues(["model"]);
    if (model && model !== "K") return model; // "K" is what Chrome says instead of a model
  } catch {
    // not offered by this browser
  }
  return platform();
}
