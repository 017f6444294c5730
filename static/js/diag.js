// The self-check: every line asks one thing of the browser or the server and says what it means.
import { count, done, erase } from "./device.js"

const ICONS = { ok: "check", warn: "exclamation", bad: "exclamation", info: "more", none: "minus" }
const SLOW = { fetch: 800, send: 2500 }

/** <device-check> around the lines; runs when it appears, opens the camera only when told to. */
class DeviceCheck extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-try]").onclick = () => this.#run("picture", () => this.#look())
    this.querySelector("[data-try]").disabled = !navigator.mediaDevices?.getUserMedia
    this.querySelector("[data-sheet]").addEventListener("click", () => this.#warn())
    this.querySelector("[data-clear]").onclick = () => erase()
    this.#all()
  }

  async #all() {
    const asks = { secure, camera, permission, cameras, picture, barcode, wasm, worker, database, storage, locks, online }
    await Promise.all(Object.entries(asks).map(([name, ask]) => this.#run(name, () => ask(this.dataset))))
    await this.#run("fetch", () => this.#times("fetch", (url) => fetch(url, { cache: "no-store", redirect: "error" }), this.dataset.clock))
    await this.#run("time", async () => clock(this.late))
    const body = new Uint8Array(100000)
    await this.#run("send", () => this.#times("send", (url) => fetch(url, { method: "POST", body, redirect: "error" }), this.dataset.echo))
    await this.#run("decode", () => decode(this.dataset))
  }

  async #run(name, ask) {
    this.#say(name, "info", this.dataset.info)
    const [outcome, word, facts = {}] = await ask().catch((fault) => ["bad", "failed", { reason: fault.name }])
    const text = this.#line(name).dataset[word] ?? this.#line(name).dataset.no ?? word
    this.#say(name, outcome, text.replace(/\{(\w+)\}/g, (_, fact) => facts[fact]))
  }

  #line(name) {
    return this.querySelector(`#diag-${name}`)
  }

  #say(name, outcome, text) {
    const line = this.#line(name)
    line.dataset.tone = outcome
    line.querySelector("small").textContent = text
    line.querySelector("use").setAttribute("href", `${this.dataset.icons}#${ICONS[outcome]}`)
    line.querySelector("svg").setAttribute("aria-label", this.dataset[outcome])
    document.getElementById("diag-report")?.setAttribute("value", this.#report())
  }

  #report() {
    const lines = [...this.querySelectorAll(".check")].map((line) => {
      const [title, text] = line.querySelector(".words").children
      return `${line.querySelector("svg").getAttribute("aria-label")} | ${title.textContent} | ${text.textContent}`
    })
    const screen = `${innerWidth} × ${innerHeight} @${devicePixelRatio}`
    return [`Yanpiao ${this.dataset.build}`, new Date().toISOString(), navigator.userAgent, screen, "", ...lines].join("\n")
  }

  async #times(name, ask, url) {
    const times = []
    for (let turn = 0; turn < 3; turn++) {
      const [sent, begun] = [Date.now(), performance.now()]
      const { now } = await (await ask(url)).json()
      const took = performance.now() - begun
      if (!times.length || took < Math.min(...times)) this.late = sent + took / 2 - now
      times.push(Math.round(took))
    }
    const isSlow = [...times].sort((a, b) => a - b)[1] > SLOW[name]
    return [isSlow ? "warn" : "ok", isSlow ? "slow" : "fast", { times: times.join(" · ") }]
  }

  // Opens the camera at the back, notes what it can do, and lets it go at once.
  async #look() {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } }
    let stream
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted })
    } catch (fault) {
      const words = { NotAllowedError: "denied", NotFoundError: "missing", NotReadableError: "busy" }
      return ["bad", words[fault.name] ?? "failed", { reason: fault.name }]
    }
    const [track] = stream.getVideoTracks()
    const [{ width, height }, can] = [track.getSettings(), track.getCapabilities?.() ?? {}]
    track.stop()
    this.#run("permission", permission)
    this.#run("cameras", cameras)
    const { yes, no } = this.dataset
    const isSmall = Math.max(width, height) < 1000
    return [isSmall ? "warn" : "ok", isSmall ? "small" : "seen", { width, height, torch: can.torch ? yes : no, zoom: can.zoom ? yes : no }]
  }

  async #warn() {
    const line = this.querySelector("[data-waiting]")
    const waiting = await count()
    line.textContent = waiting ? line.dataset.some.replace("{count}", waiting) : line.dataset.empty
  }
}

