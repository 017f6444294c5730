import { toast } from "./toast.js"

/** <share-file> around a download link: hands the file to other apps, else saves it; a link to a PDF has no way back on an iPhone. */
class ShareFile extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("a")
    if (navigator.canShare) this.link.lastChild.textContent = this.dataset.share
    this.link.addEventListener("click", (event) => {
      event.preventDefault()
      if (this.ariaBusy !== "true") this.#hand()
    })
  }

  async #hand() {
    this.ariaBusy = "true"
    try {
      this.file ??= await this.#fetch()
      if (navigator.canShare?.({ files: [this.file] })) await navigator.share({ files: [this.file] })
      else this.#save()
    } catch (trouble) {
      if (trouble.name === "NotAllowedError") toast("none", this.dataset.ready)
      else if (trouble.name === "TypeError") toast("warn", document.body.dataset.offline)
      else if (trouble.name !== "AbortError") toast("bad", document.body.dataset.failed)
    }
    this.ariaBusy = null
  }

  async #fetch() {
    const answer = await fetch(this.link.href)
    if (!answer.ok) throw new Error(answer.status)
    return new File([await answer.blob()], this.dataset.name, { type: this.dataset.type })
  }

  #save() {
    const link = document.createElement("a")
    link.href = URL.createObjectURL(this.file)
    link.download = this.file.name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60000)
  }
}

/** <page-zoom> around figures: a tap or Enter shows that place of the page larger, and back. */
class PageZoom extends HTMLElement {
  connectedCallback() {
    for (const page of this.querySelectorAll("figure > div")) {
      page.role = "button"
      page.tabIndex = 0
      page.title = this.dataset.larger
      page.ariaPressed = "false"
      page.addEventListener("click", ({ offsetX, offsetY }) => this.#turn(page, offsetX, offsetY))
      page.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return
        event.preventDefault()
        this.#turn(page, 0, 0)
      })
    }
  }

  #turn(page, x, y) {
    const before = page.firstElementChild.offsetWidth
    const near = page.classList.toggle("near")
    page.ariaPressed = String(near)
    const scale = page.firstElementChild.offsetWidth / before
    if (near) page.scrollTo(x * scale - page.clientWidth / 2, y * scale - page.clientHeight / 2)
  }
}

customElements.define("share-file", ShareFile)
customElements.define("page-zoom", PageZoom)
