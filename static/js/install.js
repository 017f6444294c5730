// The offer to keep the app on the home screen: after the second success, and quiet for sixty days once declined.
const QUIET = 60 * 24 * 3600
let prompt

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault()
  prompt = event
  offer()
})

addEventListener("appinstalled", () => {
  prompt = null
  offer()
})

addEventListener("outbox", ({ detail }) => {
  if (detail.state !== "sent" || detail.key === localStorage.won) return
  localStorage.won = detail.key
  localStorage.wins = 1 + Number(localStorage.wins ?? 0)
  offer()
})

/** <install-card hidden> shows itself when the moment has come; with "always" as soon as the browser can. */
class InstallCard extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-install]").onclick = () => this.#install()
    this.querySelector("[data-later]")?.addEventListener("click", () => this.#later())
    this.show()
  }

  show() {
    const isThere = matchMedia("(display-mode: standalone)").matches || navigator.standalone
    const isTime = this.hasAttribute("always") || (Number(localStorage.wins ?? 0) > 1 && !/install=later/.test(document.cookie))
    const isApple = navigator.standalone === false && !this.hasAttribute("always")
    this.toggleAttribute("apple", isApple)
    this.hidden = isThere || !isTime || !(prompt || isApple)
  }

  async #install() {
    await prompt.prompt()
    const { outcome } = await prompt.userChoice
    prompt = null
    if (outcome === "dismissed") this.#later()
    this.show()
  }

  // A cookie, because signing out empties everything else.
  #later() {
    document.cookie = `install=later; max-age=${QUIET}; path=/; samesite=lax`
    this.show()
  }
}

function offer() {
  for (const card of document.querySelectorAll("install-card")) card.show()
}

customElements.define("install-card", InstallCard)
