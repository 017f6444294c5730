// One capture that is not on the server yet, as a row of a list. The template of the rows carries the words.
import "./outbox.js"
import { say, toast } from "./toast.js"

const { outbox } = window

/** A row for ``item`` from ``template``, with its buttons wired. */
export function row(template, item) {
  const made = template.content.firstElementChild.cloneNode(true)
  made.dataset.key = item.key || ""
  if (kind(item)) part(made, "kind").textContent = kind(item)
  part(made, "name").textContent = item.meta?.title || item.name || template.dataset.form
  part(made, "retry").onclick = () => outbox.retry(item.key)
  part(made, "cancel").onclick = () => (item.key ? away(template, item) : made.remove())
  if (item.loose) made.dataset.unsaved = ""
  show(template, made, { state: "queued", ...item, at: item.at, size: item.size })
  return made
}

/** Says how it stands: ``item`` may be the item itself or what was told of it. */
export function show({ dataset: words }, made, { key, state, status, sent, total, size, at, tries, body, loose, fault }) {
  const bar = made.querySelector("progress")
  const [detail, isBad] = [part(made, "detail"), state === "failed"]
  if (size !== undefined) made.dataset.size = [megabytes(size), at && since(at)].filter(Boolean).join(" · ")
  bar.hidden = isBad || /auth|held|paused/.test(state) || tries > 0
  bar.value = state === "sending" && total ? sent / total : 0
  part(made, "retry").hidden = /sending|held/.test(state) || (state === "queued" && !tries)
  detail.toggleAttribute("data-tone", isBad)
  if (isBad || state === "auth") detail.dataset.tone = isBad ? "bad" : "warn"
  const why = {
    sending: () => total && `${(Math.min(sent, total) / 1e6).toFixed(1)} / ${megabytes(total)}`,
    auth: () => words.login,
    failed: () => said(body) || words[status === 413 ? "large" : "refused"],
    paused: () => words.paused,
    queued: () => (status === 507 && said(body)) || (tries ? words[navigator.onLine ? "again" : "waiting"] : loose && words.loose),
  }[state]?.()
  detail.textContent = why && !isBad && state !== "sending" && made.dataset.size ? `${made.dataset.size}\n${why}` : why || made.dataset.size
  made.querySelector(".coach")?.remove()
  if (state === "held") import("./coach.js").then(({ ask }) => ask(made, detail, { key, fault })).catch(() => outbox.retry(key))
}

/** A row for a file that could not even be kept. */
export function refuse(template, made, word) {
  show(template, made, { state: "failed", body: template.dataset[word] })
  part(made, "retry").hidden = true
}

/** Hears what becomes of the captures. */
export function hear(act, signal) {
  addEventListener("outbox", ({ detail }) => act(detail), { signal })
}

/** The words of a file that has arrived, for screen readers. */
export function arrived(template, made) {
  say(`${part(made, "name").textContent}: ${template.dataset.done}`)
}

async function away({ dataset: words }, item) {
  const kept = await outbox.remove(item.key)
  if (kept) toast("none", words.deleted, words.undo, () => outbox.restore(kept))
}

// The sentence in what the server answered: of a row, of a form, of a page.
function said(body) {
  const found = new DOMParser().parseFromString(body || "", "text/html")
  const place = found.querySelector("[data-tone=bad]:not(:has([data-tone=bad])), .summary, .error") || found.body
  return place.textContent.replace(/\s+/g, " ").trim().slice(0, 300)
}

function part(made, name) {
  return made.querySelector(`[data-${name}]`)
}

function megabytes(bytes) {
  return bytes < 1e5 ? bytes && `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}

function since(moment) {
  const isToday = new Date().toDateString() === new Date(moment).toDateString()
  return new Intl.DateTimeFormat(document.documentElement.lang, { ...(!isToday && { month: "numeric", day: "numeric" }), hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment)
}

function kind({ name = "", type = "" }) {
  const ending = name.split(".").pop()
  return (ending === name || ending.length > 4 ? type.split("/").pop() : ending).slice(0, 4).toUpperCase()
}
