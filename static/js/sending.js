import { say } from "./toast.js"

/** One file on its way: sent with one key until the server has answered, however often the line breaks. */
export class Sending {
  isRunning = false
  isDue = true
  isOver = false
  #tries = 0
  #key = uuid()

  constructor(zone, file, row) {
    Object.assign(this, { zone, file, row })
    row.dataset.unsaved = ""
    this.#part("kind").textContent = kind(file)
    this.#part("name").textContent = file.name
    this.#part("cancel").onclick = () => this.#cancel()
    this.#part("retry").onclick = () => this.retry()
    this.#say(megabytes(file.size))
  }

  start() {
    const { form } = this.zone
    const data = new FormData(form)
    data.delete("file")
    data.append("file", this.file, this.file.name)
    const xhr = (this.xhr = new XMLHttpRequest())
    xhr.open("POST", form.action)
    xhr.setRequestHeader("Idempotency-Key", this.#key)
    xhr.setRequestHeader("HX-Request", "true")
    xhr.upload.onprogress = ({ loaded, total }) => this.#progress(loaded, total)
    xhr.onload = () => this.#answered(xhr)
    xhr.onerror = xhr.ontimeout = () => this.#broken()
    xhr.timeout = 600000
    this.isRunning = true
    this.isDue = false
    this.#part("retry").hidden = true
    xhr.send(data)
  }

  retry() {
    clearTimeout(this.timer)
    this.isDue = !this.isRunning && !this.isOver
    this.zone.pump()
  }

  #progress(loaded, total) {
    const share = total ? loaded / total : 0
    this.row.querySelector("progress").value = share
    this.#say(`${(share * this.file.size / 1e6).toFixed(1)} / ${megabytes(this.file.size)}`)
  }

  #answered(xhr) {
    const { status } = xhr
    if (status >= 200 && status < 300) this.#replace(xhr, "done")
    else if (status === 401) this.#wait("login")
    else if ([408, 409, 425, 429].includes(status) || (status >= 500 && status !== 507)) this.#later("again", xhr.getResponseHeader("Retry-After"))
    else if (status) this.#replace(xhr, status === 413 ? "large" : "refused")
    tell(xhr)
    this.zone.pump()
  }

  // No answer: the network, or a file that can no longer be read.
  async #broken() {
    try {
      await this.file.slice(0, 1).arrayBuffer()
      this.#later(navigator.onLine ? "again" : "waiting")
    } catch {
      this.#refuse("gone")
    }
    this.zone.pump()
  }

  #later(word, seconds) {
    const wait = Math.min((Number(seconds) || 2 * 2 ** this.#tries++) * (0.85 + Math.random() * 0.3), 300)
    this.timer = setTimeout(() => this.retry(), wait * 1000)
    this.#wait(word)
  }

  #wait(word) {
    this.isRunning = false
    this.row.querySelector("progress").value = 0
    this.#say(this.zone.dataset[word])
    this.#part("retry").hidden = false
  }

  #replace(xhr, word) {
    const box = document.createElement("template")
    box.innerHTML = xhr.responseText
    const fresh = box.content.firstElementChild
    if (fresh?.localName !== "li") return word === "done" ? this.#end(() => this.row.remove(), word) : this.#refuse(word)
    this.#end(() => this.row.replaceWith(fresh), word)
    window.htmx?.process(fresh)
  }

  #refuse(word) {
    this.#end(() => {
      this.#say(this.zone.dataset[word])
      this.#part("detail").dataset.tone = "bad"
      this.#part("choose").hidden = false
      for (const part of [this.row.querySelector("progress"), this.#part("cancel"), this.#part("retry")]) part.remove()
    }, word)
  }

  #end(change, word) {
    this.isRunning = false
    this.isOver = true
    delete this.row.dataset.unsaved
    change()
    say(`${this.file.name}: ${this.zone.dataset[word]}`)
  }

  #cancel() {
    clearTimeout(this.timer)
    this.isOver = true
    this.isRunning = false
    this.xhr?.abort()
    this.row.remove()
    this.zone.pump()
  }

  #part(name) {
    return this.row.querySelector(`[data-${name}]`)
  }

  #say(text) {
    this.#part("detail").textContent = text
  }
}

// Events the server sends along, as htmx would raise them.
function tell(xhr) {
  const header = xhr.getResponseHeader("HX-Trigger")
  if (!header) return
  const events = header.startsWith("{") ? JSON.parse(header) : { [header]: null }
  for (const name in events) document.body.dispatchEvent(new CustomEvent(name, { detail: events[name], bubbles: true }))
}

function megabytes(bytes) {
  return bytes < 1e5 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}

function kind(file) {
  const ending = file.name.split(".").pop()
  return (ending === file.name || ending.length > 4 ? file.type.split("/").pop() : ending).slice(0, 4).toUpperCase()
}

// crypto.randomUUID is missing over plain http.
function uuid() {
  const digit = (place) => (place ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (place / 4)))).toString(16)
  return crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit)
}
