// Many at once: a list goes by itself, all other files, also those of folders and archives, as one pile.
import { toast } from "./toast.js"
import { UploadZone } from "./upload.js"
import { unzip } from "./unzip.js"

const { outbox } = window
Object.assign(outbox, { most: 2000, room: 4e9 })
const HIDDEN = /^(\.(?!$)|__MACOSX|Thumbs\.db$|desktop\.ini$)/
// No file may have more.
const MOST = 2 ** 25

/** <pile-zone list="#id" data-pile data-lists> around the form of the page. */
class PileZone extends UploadZone {
  connectedCallback() {
    super.connectedCallback()
    const { signal } = (this.#life = new AbortController())
    addEventListener("outbox", ({ detail }) => detail.headers?.["hx-redirect"] && this.#begun(detail.headers["hx-redirect"]), { signal })
    document.addEventListener("drop", (event) => this.#drop(event), { signal, capture: true })
    addEventListener("beforeunload", (event) => this.#busy && event.preventDefault(), { signal })
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#life.abort()
  }

  #life
  #busy = 0
  #next
  #followed = Promise.resolve()

  take(files) {
    return this.#while(() => this.#sort(files))
  }

  // The page is left when nothing more is being read or kept.
  async #while(act) {
    this.#busy++
    try {
      await act()
    } catch {
      toast("bad", document.body.dataset.failed)
    }
    if (!--this.#busy && this.#next) location.assign(this.#next)
  }

  async #sort(files) {
    const whole = await Promise.all(files.map(async (file) => (/\.zip$/i.test(file.name) && (await unzip(file))) || file))
    const all = whole.flat().filter((file) => !path(file).split("/").some((part) => HIDDEN.test(part)))
    // A text among other files is a remark.
    const isList = ({ name }) => this.dataset.lists.split(",").some((ending) => name.toLowerCase().endsWith(ending) && (ending !== ".txt" || all.length === 1))
    if (!all.length) return toast("warn", this.dataset.nothing)
    super.take(all.filter(isList))
    const others = all.filter((file) => !isList(file)).sort((one, other) => path(one).localeCompare(path(other), undefined, { numeric: true }))
    if (others.length) await this.#pile(others, files.length === 1 ? files[0].name : "")
  }

  async #pile(files, only) {
    const [first] = path(files[0]).split("/")
    const name = only || (first === path(files[0]) ? "" : first)
    const form = new FormData()
    for (const [field, value] of Object.entries({ name, count: files.length })) form.append(field, value)
    const answer = await fetch(this.dataset.pile, { method: "POST", body: form, headers: { "HX-Request": "true" } })
    if (!answer.ok) return toast("bad", (await answer.text()).replace(/<[^>]*>/g, " ").trim() || document.body.dataset.failed)
    const { files: url, show } = await answer.json()
    this.#followed = this.#followed.then(() => follow(show)).catch(() => {})
    // Originals are read in a moment, pictures take seconds: these come last, each as the row that it is.
    const turns = [...files.entries()].sort(([, one], [, other]) => isPicture(one) - isPicture(other))
    for (const [done, [place, file]] of turns.entries()) {
      this.#say(done, files.length)
      await keep({ url, file, fields: { place: place + 1, path: path(file) } })
    }
    this.#next = show
  }

  #say(done, all) {
    const bar = this.querySelector("[data-keeping]")
    bar.hidden = false
    bar.querySelector("progress").value = done / all
    bar.querySelector("span").textContent = bar.dataset.words.replace("{n}", done).replace("{m}", all)
  }

  // Where several lists were chosen the page shows them all.
  async #begun(url) {
    const waits = (await outbox.list()).some((item) => item.url === new URL(this.form.action).pathname)
    if (waits) return
    this.#busy ? (this.#next ||= url) : location.assign(url)
  }

  #drop(event) {
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.())
    if (!entries.some((entry) => entry?.isDirectory)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    document.body.classList.remove("over")
    this.#while(async () => this.take((await Promise.all(entries.filter(Boolean).map(inside))).flat()))
  }
}

// All files below a folder that was dropped; what cannot be opened among them has a row that says so.
async function inside(entry) {
  const path = entry.fullPath.slice(1)
  const lost = [{ path, name: entry.name, type: "", arrayBuffer: () => Promise.reject(Error()) }]
  if (entry.isFile) return new Promise((yes) => entry.file((file) => yes([Object.assign(file, { path })]), () => yes(lost)))
  const reader = entry.createReader()
  const found = []
  try {
    for (let part; (part = await new Promise((yes, no) => reader.readEntries(yes, no))).length; ) found.push(...part)
  } catch {
    return lost
  }
  return (await Promise.all(found.map(inside))).flat()
}

