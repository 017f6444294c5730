/** <offline-banner> shows its sentence while there is no network. It stands as long as its page. */
class OfflineBanner extends HTMLElement {
  connectedCallback() {
    addEventListener("online", () => this.#show(false))
    addEventListener("offline", () => this.#show(true))
    document.addEventListener("htmx:sendError", () => this.#show(true))
    document.addEventListener("app-offline", () => this.#show(true))
    document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && this.#show(false))
    this.#show(!navigator.onLine)
  }

  #show(offline) {
    this.firstElementChild.hidden = !offline
  }
}

customElements.define("offline-banner", OfflineBanner)
