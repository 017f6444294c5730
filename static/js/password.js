/** <show-password> around a password field and a hidden button that shows what was typed. */
class ShowPassword extends HTMLElement {
  connectedCallback() {
    const [field, button] = [this.querySelector("input"), this.querySelector("button")]
    const words = [button.textContent, button.dataset.hide]
    button.hidden = false
    button.onclick = () => {
      const show = field.type === "password"
      field.type = show ? "text" : "password"
      button.textContent = words[Number(show)]
      field.focus()
    }
    field.form?.addEventListener("submit", () => (field.type = "password"))
  }
}

customElements.define("show-password", ShowPassword)
