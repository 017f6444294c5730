// How much waits on this device, on every page; and who is there now.
import "./outbox.js"

const { outbox } = window

/** <outbox-count data-words data-login> around a hidden link: shown while something waits. */
class OutboxCount extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.#life = new AbortController())
    addEventListener("outbox", ({ detail }) => detail.state !== "sending" && this.#show(), { signal })
    this.#show()
  }

  disconnectedCallback() {
    this.#life.abort()
  }

  #life

  async #show() {
    const { mine, auth } = await outbox.count()
    const [link, { words, login }] = [this.querySelector("a"), this.dataset]
    const said = auth ? login : words.replace("{n}", mine)
    link.hidden = !mine
    if (mine && link.lastElementChild.textContent !== said) link.lastElementChild.textContent = said
  }
}

customElements.define("outbox-count", OutboxCount)

// Somebody else is signed in than before: what the pages kept for that person goes; captures stay, apart.
async function settle() {
  const worker = await navigator.serviceWorker?.getRegistration()
  const forget = () => worker?.active?.postMessage({ t: "forget" })
  if ("out" in document.body.dataset) return location.pathname === "/sign-in" && forget()
  if (!(await outbox.adopt(await outbox.who()))) return
  sessionStorage.clear()
  localStorage.clear()
  forget()
}

settle().then(() => outbox.drain({ auth: !("out" in document.body.dataset), now: true }))
