const PATIENCE = 1500
const MISSES = 3

/** Reads codes on this device: with the browser's own detector, else with ours, which is fetched in the background. */
export class Reader {
  #read
  #misses = 0
  kind = ""

  /** `path` is the address of our own decoder. */
  async open(path) {
    this.#read = (await native()) || ((!navigator.connection?.saveData && (await own(path))) || null)
    this.kind = this.#read?.kind ?? ""
  }

  /** The texts in a canvas; null when this device cannot read. */
  async read(frame) {
    if (!this.#read) return null
    try {
      return await soon(this.#read(frame))
    } catch {
      this.missed()
      return null
    }
  }

  /** The server saw what this device did not, or it took too long; a detector that goes on so is not asked any more. */
  missed() {
    if (++this.#misses >= MISSES) this.#give()
  }

  #give() {
    this.#read = null
    this.kind = ""
  }
}

/** What a person needs to know it by until the server has answered: 01,32,,number,amount,date. */
export function glance(text, tail) {
  const amount = text.split(",")[4]
  return { title: number(text) === text ? text.slice(0, 40) : tail.replace("%s", number(text).slice(-4)), detail: amount ? `¥${amount}` : "" }
}

/** The number of an invoice in the text of its code, else the text. */
export function number(text) {
  return text.split(",")[3]?.trim() || text
}

async function native() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => [])
  if (!formats?.includes("qr_code")) return null
  const detector = new BarcodeDetector({ formats: ["qr_code"] })
  return Object.assign(async (frame) => (await detector.detect(frame)).map((one) => one.rawValue), { kind: "native" })
}

async function own(path) {
  const worker = new Worker(path)
  const answers = []
  worker.onmessage = ({ data }) => answers.shift()?.(data)
  const ask = (question, pass) =>
    new Promise((done, fail) => {
      answers.push(({ texts, fault }) => (fault ? fail(new Error(fault)) : done(texts)))
      worker.postMessage(question, pass)
    })
  worker.onerror = () => answers.shift()?.({ fault: "worker" })
  const read = (frame) => {
    const { width, height } = frame
    const { data } = frame.getContext("2d").getImageData(0, 0, width, height)
    return ask({ data, width, height }, [data.buffer])
  }
  try {
    await ask({ data: new Uint8ClampedArray(4), width: 1, height: 1 })
  } catch {
    return null
  }
  return Object.assign(read, { kind: "own" })
}

function soon(answer) {
  return Promise.race([answer, new Promise((_, fail) => setTimeout(fail, PATIENCE))])
}
