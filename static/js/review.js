import { badge, mark, Pace, QUICK, taken, typing } from "./fields.js"
import { answered, element, fetched } from "./fragment.js"
import { say, toast } from "./toast.js"

/** <review-desk>: one invoice after the other by keys. The next one is there before it is asked for; decisions follow in turn. */
class ReviewDesk extends HTMLElement {
  connectedCallback() {
    ;[this.place, this.undo] = ["place", "undo"].map((id) => document.getElementById(id))
    document.addEventListener("keydown", (event) => this.#key(event))
    document.addEventListener("click", (event) => this.#click(event))
    document.addEventListener("submit", (event) => this.#submit(event))
    this.addEventListener("change", ({ target }) => target.type === "radio" && taken(target))
    this.addEventListener("input", ({ target }) => typing(target))
    this.addEventListener("focusin", ({ target }) => target.closest(".doubt") && this.#mark(target.closest(".doubt")))
    this.#shown(false)
  }

  #ahead = new Map()
  #gone = new Set()
  #sent = Promise.resolve()
  #moved = Promise.resolve()
  #moving = 0
  #pace = new Pace()
  #late

  get #one() {
    return this.querySelector("#present")
  }

  get #line() {
    return this.querySelector("#line")
  }

  get #doubts() {
    return [...this.#one.querySelectorAll(".doubt")]
  }

  #address(path, more = "") {
    const query = [this.dataset.query, more].filter(Boolean).join("&")
    return `${this.dataset.url}${path}${query && `?${query}`}`
  }

  // Those that wait, as far as they are shown, without what was decided meanwhile.
  #waiting() {
    return [...this.#line.querySelectorAll("li")].map((row) => row.dataset.id).filter((id) => !this.#gone.has(id))
  }

  #near(step) {
    const { id, before, after } = this.#one.dataset
    const rows = this.#waiting()
    const near = step > 0 ? rows.find((one) => one > id) || after : rows.findLast((one) => one < id) || before
    return this.#gone.has(near) ? "" : near
  }

  #fetch(id) {
    if (!this.#ahead.has(id)) this.#ahead.set(id, fetched(this.#address(`/${id}`)))
    return this.#ahead.get(id)
  }

  // One after the other, so that a key is always about what is shown.
  #go(id) {
    this.#moving++
    return (this.#moved = this.#moved.then(() => this.#show(id)))
  }

  async #show(id) {
    try {
      this.#put(await this.#fetch(id))
      history.replaceState(null, "", this.#address(`/${id}`))
      this.#shown()
    } catch ({ message }) {
      /^\d+$/.test(message) ? this.#lose(id, this.dataset.lost) : toast("warn", document.body.dataset.offline)
    }
    this.#ahead.delete(id)
    this.#moving--
  }

  // It is nobody's to decide here any more.
  #lose(id, words, next = true) {
    this.#gone.add(id)
    this.#row(id)?.remove()
    next ? toast("warn", words) : location.assign(this.#address(""))
  }

  #put(made) {
    clearTimeout(this.#late)
    this.#one.replaceWith(made)
    this.#point()
  }

  // The row of what is shown.
  #point() {
    const { id } = this.#one.dataset
    for (const row of this.#line.querySelectorAll("li")) row.ariaCurrent = row.dataset.id === id ? "true" : null
    this.#row(id)?.scrollIntoView({ block: "nearest" })
  }

