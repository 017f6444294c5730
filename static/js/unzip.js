// The files of a ZIP, each to be sent by itself: the first is read while the others wait, and after a break none goes twice.
const LIBRARY = new URL("../vendor/zip-core.min.js", import.meta.url)
// No file may have more.
const MOST = 2 ** 25
// More names are not looked at: they are too many for a pile by far.
const NAMES = 10_000

/** Gives what looks like files, their bytes taken out when they are asked for; null for an archive that only the server can explain: locked, damaged, of another kind, a bomb. */
export async function unzip(file) {
  if (!self.DecompressionStream) return null
  try {
    await import(LIBRARY)
    const { BlobReader, ZipReader } = self.zip
    const all = []
    for await (const entry of new ZipReader(new BlobReader(file), { decodeText, useWebWorkers: false }).getEntriesGenerator()) if (all.push(entry) === NAMES) break
    const entries = all.filter(({ directory }) => !directory)
    const size = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
    if (size > Math.max(2 ** 24, 100 * file.size)) return null
    return entries.length && !entries.some(({ encrypted }) => encrypted) ? entries.map(unpacked) : null
  } catch {
    return null
  }
}

function unpacked(entry) {
  const path = entry.filename
  const arrayBuffer = async () => {
    if (entry.uncompressedSize > MOST) throw Object.assign(Error(), { name: "TooLarge" })
    return entry.arrayBuffer({ checkSignature: true })
  }
  return { path, name: path.split("/").pop(), type: "", arrayBuffer }
}

// Macs write UTF-8 without saying so, Chinese Windows GBK.
function decodeText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder("gb18030").decode(bytes)
  }
}
