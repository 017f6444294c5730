import { Sending } from "./sending.js"

const AT_ONCE = 2

/** <upload-zone list="#id"> around a form with file fields: chosen, dropped and pasted files are sent one by one. */
class UploadZone extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.#life = new AbortController())
    this.addEventListener("change", ({ target }) => {
      if (target.type !== "file") return
      this.take(target.files)
      target.value = ""
    })
    this.addEventListener("submit", (event) => event.preventDefault())
    document.addEventListener("dragover", (event) => this.#over(event), { signal })
    document.addEventListener("dragleave", (event) => event.relatedTarget || this.classList.remove("over"), { signal })
    document.addEventListener("drop", (event) => this.#drop(event), { signal })
    document.addEventListener("paste", (event) => this.#isFirst && this.take(event.clipboardData.files), { signal })
    this.list.addEventListener("click", (event) => this.#chooseAgain(event), { signal })
    addEventListener("online", () => this.#retryAll(), { signal })
    addEventListener("beforeunload", (event) => this.#all.size && event.preventDefault(), { signal })
  }

  disconnectedCallback() {
    this.#life.abort()
  }

  #life
  #all = new Set()

  get form() {
    return this.querySelector("form")
  }

  get list() {
    return document.querySelector(this.getAttribute("list"))
  }

  take(files) {
    for (const file of files) {
      const row = this.querySelector("template").content.firstElementChild.cloneNode(true)
      this.list.prepend(row)
      this.#all.add(new Sending(this, file, row))
    }
    this.pump()
  }

  /** Starts as many as may run; called whenever one has ended or become due. */
  pump() {
    for (const one of this.#all) if (one.isOver) this.#all.delete(one)
    let free = AT_ONCE - [...this.#all].filter((one) => one.isRunning).length
    for (const one of this.#all) if (free > 0 && one.isDue && free--) one.start()
  }

  #retryAll() {
    for (const one of this.#all) one.retry()
  }

  get #isFirst() {
    return document.querySelector("upload-zone") === this
  }

  #over(event) {
    if (!this.#isFirst || !event.dataTransfer.types.includes("Files")) return
    event.preventDefault()
    this.classList.add("over")
  }

  #drop(event) {
    if (!this.#isFirst || !event.dataTransfer.files.length) return
    event.preventDefault()
    this.classList.remove("over")
    this.take(event.dataTransfer.files)
  }

  #chooseAgain({ target }) {
    const button = target.closest("[data-choose]")
    if (!button) return
    const field = this.querySelector("[data-any]") || this.querySelector("[type=file]")
    field.addEventListener("change", () => button.closest("li").remove(), { once: true })
    field.click()
  }
}

customElements.define("upload-zone", UploadZone)
