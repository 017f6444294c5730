// A worker of its own around zxing-cpp: pixels in, texts out. Only here may WebAssembly run.
const VENDOR = new URL("../vendor/", location.href)
importScripts(new URL("zxing-reader.js", VENDOR))

const HOW = { formats: ["QRCode"], tryInvert: false, tryHarder: true, maxNumberOfSymbols: 8 }

ZXingWASM.prepareZXingModule({ overrides: { locateFile: (name) => new URL(name, VENDOR).href } })

self.onmessage = async ({ data: { data, width, height } }) => {
  try {
    const seen = await ZXingWASM.readBarcodes(new ImageData(data, width, height), HOW)
    self.postMessage({ texts: seen.map((one) => spell(one)) })
  } catch (fault) {
    self.postMessage({ fault: String(fault) })
  }
}

// UTF-8, else GB 18030, as the server spells it.
function spell({ bytes, text }) {
  for (const name of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(name, { fatal: true }).decode(bytes)
    } catch {}
  }
  return text
}
