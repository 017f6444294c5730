import { arrived, hear, refuse, row, show } from "./item.js"

const { outbox } = window

/** <upload-zone list="#id"> around a form with file fields: what is chosen, and what anywhere.js gives it, is kept, then sent one by one. */
export class UploadZone extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.#life = new AbortController())
    this.addEventListener("change", ({ target }) => {
      if (target.type !== "file") return
      this.take([...target.files])
      target.value = ""
    })
    this.addEventListener("submit", (event) => event.preventDefault())
    this.list.addEventListener("click", (event) => this.#chooseAgain(event), { signal })
    addEventListener("beforeunload", (event) => this.list.querySelector("[data-unsaved]") && event.preventDefault(), { signal })
    hear((detail) => this.#hear(detail), signal)
    // What arrived while this page was on its way is not in it.
    if (window.sessionStorage?.sent > performance.timeOrigin) location.reload()
    this.#waiting()
  }

  disconnectedCallback() {
    this.#life.abort()
  }

  #life
  #left = new Map()

  get form() {
    return this.querySelector("form")
  }

  get list() {
    return document.querySelector(this.getAttribute("list"))
  }

  get template() {
    return this.querySelector("template")
  }

  take(files) {
    for (const file of files) {
      const made = row(this.template, file)
      made.dataset.new = ""
      this.list.prepend(made)
      this.#keep(file, made)
    }
  }

  async #keep(file, made) {
    const { file: _, _key, ...fields } = Object.fromEntries(new FormData(this.form))
    this.#left.delete(made)
    try {
      const item = await outbox.put({ url: this.#url, file, fields, look: true })
      delete made.dataset.unsaved
      made.isConnected ? this.#draw(item, made) : outbox.remove(item.key)
    } catch ({ name }) {
      refuse(this.template, made, name === "Full" ? "full" : "gone")
      if (name !== "Full") return
      made.dataset.unsaved = ""
      this.#left.set(made, file)
    }
  }

  get #url() {
    return new URL(this.form.action).pathname
  }

  /** What was kept by an earlier visit, or by another tab. */
  async #waiting() {
    for (const item of await outbox.list()) if (item.url === this.#url && !this.#row(item.key)) this.#draw(item)
  }

  #draw(item, old) {
    const fresh = row(this.template, item)
    if (this.#row(item.key)) old?.remove()
    else if (old) old.replaceWith(fresh)
    else this.list.prepend(fresh)
  }

  #row(key) {
    return this.list.querySelector(`[data-key="${key}"]`)
  }

  #hear(detail) {
    const { key, state, status, body, headers } = detail
    const made = key && this.#row(key)
    if (state === "purged") for (const one of this.list.querySelectorAll("[data-key]")) one.remove()
    if (state === "sent" || state === "removed") this.#makeRoom()
    if (!made) return state === "queued" && this.#waiting()
    if (state === "sent") this.#replace(made, body)
    else if (state === "removed") made.remove()
    else show(this.template, made, detail)
    if (status) raise(headers?.["hx-trigger"])
  }

  #replace(made, body) {
    const box = document.createElement("template")
    box.innerHTML = body
    const fresh = box.content.querySelector("li")
    arrived(this.template, made)
    if (!fresh) return made.remove()
    document.getElementById(fresh.id)?.remove()
    made.replaceWith(fresh)
    window.htmx?.process(fresh)
  }

  // A file for which there was no room is kept as soon as another has left.
  #makeRoom() {
    for (const [made, file] of this.#left) made.isConnected ? this.#keep(file, made) : this.#left.delete(made)
  }

  #chooseAgain({ target }) {
    const button = target.closest("[data-choose]")
    if (!button) return
    const field = this.querySelector("[data-any]") || this.querySelector("[type=file]")
    field.addEventListener("change", () => button.closest("li").remove(), { once: true })
    field.click()
  }
}

// Events the server sends along, as htmx would raise them.
function raise(header) {
  if (!header) return
  const events = header.startsWith("{") ? JSON.parse(header) : { [header]: null }
  for (const name in events) document.body.dispatchEvent(new CustomEvent(name, { detail: events[name], bubbles: true }))
}

customElements.define("upload-zone", UploadZone)

// Files that the computer opens with the installed app.
window.launchQueue?.setConsumer(async ({ files }) => {
  const opened = await Promise.all(files.map((file) => file.getFile()))
  document.querySelector("upload-zone")?.take(opened)
})
