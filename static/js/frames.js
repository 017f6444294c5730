const SMALL = 96
const SHARE = 0.85
const MOST_BYTES = 250000

/** Frames worth a look: sharp enough, not the same again, never faster than the answers come. */
export class Frames {
  #side = 960
  #quality = 0.7
  #rtt = 200
  #sharp = 0
  #last
  #at = 0
  #small = canvas(SMALL, SMALL)
  #large = canvas(1, 1)

  constructor(video) {
    this.video = video
  }

  /** How long an answer took, in ms: a slow line gets smaller frames and longer pauses. */
  note(rtt) {
    this.#rtt += (rtt - this.#rtt) * 0.4
    if (this.#rtt > 450) [this.#side, this.#quality] = [Math.max(560, this.#side * 0.78), 0.55]
    else if (this.#rtt < 180) [this.#side, this.#quality] = [Math.min(960, this.#side * 1.2), 0.7]
  }

  /** The next one, as a canvas; null when `isOn()` says stop. */
  async next(isOn) {
    for (;;) {
      await picture(this.video)
      if (!isOn()) return null
      if (this.#isWorthIt(performance.now() - this.#at)) {
        this.#at = performance.now()
        return this.#take(this.#side)
      }
    }
  }

  /** The whole picture, for a photo that is read later. */
  photo() {
    const { videoWidth: width, videoHeight: height } = this.video
    const whole = canvas(width, height)
    whole.getContext("2d").drawImage(this.video, 0, 0)
    return jpeg(whole, 0.9)
  }

  /** The whole picture, small enough to be judged, and how much smaller it is. */
  still() {
    const { videoWidth: width, videoHeight: height } = this.video
    const scale = Math.min(1, 960 / Math.max(width, height))
    const seen = canvas(Math.round(width * scale), Math.round(height * scale))
    seen.getContext("2d", { willReadFrequently: true }).drawImage(this.video, 0, 0, seen.width, seen.height)
    return [seen, scale]
  }

  /** The middle in its own pixels, which the codes of paper need: 1,280 at most, less on a slow line. */
  part() {
    const { videoWidth, videoHeight } = this.video
    const [width, height] = [videoWidth, videoHeight].map((side) => Math.min(side, Math.round((4 / 3) * this.#side)))
    const part = canvas(width, height)
    part.getContext("2d").drawImage(this.video, (width - videoWidth) / 2, (height - videoHeight) / 2)
    return part
  }

  /** As JPEG of at most 250 KB. */
  async encode(frame) {
    for (let quality = this.#quality; ; quality -= 0.2) {
      const blob = await jpeg(frame, quality)
      if (blob.size <= MOST_BYTES || quality < 0.3) return blob
    }
  }

  #isWorthIt(waited) {
    if (waited < Math.max(170, 0.3 * this.#rtt)) return false
    const luma = this.#luma()
    const sharp = sharpness(luma)
    const isStill = this.#last && difference(luma, this.#last) < 2
    const isBlurred = sharp < 0.6 * this.#sharp
    this.#sharp += (sharp - this.#sharp) * 0.1
    if ((isBlurred && waited < 700) || (isStill && waited < 1500)) return false
    this.#last = luma
    return true
  }

  #luma() {
    const pen = this.#draw(this.#small, SMALL)
    const { data } = pen.getImageData(0, 0, SMALL, SMALL)
    const luma = new Uint8Array(SMALL * SMALL)
    for (let at = 0; at < luma.length; at++) luma[at] = (data[4 * at] * 77 + data[4 * at + 1] * 150 + data[4 * at + 2] * 29) >> 8
    return luma
  }

  #take(most) {
    const side = Math.round(Math.min(most, SHARE * Math.min(this.video.videoWidth, this.video.videoHeight)))
    this.#large.width = this.#large.height = side
    this.#draw(this.#large, side)
    return this.#large
  }

  // The square in the middle, which is where people hold the code.
  #draw(on, size) {
    const { videoWidth: width, videoHeight: height } = this.video
    const side = SHARE * Math.min(width, height)
    const pen = on.getContext("2d", { willReadFrequently: true })
    pen.drawImage(this.video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, size, size)
    return pen
  }
}

function canvas(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height })
}

function jpeg(from, quality) {
  return new Promise((done) => from.toBlob(done, "image/jpeg", quality))
}

function picture(video) {
  return new Promise((done) => (video.requestVideoFrameCallback ? video.requestVideoFrameCallback(done) : setTimeout(done, 50)))
}

// The mean square of the Laplacian: edges are strong in a sharp picture.
function sharpness(luma) {
  let sum = 0
  for (let y = 1; y < SMALL - 1; y++) {
    for (let x = 1; x < SMALL - 1; x++) {
      const at = y * SMALL + x
      const edge = 4 * luma[at] - luma[at - 1] - luma[at + 1] - luma[at - SMALL] - luma[at + SMALL]
      sum += edge * edge
    }
  }
  return sum / luma.length
}

function difference(one, other) {
  let sum = 0
  for (let at = 0; at < one.length; at++) sum += Math.abs(one[at] - other[at])
  return sum / one.length
}
