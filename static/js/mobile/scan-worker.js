/* Finds a QR code in a picture, beside the page so that it stays smooth. Answers its text, or null. */

import decodeQR from "/static/vendor/qr/decode.js";

self.onmessage = ({ data: { width, height, pixels } }) => {
  let text = null;
  try {
    text = decodeQR({ width, height, data: pixels });
  } catch {
    // no code in it, or one too blurred: the next picture comes
  }
  self.postMessage(text);
};
