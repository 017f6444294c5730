import { copy } from "./copy.js"

/** <pick-rows> around rows with check boxes: counts and sums what is picked, in whole fen; it stays picked while the list changes. */
class PickRows extends HTMLElement {
  connectedCallback() {
    this.bar = this.querySelector("#picked")
    this.button = document.getElementById("pick")
    this.words = this.button.textContent
    this.button.hidden = false
    this.button.addEventListener("click", () => this.#mode(!this.isPicking))
    this.bar.addEventListener("submit", (event) => event.submitter || event.preventDefault())
    this.querySelector("[data-copy]").addEventListener("click", () => copy([...this.#picked.values()].map((one) => one.line.trimEnd()).join("\n")))
    this.querySelector("[data-clear]").addEventListener("click", () => this.#mode(false))
    this.addEventListener("click", (event) => this.#click(event), true)
    this.addEventListener("change", ({ target }) => target.name === "invoice" && this.#change(target))
    this.addEventListener("keydown", (event) => this.#key(event))
    this.addEventListener("pointerdown", (event) => this.#press(event))
    for (const name of ["pointermove", "pointerup", "pointercancel"]) this.addEventListener(name, (event) => this.#release(event))
    this.addEventListener("contextmenu", (event) => this.#touch && event.target.closest(".row") && event.preventDefault())
    this.addEventListener("htmx:beforeRequest", () => (this.before = this.boxes.length))
    this.addEventListener("htmx:afterSettle", ({ detail }) => this.#settle(detail))
    for (const box of this.boxes) if (box.checked) this.#note(box)
    this.#show()
  }

  #picked = new Map()
  #last
  #shift = false
  #touch
  #held = false

  get boxes() {
    return [...this.querySelectorAll("[name=invoice]")]
  }

  get isPicking() {
    return this.classList.contains("picking")
  }

  #mode(on) {
    this.classList.toggle("picking", on)
    this.button.textContent = on ? this.button.dataset.done : this.words
    if (!on) {
      if (this.bar.contains(document.activeElement)) this.button.focus()
      for (const box of this.boxes) box.checked = false
      this.#picked.clear()
    }
    this.#show()
  }

  // While rows are being picked a tap on a row picks it; after a long press the finger's click is none.
  #click(event) {
    const link = event.target.closest(".row a")
    this.#shift ||= event.shiftKey
    if (!link || !(this.isPicking || this.#held)) return
    event.preventDefault()
    if (!this.#held) this.#toggle(link)
    this.#held = false
  }

  #toggle(inside) {
    inside.closest(".row").querySelector("[name=invoice]").click()
  }

  #change(box) {
    const all = this.boxes
    const from = this.#shift ? all.indexOf(this.#last) : -1
    const at = all.indexOf(box)
    const range = from < 0 ? [box] : all.slice(Math.min(from, at), Math.max(from, at) + 1)
    for (const one of range) {
      one.checked = box.checked
      this.#note(one)
    }
    this.#last = box
    this.#shift = false
    this.#show()
  }

  #key(event) {
    const { key, target } = event
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (key === "Escape" && (this.isPicking || this.#picked.size)) this.#mode(false)
    if (key.toLowerCase() === "x" && target.closest(".row")) {
      this.#shift = event.shiftKey
      this.#toggle(target)
    }
  }

  #press({ pointerType, target, clientX, clientY }) {
    this.#held = false
    this.#touch = pointerType === "touch" && { clientX, clientY }
    if (!this.#touch || this.isPicking || !target.closest(".row")) return
    this.timer = setTimeout(() => {
      this.#held = true
      this.#mode(true)
      this.#toggle(target)
    }, 500)
  }

  #release({ type, clientX, clientY }) {
    const far = this.#touch && Math.hypot(clientX - this.#touch.clientX, clientY - this.#touch.clientY) > 10
    if (type !== "pointermove" || far) clearTimeout(this.timer)
  }

  #note(box) {
    if (box.checked) this.#picked.set(box.value, { ...box.dataset })
    else this.#picked.delete(box.value)
  }

  // What came later is picked if it was; the keyboard goes on at the first row that is new.
  #settle({ requestConfig }) {
    const all = this.boxes
    for (const box of all) box.checked = this.#picked.has(box.value)
    if (requestConfig?.elt.rel === "next" && document.activeElement === document.body) all[this.before]?.closest(".row").querySelector("a").focus({ preventScroll: true })
  }

  #show() {
    const all = [...this.#picked.values()]
    const [known, net] = ["fen", "net"].map((name) => all.filter((one) => name in one).map((one) => Number(one[name])))
    const { words, net: more, unknown } = this.bar.dataset
    const left = all.length - known.length - net.length
    const rest = [net.length && more.replace("#", net.length).replace("¥", yuan(net)), left && unknown.replace("#", left)]
    const say = (part, text) => (this.bar.querySelector(`[data-${part}]`).textContent = text)
    this.bar.hidden = !all.length
    say("count", words.replace("#", all.length))
    say("sum", known.length ? yuan(known) : "")
    say("rest", rest.filter(Boolean).join(" · "))
  }
}

function yuan(fens) {
  const fen = fens.reduce((sum, one) => sum + one, 0)
  const [whole, rest] = [Math.trunc(Math.abs(fen) / 100), Math.abs(fen) % 100]
  return `${fen < 0 ? "-" : ""}¥${String(whole).replace(/\B(?=(\d{3})+$)/g, ",")}.${String(rest).padStart(2, "0")}`
}

customElements.define("pick-rows", PickRows)
