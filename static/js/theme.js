/** <theme-switch> around the theme form: changes the colours in place, the server keeps the choice. */
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault()
      const { submitter, target } = event
      const body = new URLSearchParams(new FormData(target, submitter))
      fetch(target.action, { method: "POST", body, redirect: "manual" }).then(() => navigator.serviceWorker?.controller?.postMessage({ t: "language" }))
      wear(submitter.value)
    })
  }
}

function wear(theme) {
  document.documentElement.dataset.theme = theme
  for (const button of document.querySelectorAll("theme-switch button")) button.ariaPressed = button.value === theme
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const dark = theme === "dark" || (theme === "auto" && meta.media.includes("dark"))
    meta.content = dark ? "#0f1216" : "#f5f6f8"
  }
}

customElements.define("theme-switch", ThemeSwitch)
