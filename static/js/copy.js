import { toast } from "./toast.js"

/** <copy-text> copies what it shows (or its value attribute) when tapped; the clipboard also over plain http. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button")
    ;(button || this).addEventListener("click", () => this.#copy())
  }

  async #copy() {
    const text = this.getAttribute("value") ?? this.textContent.trim()
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      const field = document.createElement("textarea")
      field.value = text
      this.append(field)
      field.select()
      document.execCommand("copy")
      field.remove()
    }
    toast("ok", document.body.dataset.copied)
  }
}

customElements.define("copy-text", CopyText)