  #row(id) {
    return this.#line.querySelector(`[data-id="${id}"]`)
  }

  // Focus, what is said aloud, the first doubtful field, and the next one fetched ahead.
  #shown(aloud = true) {
    const one = this.#one
    if (!one.dataset.id) return
    this.#mark(this.#doubts[0])
    const words = this.#count()
    if (aloud) {
      one.querySelector("h2").focus({ preventScroll: true })
      if (matchMedia("(max-width: 63.99rem)").matches) scrollTo(0, 0)
      say([words, one.dataset.said].filter(Boolean).join(", "))
    }
    const next = this.#near(1)
    if (next) this.#fetch(next).catch(() => this.#ahead.delete(next))
    if (!this.#row(one.dataset.id) && !this.#gone.has(one.dataset.id)) this.#look()
  }

  // Where it stands, as far as the rows tell.
  #count() {
    const { first, of, most } = this.#line.dataset
    const at = this.#waiting().indexOf(this.#one.dataset.id)
    const all = Number(of) - this.#line.querySelectorAll("[data-done]").length
    const shown = { n: Number(first) + at, of: all > Number(most) ? `${most}+` : all }
    this.place.textContent = at < 0 ? "" : `${shown.n} / ${shown.of}`
    badge(Number(this.#line.dataset.every))
    return at < 0 ? "" : this.dataset.place.replace("{n}", shown.n).replace("{of}", shown.of)
  }

  #look() {
    return fetched(this.#address("/line", `at=${this.#one.dataset.id}`)).then((made) => this.#renew(made), () => {})
  }

  #renew(made) {
    for (const row of made.querySelectorAll("li")) if (this.#gone.has(row.dataset.id)) row.remove()
    this.#line.replaceWith(made)
    this.#point()
    this.#count()
  }

  #step(step) {
    const near = this.#near(step)
    near ? this.#go(near) : toast("none", this.dataset[step > 0 ? "last" : "first"])
  }

  #submit(event) {
    const { target, submitter } = event
    if (!/^(decide|undo)$/.test(target.id)) return
    event.preventDefault()
    target === this.undo ? this.#takeBack() : this.#decide(submitter)
  }

  // The next one is shown at once; what the server says of this one comes after, and trouble brings it back.
  #decide({ name, value }) {
    const form = this.#one.querySelector("#decide")
    if (!form) return this.#step(1)
    if (value === "other" && !form.words.value.trim()) return form.words.focus()
    const before = this.#one
    const { id } = before.dataset
    const body = new FormData(form)
    body.set(name, value)
    this.#gone.add(id)
    const next = this.#near(1) || this.#waiting()[0] || ""
    body.set("at", next)
    this.#row(id)?.setAttribute("data-done", "")
    this.#sent = this.#sent.then(() => this.#send(form.action, body, before, next)).catch(() => {})
    if (next) this.#go(next)
  }

  async #send(url, body, before, next) {
    try {
      const answer = await answered(url, body)
      const made = element(await answer.text())
      if (made.id === "present") return this.#back(before, made, next)
      if (answer.status === 422) return this.#lose(before.dataset.id, made.textContent.trim(), next)
      if (!answer.ok && answer.status !== 409) throw new Error(answer.status)
      if (made.id === "line") this.#renew(made)
      if (answer.ok) [this.undo.review.value, this.undo.querySelector("button").disabled] = [made.dataset.review, false]
      document.querySelector("#toasts toast-note")?.remove()
      toast(answer.ok ? "none" : "warn", made.dataset.said, this.dataset.undo, answer.ok && (() => this.#takeBack()))
      if (!next) location.assign(this.#address(""))
    } catch {
      this.#back(before, before, next)
      toast("bad", document.body.dataset.failed)
    }
  }

  // It was refused: it is looked at once more, with what was typed; not under the hands of who is at another one.
  #back(before, made, next) {
    const { id } = before.dataset
    this.#gone.delete(id)
    this.#row(id)?.removeAttribute("data-done")
    if (next) {
      this.#ahead.set(id, Promise.resolve(made))
      return toast("warn", this.dataset.refused, this.dataset.again, () => this.#go(id))
    }
    this.#put(made)
    history.replaceState(null, "", this.#address(`/${id}`))
    this.#shown()
    made.querySelector("[aria-invalid=true]")?.focus()
  }

  async #takeBack() {
    await this.#sent
    const answer = await answered(this.undo.action, new FormData(this.undo)).catch(() => {})
    const way = answer?.headers.get("HX-Redirect")
    if (!way) return toast("warn", document.body.dataset.offline)
    this.undo.review.value = ""
    const id = new URL(way, location).pathname.slice(this.dataset.url.length + 1)
    if (!id) return
    this.#gone.delete(id)
    this.#ahead.clear()
    await this.#go(id)
    await this.#look()
  }

  #mark(doubt) {
    this.now = mark(this.#one, this.#doubts, doubt)
  }

  #further() {
    const doubts = this.#doubts
    const next = doubts[doubts.indexOf(this.now) + 1]
    this.#mark(next)
    return next
  }

  #choose(place) {
    const radio = this.now?.querySelectorAll("[type=radio]")[place]
    if (!radio) return
    radio.click()
    say(this.dataset.taken.replace("{v}", radio.closest("label").innerText))
    this.#further()
  }

  #type() {
    const field = (this.now || this.#doubts[0])?.querySelector(".input, a")
    field?.focus()
    field?.select?.()
  }

  // Enter in a field takes it and goes on; after the last one Enter says that all is right.
  #inField(event) {
    const { key, target } = event
    if (key === "Escape") this.#one.querySelector("h2").focus()
    if (key !== "Enter") return
    event.preventDefault()
    if (target.name === "words") return this.#decide({ name: "reason", value: "other" })
    const next = this.#further()
    ;(next?.querySelector(".input") || this.#one.querySelector("[name=decision]")).focus()
  }

  #key(event) {
    const { key, target, ctrlKey, metaKey, altKey, repeat, defaultPrevented } = event
    clearTimeout(this.#late)
    // Safari says only by this number that Enter and Escape were for the input method.
    if (event.isComposing || event.keyCode === 229) return
    if (defaultPrevented || ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return
    if (target.matches(":read-write")) return target.closest("#decide") && this.#inField(event)
    if (this.#pace.isGun(event)) return
    // What nobody sees yet is not decided about.
    if (this.#moving) return /^[jk]$/i.test(key) && this.#moved.then(() => this.#key(event))
    if (repeat && !/^[jk]$/i.test(key)) return
    const reason = /^[1-9]$/.test(key) && this.#one.querySelectorAll("[name=reason]")[key - 1]
    if (reason) this.#late = setTimeout(() => this.#decide(reason), QUICK)
    else if (key === "Enter") this.#right(event)
    else this.#letter(event)
  }

  #right(event) {
    if (event.target.closest("a, button, summary") || !this.#one.dataset.id) return
    event.preventDefault()
    this.#decide({ name: "decision", value: "right" })
  }

  #letter(event) {
    const key = event.key.toLowerCase()
    const acts = {
      j: () => this.#step(1),
      k: () => this.#step(-1),
      e: () => this.#type(),
      u: () => this.#takeBack(),
      o: () => this.#sent.then(() => this.#one.querySelector(".open")?.click()),
      p: () => this.#sent.then(() => this.#one.querySelector(".alike a")?.click()),
      "?": () => document.getElementById("keys").showModal(),
    }
    const act = (this.#one.dataset.id || /[u?]/.test(key)) && acts[key]
    if (!act && !/^[a-d]$/.test(key)) return
    event.preventDefault()
    act ? act() : this.#choose(key.charCodeAt(0) - 97)
  }

  #click(event) {
    const link = event.target.closest?.("#line li a, #present [rel]")
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.#go(link.pathname.split("/").pop())
  }
}

customElements.define("review-desk", ReviewDesk)
