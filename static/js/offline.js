/** <offline-banner> shows its sentence while there is no network. */
class OfflineBanner extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.#life = new AbortController())
    addEventListener("online", () => this.#show(false), { signal })
    addEventListener("offline", () => this.#show(true), { signal })
    document.addEventListener("htmx:sendError", () => this.#show(true), { signal })
    document.addEventListener("app-offline", () => this.#show(true), { signal })
    document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && this.#show(false), { signal })
    this.#show(!navigator.onLine)
  }

  disconnectedCallback() {
    this.#life.abort()
  }

  #life

  #show(offline) {
    this.firstElementChild.hidden = !offline
  }
}

customElements.define("offline-banner", OfflineBanner)
