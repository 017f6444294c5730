const WISH = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30, max: 30 } }
const FRONT = /front|user|facetime|前/i

/** One camera in one video element; torch, zoom and lenses only as far as this device has them. */
export class Camera {
  #track

  constructor(video) {
    this.video = video
  }

  get isOn() {
    return this.#track?.readyState === "live"
  }

  /** Asks for the camera once; throws what getUserMedia throws. `ended` is called if the device takes it away. */
  async start(ended) {
    const lens = localStorage.lens
    const which = lens ? { deviceId: { ideal: lens } } : { facingMode: { ideal: "environment" } }
    const stream = await navigator.mediaDevices.getUserMedia({ video: { ...which, ...WISH } })
    this.#track = stream.getVideoTracks()[0]
    this.#track.onended = ended
    this.video.srcObject = stream
    await this.video.play()
    await this.#apply("focusMode", "continuous")
    await this.zoom(2)
  }

  stop() {
    for (const track of this.video.srcObject?.getTracks() ?? []) track.stop()
    this.video.srcObject = null
  }

  /** What the lens can do now: WebKit and Chrome say it only of a running track. */
  get can() {
    return this.#track?.getCapabilities?.() ?? {}
  }

  torch(on) {
    return this.#apply("torch", on)
  }

  /** 2 helps phones that cannot focus near; a lens that cannot go so far goes as far as it can. */
  zoom(factor) {
    const { min, max } = this.can.zoom ?? {}
    return max > min && this.#apply("zoom", Math.min(Math.max(factor * Math.max(1, min), min), max))
  }

  /** Some phones only focus again when told to. */
  async refocus() {
    if (!this.can.focusMode?.includes("manual")) return
    await this.#apply("focusMode", "manual")
    await this.#apply("focusMode", "continuous")
  }

  /** The cameras on the back, by id. */
  async lenses() {
    const all = await navigator.mediaDevices.enumerateDevices()
    return all.filter(({ kind, label }) => kind === "videoinput" && !FRONT.test(label)).map((one) => one.deviceId)
  }

  /** Goes on to the next lens of the back and remembers it. */
  async nextLens(ended) {
    const all = await this.lenses()
    const now = this.#track.getSettings().deviceId
    localStorage.lens = all[(all.indexOf(now) + 1) % all.length]
    this.stop()
    await this.start(ended)
  }

  // One at a time: a set with one part that is refused is refused whole.
  async #apply(name, value) {
    try {
      await this.#track.applyConstraints({ advanced: [{ [name]: value }] })
      return true
    } catch {
      return false
    }
  }
}
