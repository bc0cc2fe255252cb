/* The camera, looking for a QR code of ours. What it reads is put into a form; it never answers anything. */

import { readLink, readNumber } from "./links.js";
import { settings, t } from "./texts.js";
import { $, announce, complain, current, fill, show } from "./view.js";

const LONGEST_SIDE = 800; // pixels that are looked at; enough for a code that fills a third of the picture
const PAUSE = 80; // milliseconds between two looks, so that the phone stays cool

let running = null;

/** The words for what the browser threw when it was asked for the camera. */
const refusal = ({ name }) =>
  t(
    { NotAllowedError: "scan.denied", SecurityError: "scan.denied", NotFoundError: "scan.none", OverconstrainedError: "scan.none" }[name] ??
      "scan.busy",
  );

function picture(video, canvas) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** One use of the camera, from opening to closing. */
class Scan {
  #reader = new Worker("/static/js/mobile/scan-worker.js", { type: "module" });
  #canvas = document.createElement("canvas");
  #video = $("#scan-video");
  #stream = null;
  #timer;
  #over = false;
  #last = null; // the text that was complained about, not to be said again with every picture

  constructor(take) {
    this.take = take;
    this.#reader.onmessage = ({ data }) => this.#read(data);
    this.#reader.onerror = () => complain($("#scan-error"), t("scan.busy"));
  }

  async begin() {
    if (!navigator.mediaDevices?.getUserMedia) return this.#fail({ name: "NotFoundError" });
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      this.#stream = stream;
      if (this.#over) return this.end();
      this.#video.srcObject = stream;
      await this.#video.play();
      $("#finder").hidden = false;
      announce(t("scan.looking"));
      return this.#look();
    } catch (error) {
      return this.#fail(error);
    }
  }

  #fail(error) {
    if (this.#over) return;
    $("#finder").hidden = true;
    complain($("#scan-error"), refusal(error));
    $("#scan-again").hidden = false;
  }

  #look() {
    if (this.#over) return;
    if (!this.#video.videoWidth || document.visibilityState !== "visible") return this.#later();
    const { width, height, data } = picture(this.#video, this.#canvas);
    this.#reader.postMessage({ width, height, pixels: data }, [data.buffer]);
  }

  #later() {
    this.#timer = setTimeout(() => this.#look(), PAUSE);
  }

  async #read(text) {
    if (this.#over) return;
    if (text !== null && text !== this.#last) {
      this.#last = text;
      const complaint = await this.take(readNumber(text, settings.public_url) ?? readLink(text));
      if (this.#over) return;
      if (complaint === null) return closeScanner();
      complain($("#scan-error"), complaint);
    }
    this.#later();
  }

  end() {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#reader.terminate();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#video.srcObject = null;
  }
}

/** Let go of the camera. */
export function closeScanner() {
  running?.end();
  running = null;
}

/**
 * Open the camera with the words `hint`. `take(link)` gets what a code says, as links.js reads it (null: not ours), and
 * answers null when it was put to use, else the words of a complaint, and the camera looks on. `type()` is the way
 * without a camera, `otherwise` its words.
 */
export function openScanner({ hint, otherwise, take, type }) {
  closeScanner();
  fill($("#screen-scan"), { hint, otherwise });
  const begin = () => {
    closeScanner();
    complain($("#scan-error"));
    $("#scan-again").hidden = $("#finder").hidden = true;
    running = new Scan(take);
    running.begin();
  };
  $("#scan-again").onclick = begin;
  $("#scan-type").onclick = () => {
    closeScanner();
    type();
  };
  show("scan");
  begin();
}

document.addEventListener("screen", () => current() === "scan" || closeScanner());
