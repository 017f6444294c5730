// What waits on this device, one row each; on the page for it and where there is no network.
import { arrived, hear, row, show } from "./item.js"
import { toast } from "./toast.js"

const { outbox } = window
// What was deleted comes back, also among many that wait.
Object.assign(outbox, { most: 2000, room: 4e9 })

/** <outbox-list> around a list, a template of its rows, and parts marked data-when: some, none, auth, others. */
class OutboxList extends HTMLElement {
  async connectedCallback() {
    const { signal } = (this.#life = new AbortController())
    this.#list = this.querySelector("ul")
    this.#template = this.querySelector("template")
    hear((detail) => this.#hear(detail), signal)
    this.addEventListener("click", ({ target }) => target.closest("[data-others] button") && this.#forgetOthers(), { signal })
    document.addEventListener("click", ({ target }) => target.closest("[data-send]") && outbox.drain({ auth: true, now: true }), { signal })
    await this.#draw()
    this.#shared()
  }

  disconnectedCallback() {
    this.#life.abort()
  }

  #life
  #list
  #template

  async #draw() {
    const items = await outbox.list()
    for (const item of items) if (!this.#row(item.key)) this.#list.append(row(this.#template, item))
    this.#tally()
  }

  #row(key) {
    return this.#list.querySelector(`[data-key="${key}"]`)
  }

  async #tally() {
    const { mine, auth, others } = await outbox.count()
    const goes = (await outbox.list()).some(({ state }) => !/held|paused/.test(state))
    const now = { some: goes, none: !mine, auth, others }
    for (const one of document.querySelectorAll("[data-when]")) one.hidden = !now[one.dataset.when]
    const box = this.querySelector("[data-others]")
    box.querySelector("b").textContent = box.dataset.words.replace("{n}", others)
  }

  #hear(detail) {
    const { key, state } = detail
    const made = key && this.#row(key)
    if (!made || state === "purged") this.#draw()
    else if (state === "removed") made.remove()
    else if (state === "sent") this.#sent(made)
    else show(this.#template, made, detail)
    if (state !== "sending") this.#tally()
  }

  #sent(made) {
    arrived(this.#template, made)
    show(this.#template, made, { state: "sent", size: 0 })
    const detail = made.querySelector("[data-detail]")
    detail.dataset.tone = "ok"
    detail.textContent = this.#template.dataset.done
    made.removeAttribute("data-key")
    made.querySelector(".end").remove()
    made.querySelector("progress").remove()
    setTimeout(() => made.remove(), 2500)
  }

  /** Files from the share sheet: how many were kept, how many not. */
  #shared() {
    const asked = new URLSearchParams(location.search)
    const { shared, refused } = this.dataset
    if (Number(asked.get("shared"))) toast("ok", shared.replace("{n}", asked.get("shared")))
    if (Number(asked.get("refused"))) toast("bad", refused.replace("{n}", asked.get("refused")))
  }

  async #forgetOthers() {
    const kept = await Promise.all((await outbox.list(true)).map(({ key }) => outbox.remove(key)))
    const { deleted, undo } = this.#template.dataset
    toast("none", deleted, undo, () => kept.forEach(outbox.restore))
  }
}

customElements.define("outbox-list", OutboxList)

/** <reload-online> asks for the page again as soon as the server answers; a device may call itself online without reaching it. */
class ReloadOnline extends HTMLElement {
  connectedCallback() {
    if (location.pathname === "/offline") return
    addEventListener("online", () => this.#look())
    setInterval(() => document.hidden || this.#look(), 3000)
  }

  async #look() {
    const answer = await fetch("/livez").catch(() => {})
    if (answer?.ok && this.isConnected) location.reload()
  }
}

customElements.define("reload-online", ReloadOnline)
