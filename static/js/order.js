/** <order-list> around rows: each can be drawn to its place by its grip; the buttons do the same without. */
class OrderList extends HTMLElement {
  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.#take(event))
    this.addEventListener("pointermove", (event) => this.#move(event))
    for (const name of ["pointerup", "pointercancel"]) this.addEventListener(name, () => this.#drop())
    this.addEventListener("htmx:load", () => this.#show())
    this.#show()
  }

  #row

  #show() {
    for (const grip of this.querySelectorAll(".grip")) grip.hidden = false
  }

  #take(event) {
    const grip = event.target.closest(".grip")
    if (!grip || event.button) return
    event.preventDefault()
    this.#row = grip.closest(".row")
    this.#row.classList.add("moving")
    grip.setPointerCapture(event.pointerId)
  }

  // The row goes before the first one whose middle is below the finger.
  #move({ clientY }) {
    if (!this.#row) return
    const others = [...this.#row.parentNode.children].filter((one) => one !== this.#row)
    const below = others.find((one) => {
      const { top, height } = one.getBoundingClientRect()
      return clientY < top + height / 2
    })
    if (this.#row.nextElementSibling !== (below ?? null)) this.#row.parentNode.insertBefore(this.#row, below ?? null)
  }

  // The server numbers the rows anew, as after a button.
  #drop() {
    if (!this.#row) return
    this.#row.classList.remove("moving")
    this.#row = undefined
    this.querySelector("[data-ordered]").click()
  }
}

customElements.define("order-list", OrderList)
