// The page of the camera.
import "./outbox.js"
import "./tray.js"
import "./requests.js"
import "./worker.js"
import "./waiting.js"
import { CODE, heard } from "./anywhere.js"
import { Camera } from "./camera.js"
import { Frames } from "./frames.js"
import { Reader, glance, number } from "./reader.js"
import { isMuted, mute, unlock } from "./feel.js"
import { toast } from "./toast.js"

const { outbox } = window
const NUMBER = /^\d+$/
const [BURST_AFTER, HINT_AFTER, REST_AFTER, RENEW] = [3000, 4000, 60000, 20000]
const TROUBLE = { NotAllowedError: "denied", SecurityError: "denied", NotReadableError: "busy", AbortError: "busy" }

/** <scan-view data-state=…>: idle, starting, live, paused, denied, missing, busy, insecure, login. */
class ScanView extends HTMLElement {
  #failures = 0
  #asked = 0
  #hitAt = 0
  #zoom = 2
  #since = sessionStorage.since ?? ""

  connectedCallback() {
    this.tray = document.querySelector("scan-tray")
    this.camera = new Camera(this.querySelector("video"))
    this.frames = new Frames(this.camera.video)
    this.reader = new Reader()
    for (const name of ["start", "torch", "lens", "zoom", "mute", "shoot"]) {
      for (const button of this.querySelectorAll(`[data-act=${name}]`)) button.onclick = () => this[name]()
    }
    this.camera.video.onclick = () => this.camera.refocus()
    this.tray.addEventListener("felt", ({ detail }) => this.#felt(detail))
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#rest("paused") : this.#wake()))
    addEventListener("pagehide", () => this.#rest("paused"))
    addEventListener("online", () => this.#isBack())
    addEventListener("outbox", ({ detail }) => this.#sent(detail))
    document.addEventListener("code", (event) => this.#shot(event))
    document.querySelector(".search").addEventListener("submit", (event) => this.#typed(event))
    this.tray.addEventListener("undo", ({ detail }) => this.#undo(detail))
    document.addEventListener("htmx:configRequest", ({ detail }) => (detail.headers["X-Since"] = this.#since))
    this.querySelector("[data-act=mute]").ariaPressed = String(isMuted())
    this.#fill()
    setInterval(() => document.hidden || (this.tray.list.querySelector("[data-open]") && this.#fill()), RENEW)
    this.#begin()
  }

  get isLive() {
    return this.dataset.state === "live"
  }

  /** Opens the camera; one call for each time a person comes to this page. */
  async start() {
    unlock()
    if (!navigator.mediaDevices?.getUserMedia) return this.#say(isSecureContext ? "missing" : "insecure")
    if (["live", "starting"].includes(this.dataset.state)) return
    this.#say("starting")
    try {
      await this.camera.start(() => this.#rest("paused"))
    } catch (fault) {
      return this.#say(TROUBLE[fault.name] ?? "missing")
    }
    if (document.hidden) return this.#rest("paused")
    this.#say("live")
    this.#hitAt = performance.now()
    this.#offerWhatItCan()
    this.#stayAwake()
    this.#watchTime()
    if (!this.reader.kind) this.reader.open(this.dataset.decoder)
    this.#look()
  }

  async torch() {
    const button = this.querySelector("[data-act=torch]")
    const on = button.ariaPressed !== "true"
    if (await this.camera.torch(on)) button.ariaPressed = String(on)
  }

  async lens() {
    await this.camera.nextLens(() => this.#rest("paused")).catch(() => this.#say("busy"))
    this.#offerWhatItCan()
  }

  zoom() {
    this.#zoom = 3 - this.#zoom
    this.camera.zoom(this.#zoom)
    this.querySelector("[data-act=zoom]").textContent = `${this.#zoom}×`
  }

  mute() {
    unlock()
    mute(!isMuted())
    this.querySelector("[data-act=mute]").ariaPressed = String(isMuted())
  }

  /** A photo for later, when nobody can be asked now. */
  async shoot() {
    const photo = await this.frames.photo()
    const name = `${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}.jpg`
    document.querySelector("upload-zone").take([new File([photo], name, { type: "image/jpeg" })])
    this.tray.felt("ok", this.tray.list.firstElementChild)
  }

  async #begin() {
    if (!isSecureContext || !navigator.mediaDevices) return this.#say(isSecureContext ? "missing" : "insecure")
    const permission = await navigator.permissions?.query({ name: "camera" }).catch(() => null)
    if (permission?.state === "granted") return this.start()
    this.#say(permission?.state === "denied" ? "denied" : "idle")
  }

  async #look() {
    while (this.isLive) {
      const frame = await this.frames.next(() => this.isLive)
      if (!frame) return
      const texts = await this.reader.read(frame)
      const told = texts?.filter((text) => CODE.test(text) && !NUMBER.test(text)) ?? []
      if (told.length) await this.#hit(told, frame)
      else if (this.#isTimeToAsk(texts)) await this.#ask(frame, texts)
    }
  }

  // The server reads better than some phones; where both read with the same eyes it is asked now and then only.
  #isTimeToAsk(texts) {
    if (this.#failures > 1 && performance.now() - this.#asked < 5000) return false
    const pause = texts && !texts.length ? { native: 1000, own: 3000 }[this.reader.kind] : 0
    return performance.now() - this.#asked >= (pause ?? 0)
  }

  async #ask(frame, texts) {
    const body = await this.frames.encode(frame)
    const began = (this.#asked = performance.now())
    const answer = await this.send(this.dataset.frame, body, 4000)
    if (!answer) return
    this.frames.note(performance.now() - began)
    if (answer.status === 200) {
      const rows = this.tray.take(await answer.text())
      if (texts && rows.some((row) => row.id)) this.reader.missed()
    } else if (answer.status === 429) await sleep(1000 * (Number(answer.headers.get("Retry-After")) || 1))
  }

  /** Shows the server what the camera sees; nothing comes back where nobody answers in so many ms. */
  async send(url, body, patience) {
    const headers = { "HX-Request": "true", "X-Since": this.#since, "X-Undone": this.tray.undone.join() }
    try {
      const answer = await fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(patience) })
      this.#answered(answer.status)
      return answer
    } catch {
      this.#failed()
    }
  }

  #answered(status) {
    if (status >= 500) return this.#failed()
    this.#isBack()
    if (status === 401) this.#rest("login")
  }

  // What this device has read goes through the outbox, so that nothing pointed at is ever lost.
  async #hit(texts, frame) {
    const fresh = texts.filter((text) => !this.tray.undone.includes(number(text)) && !this.tray.isInView(number(text)))
    if (!fresh.length) return
    const file = new File([await this.frames.encode(frame)], "frame.jpg", { type: "image/jpeg" })
    for (const text of fresh) await this.#queue(text, file)
  }

  // A scan gun, or a code that was pasted; a bare number has to be looked up.
  #shot(event) {
    if (NUMBER.test(event.detail)) return
    event.preventDefault()
    unlock()
    this.#queue(event.detail)
  }

  #typed(event) {
    const { target } = event
    if (!heard(target.q.value)) return
    event.preventDefault()
    target.reset()
  }

  async #queue(text, file) {
    const { title, detail } = glance(text, this.dataset.tail)
    try {
      const { key } = await outbox.put({ url: this.dataset.hits, file, fields: { text, since: this.#since }, meta: { title, detail } })
      this.tray.felt("ok", this.tray.await(key, title, detail))
    } catch {
      toast("bad", this.dataset.full)
    }
  }

  // What is still on its way must not bring back what was taken back.
  async #undo(gone) {
    for (const { key, fields } of await outbox.list()) if (fields.text && number(fields.text) === gone) outbox.remove(key)
  }

  #sent({ key, state, status, body }) {
    const row = document.getElementById(`hit-${key}`)
    if (!row) return
    if (state === "sent") this.tray.take(body ?? "", row)
    else if (state === "removed") row.remove()
    else if (state === "failed") row.querySelector(".chip").textContent = this.dataset.refused
    if (status === 401) this.#rest("login")
  }

  // Rows of this round come back after a reload; the server says when the round began.
  async #fill() {
    try {
      const answer = await fetch(this.dataset.tray, { headers: { "HX-Request": "true", "X-Since": this.#since } })
      if (answer.status === 401) return this.#say("login")
      sessionStorage.since = this.#since = answer.headers.get("X-Since") ?? this.#since
      if (answer.ok) this.tray.renew(parse(await answer.text()))
    } catch {}
    for (const { key, url, meta } of await outbox.list()) {
      if (url === this.dataset.hits && !document.getElementById(`hit-${key}`)) this.tray.await(key, meta.title, meta.detail)
    }
  }

  #felt({ sound, text }) {
    this.#hitAt = performance.now()
    if (sound === "none") return this.#advise(text)
    this.classList.remove("hit")
    requestAnimationFrame(() => this.classList.add("hit"))
    setTimeout(() => this.classList.remove("hit"), 600)
    this.#advise("")
  }

  #failed() {
    if (++this.#failures === 2) this.dataset.line = "off"
  }

  #isBack() {
    this.#failures = 0
    delete this.dataset.line
  }

  #rest(state) {
    if (!this.camera.isOn && this.dataset.state !== "live") return
    this.camera.stop()
    this.lock?.release()
    clearInterval(this.timer)
    this.#say(state)
  }

  #wake() {
    if (this.dataset.state === "paused") this.start()
  }

  #watchTime() {
    clearInterval(this.timer)
    this.timer = setInterval(() => {
      const quiet = performance.now() - this.#hitAt
      if (quiet > REST_AFTER) return this.#rest("paused")
      if (quiet > BURST_AFTER) import("./burst.js").then(({ burst }) => burst(this)).catch(() => {})
      if (quiet > HINT_AFTER) import("./hints.js").then(({ next }) => this.isLive && this.#advise(next(this, quiet))).catch(() => {})
    }, 1000)
  }

  async #offerWhatItCan() {
    const { torch, zoom } = this.camera.can
    this.querySelector("[data-act=torch]").hidden = !torch
    this.querySelector("[data-act=zoom]").hidden = !zoom || zoom.max <= zoom.min
    this.querySelector("[data-act=lens]").hidden = (await this.camera.lenses()).length < 2
  }

  async #stayAwake() {
    this.lock = await navigator.wakeLock?.request("screen").catch(() => null)
  }

  #advise(text) {
    const line = this.querySelector(".advice")
    if (line.textContent !== text) line.textContent = text
    line.hidden = !text
  }

  #say(state) {
    this.dataset.state = state
    this.#advise("")
    if (/MicroMessenger/.test(navigator.userAgent)) this.dataset.inside = "wechat"
  }
}

function parse(html) {
  const box = document.createElement("template")
  box.innerHTML = html
  return box.content.querySelectorAll("li")
}

function sleep(time) {
  return new Promise((done) => setTimeout(done, time))
}

customElements.define("scan-view", ScanView)