const plain = (holds, otherwise = "bad") => (holds ? ["ok", "yes"] : [otherwise, "no"])

const secure = async () => plain(isSecureContext)
const camera = async () => (navigator.mediaDevices?.getUserMedia ? ["ok", "yes"] : ["bad", isSecureContext ? "no" : "hidden"])
const picture = async () => (navigator.mediaDevices?.getUserMedia ? ["none", "ready"] : ["none", "missing"])
const wasm = async () => plain(typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])), "none")
const locks = async () => plain(navigator.locks && window.BroadcastChannel, "warn")
const online = async () => plain(navigator.onLine)

async function permission() {
  try {
    const { state } = await navigator.permissions.query({ name: "camera" })
    return [{ granted: "ok", prompt: "none", denied: "bad" }[state], state]
  } catch {
    return ["none", "unknown"]
  }
}

async function cameras() {
  if (!navigator.mediaDevices?.enumerateDevices) return ["none", "unknown"]
  const found = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput")
  return found.length ? ["ok", "some", { count: found.length }] : ["bad", "none"]
}

async function barcode() {
  const formats = await window.BarcodeDetector?.getSupportedFormats().catch(() => [])
  return plain(formats?.includes("qr_code"), "none")
}

async function worker({ build }) {
  if (!navigator.serviceWorker) return ["warn", "no"]
  const registration = await navigator.serviceWorker.getRegistration()
  const versions = (await caches.keys()).filter((name) => name.startsWith("asset-")).map((name) => name.slice(6))
  if (!registration?.active || !versions.length) return ["warn", "soon"]
  const version = versions.includes(build) ? build : versions.at(-1)
  return version === build ? ["ok", "yes", { version }] : ["warn", "old", { version, build }]
}

async function database() {
  try {
    const asked = indexedDB.open("self-check")
    asked.onupgradeneeded = () => asked.result.createObjectStore("one")
    const opened = await done(asked)
    await done(opened.transaction("one", "readwrite").objectStore("one").put(new ArrayBuffer(8), "key"))
    const kept = await done(opened.transaction("one").objectStore("one").get("key"))
    opened.close()
    indexedDB.deleteDatabase("self-check")
    return plain(kept.byteLength === 8)
  } catch {
    return ["bad", "no"]
  }
}

async function storage() {
  if (!navigator.storage?.estimate) return ["none", "unknown"]
  const { usage, quota } = await navigator.storage.estimate()
  const free = Math.round((quota - usage) / 1e6)
  if (free < 100) return ["warn", "tight", { free }]
  const facts = { used: (usage / 1e6).toFixed(1), quota: Math.round(quota / 1e6) }
  return ["ok", (await navigator.storage.persisted?.()) ? "kept" : "loose", facts]
}

function clock(late) {
  if (late === undefined) return ["none", "failed"]
  const seconds = Math.abs(late / 1000).toFixed(1)
  return Math.abs(late) < 60000 ? ["ok", "right", { seconds }] : ["warn", late > 0 ? "ahead" : "behind", { seconds }]
}

async function decode(dataset) {
  const body = await (await fetch(dataset.sample)).blob()
  const begun = performance.now()
  const { same, text, ms } = await (await fetch(dataset.decode, { method: "POST", body, redirect: "error" })).json()
  const all = Math.round(performance.now() - begun)
  if (!same) return ["bad", "changed"]
  return text ? ["ok", "read", { ms, all, text: text.split(",")[3] ?? text }] : ["bad", "unread"]
}

customElements.define("device-check", DeviceCheck)
