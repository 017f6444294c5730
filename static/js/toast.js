/** <toast-note> leaves by itself: after 4 seconds, 8 with an action, never with data-stays. */
class ToastNote extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => event.target.closest(".icon-btn") && this.remove())
    this.addEventListener("pointerenter", () => clearTimeout(this.#timer))
    this.addEventListener("focusin", () => clearTimeout(this.#timer))
    this.addEventListener("pointerleave", () => this.#leaveLater())
    this.#leaveLater()
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
  }

  #timer

  #leaveLater() {
    if (!("stays" in this.dataset)) this.#timer = setTimeout(() => this.remove(), this.querySelector("a, button") ? 8000 : 4000)
  }
}

customElements.define("toast-note", ToastNote)

/** Says one sentence: trouble stays until closed, news leaves; at most two at a time, the same one once. It may offer one act. */
export function toast(tone, text, words, act) {
  const bad = tone === "bad"
  const region = document.getElementById(bad ? "alerts" : "toasts")
  const notes = [...region.querySelectorAll("toast-note")]
  if (!act && notes.some((note) => note.textContent.trim() === text)) return
  if (notes.length > 1) notes[0].remove()
  const note = document.getElementById(bad ? "trouble" : "toast").content.firstElementChild.cloneNode(true)
  note.dataset.tone = tone
  note.querySelector("span").textContent = text
  if (act) note.append(button(note, words, act))
  region.append(note)
}

function button(note, words, act) {
  const made = document.createElement("button")
  Object.assign(made, { type: "button", className: "link", textContent: words })
  made.onclick = () => {
    note.remove()
    act()
  }
  return made
}

/** For screen readers only. */
export function say(text) {
  const line = document.createElement("p")
  line.className = "hidden"
  line.textContent = text
  document.getElementById("toasts").append(line)
  setTimeout(() => line.remove(), 4000)
}

document.addEventListener("toast", ({ detail }) => toast(detail.tone || "none", detail.text || detail.value))
