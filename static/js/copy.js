import { toast } from "./toast.js"

/** <copy-text> copies what it shows (or its value attribute) when tapped; the clipboard also over plain http. */
class CopyText extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => copy(this.getAttribute("value") ?? this.textContent.trim()))
  }
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const field = document.createElement("textarea")
    field.value = text
    document.body.append(field)
    field.select()
    document.execCommand("copy")
    field.remove()
  }
  toast("ok", document.body.dataset.copied)
}

customElements.define("copy-text", CopyText)
