/** <two-papers> with two figures: the second lies over the first, as far as a slider says. */
class TwoPapers extends HTMLElement {
  connectedCallback() {
    const [below, above] = this.querySelectorAll("figure")
    if (!above || this.classList.contains("over")) return
    this.classList.add("over")
    const range = document.createElement("input")
    Object.assign(range, { type: "range", min: 0, max: 100, value: 50, step: 1 })
    range.setAttribute("aria-label", this.dataset.label)
    const stack = document.createElement("div")
    stack.className = "stacked"
    const line = document.createElement("i")
    stack.append(below.querySelector("img"), above.querySelector("img"), line, range)
    this.prepend(stack)
    const show = () => stack.style.setProperty("--seen", `${range.value}%`)
    range.addEventListener("input", show)
    show()
  }
}

customElements.define("two-papers", TwoPapers)