// The first results are seen while the rest is still being kept.
function follow(show) {
  const [going, rows] = ["going", "rows"].map((id) => document.getElementById(id))
  going.hidden = false
  rows.setAttribute("hx-get", `${show}/rows`)
  htmx.process(rows)
  return htmx.ajax("GET", show, { source: rows, target: "#batch", swap: "outerHTML" })
}

function isPicture({ type }) {
  return type.startsWith("image/")
}

function path(file) {
  return file.path || file.webkitRelativePath || file.name
}

// A device that is full has room again as soon as something has left; of a file that cannot be opened its row says so.
async function keep(item) {
  if (item.file.size > MOST) item = without(item, "too_large")
  for (;;) {
    try {
      const kept = await outbox.put(item)
      // Where the device keeps nothing, it goes from this page before the next is read.
      return kept.loose && heard(({ key, state }) => key === kept.key && /sent|failed|removed/.test(state))
    } catch ({ name }) {
      if (name === "Full") await heard(() => true)
      else item = without(item, name === "TooLarge" ? "too_large" : "unopened")
    }
  }
}

function without(item, fault) {
  return { ...item, file: null, fields: { ...item.fields, fault } }
}

function heard(is) {
  return new Promise((done) => {
    const hear = ({ detail }) => is(detail) && (removeEventListener("outbox", hear), done())
    addEventListener("outbox", hear)
  })
}

/** <pile-sending data-url data-words data-paused> with a button data-act: how much of a pile is still on this device, and whether it goes. data-left: nothing of it is wanted any more. */
class PileSending extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.#life = new AbortController())
    addEventListener("outbox", ({ detail }) => this.#hear(detail), { signal })
    this.#button.onclick = () => this.#turn()
    this.dataset.left === undefined ? this.#count() : this.#leave()
  }

  disconnectedCallback() {
    this.#life.abort()
  }

  #life
  #whole = 0
  #items = []
  get #button() {
    return this.querySelector("[data-act]")
  }

  get #isPaused() {
    return this.#items.some(({ state }) => state === "paused")
  }

  // What is on its way arrives; the rest waits for a press, also on other pages and after a restart. Each tab reads off the items which it is.
  async #turn() {
    this.#button.disabled = true
    const goesOn = this.#isPaused
    for (const { key } of await this.#mine()) await (goesOn ? outbox.patch(key, { state: "queued" }, "paused") : outbox.patch(key, { state: "paused" }, "queued"))
    if (goesOn) {
      outbox.drain({ now: true })
      navigator.serviceWorker?.ready.then(({ sync }) => sync?.register("outbox")).catch(() => {})
    }
    await this.#count()
    this.#button.disabled = false
  }

  async #leave() {
    for (const { key } of await this.#mine()) await outbox.remove(key)
  }

  async #mine() {
    return (await outbox.list()).filter(({ url }) => url === this.dataset.url)
  }

  async #count() {
    this.#items = await this.#mine()
    this.#whole = Math.max(this.#whole, this.#bytes())
    this.#show(0)
  }

  #bytes() {
    return this.#items.reduce((sum, { size }) => sum + size, 0)
  }

  #hear({ key, state, sent = 0 }) {
    if (state === "sending" && this.#items.some((item) => item.key === key)) this.#show(sent)
    else if (state !== "sending") this.#count()
  }

  #show(sent) {
    const left = this.#bytes() - sent
    this.hidden = !this.#items.length
    this.querySelector("progress").value = this.#whole ? 1 - left / this.#whole : 0
    const facts = { n: this.#items.length, left: megabytes(this.#whole - left), all: megabytes(this.#whole) }
    const words = this.#isPaused ? this.dataset.paused : this.dataset.words
    this.#button.textContent = this.#isPaused ? this.#button.dataset.go : this.#button.dataset.act
    this.querySelector("span").textContent = words.replace(/\{(\w+)\}/g, (_, word) => facts[word])
    this.querySelector("a").hidden = !this.#items.some(({ state }) => /failed|auth/.test(state))
  }
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1)
}

customElements.define("pile-zone", PileZone)
customElements.define("pile-sending", PileSending)
