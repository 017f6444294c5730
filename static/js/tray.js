import { feel } from "./feel.js"
import { say } from "./toast.js"

const FORGET = 3000
const UNDO = 5000
const LEAVE = 10000

/** <scan-tray> holds what was found, counts it and adds it up; the link at its end says so. */
class ScanTray extends HTMLElement {
  #seen = new Map()
  #undone = new Map()

  connectedCallback() {
    this.list = this.querySelector("ul")
    new MutationObserver(() => this.#count()).observe(this.list, { childList: true, subtree: true })
    this.list.addEventListener("submit", ({ target }) => this.#undo(target.closest("li").dataset.number))
    this.#count()
  }

  /** Numbers taken back just now: the invoice may still lie before the camera. */
  get undone() {
    return [...this.#undone.keys()].filter((number) => performance.now() - this.#undone.get(number) < LEAVE)
  }

  /** True while this was seen less than 3 s ago; each look begins the time anew. */
  isInView(name) {
    const last = this.#seen.get(name) ?? -FORGET
    this.#seen.set(name, performance.now())
    return performance.now() - last < FORGET
  }

  /** Takes the server's rows in; what lay here already is only moved up and felt as a duplicate. */
  take(html, place) {
    const box = document.createElement("template")
    box.innerHTML = html
    const rows = [...box.content.querySelectorAll("li")]
    for (const row of rows) this.#take(row, place)
    place?.remove()
    return rows
  }

  /** Rows as they stand now: what is known of an invoice may have grown. */
  renew(rows) {
    for (const row of rows) {
      const old = document.getElementById(row.id)
      if (old?.contains(document.activeElement)) continue
      if (old) row.className = old.className
      old ? old.replaceWith(row) : this.list.append(row)
      window.htmx?.process(row)
    }
  }

  /** A row of this page's own making, until the server has answered. */
  await(key, words, detail) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true)
    row.id = `hit-${key}`
    row.querySelector("b").textContent = words
    row.querySelector("small").textContent = detail
    this.list.prepend(row)
    return row
  }

  #take(row, place) {
    const known = row.id && document.getElementById(row.id)
    const isInView = this.isInView(row.dataset.number || row.id || row.textContent.trim())
    if (row.dataset.sound === "none") return isInView || this.#tell(row)
    if (known && !place && isInView) return
    if (!known || known.classList.contains("undoable")) this.#offerUndo(row)
    known?.remove()
    if (place) place.before(row)
    else this.list.prepend(row)
    window.htmx?.process(row)
    if (!place || row.dataset.sound !== "ok") this.felt(known && !place ? "double" : row.dataset.sound, row)
  }

  /** A hit, for the hand, the ear, the eye and the screen reader. */
  felt(sound, row) {
    feel(sound)
    if (sound === "ok") localStorage.wins = 1 + Number(localStorage.wins ?? 0)
    row.classList.add("fresh")
    say(row.innerText.replace(/\s+/g, " "))
    this.dispatchEvent(new CustomEvent("felt", { detail: { sound, text: row.innerText }, bubbles: true }))
  }

  #undo(number) {
    this.#undone.set(number, performance.now())
    this.dispatchEvent(new CustomEvent("undo", { detail: number }))
  }

  #tell(row) {
    feel("none")
    this.dispatchEvent(new CustomEvent("felt", { detail: { sound: "none", text: row.textContent.trim() }, bubbles: true }))
  }

  #offerUndo(row) {
    row.classList.add("undoable")
    setTimeout(() => row.classList.remove("undoable"), UNDO)
  }

  #count() {
    const rows = [...this.list.querySelectorAll("[data-counts]")]
    const fen = rows.reduce((sum, row) => sum + Number(row.dataset.fen ?? 0), 0)
    const open = rows.filter((row) => !row.dataset.fen).length
    const done = this.querySelector("[data-done]")
    done.hidden = !rows.length
    done.textContent = this.dataset.done.replace("%n", rows.length).replace("%s", yuan(fen))
    const note = this.querySelector("[data-note]")
    note.hidden = !open
    note.textContent = this.dataset.open.replace("%n", open)
    this.toggleAttribute("empty", !this.list.children.length)
  }
}

function yuan(fen) {
  return `${fen < 0 ? "-" : ""}¥${(Math.abs(fen) / 100).toLocaleString("en", { minimumFractionDigits: 2 })}`
}

customElements.define("scan-tray", ScanTray)
