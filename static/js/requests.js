// Manners of htmx requests: quiet in the background, words for trouble, busy marks, where the focus goes.
import { toast } from "./toast.js"

const polls = new WeakMap()
const waiting = new Set()

// A poll has no triggering event. In a hidden tab it waits for the reader to come back.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent, issueRequest } = event.detail
  if (triggeringEvent) return
  polls.set(elt, () => elt.isConnected && issueRequest(true))
  if (!document.hidden) return
  event.preventDefault()
  waiting.add(elt)
})

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return
  for (const elt of waiting) polls.get(elt)()
  waiting.clear()
})

// A poll of the kind "load delay" that failed would never ask again by itself.
function askAgain({ elt }) {
  if (elt.getAttribute("hx-trigger")?.startsWith("load")) setTimeout(() => (document.hidden ? waiting.add(elt) : polls.get(elt)?.()), 5000)
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target?.setAttribute("aria-busy", "true"))
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.target?.removeAttribute("aria-busy"))

const WORDS = { 401: "login", 403: "forbidden", 404: "missing", 409: "conflict", 410: "missing", 412: "conflict", 429: "slow" }

document.addEventListener("htmx:responseError", ({ detail }) => {
  const { status } = detail.xhr
  const words = document.body.dataset
  if (isPoll(detail)) status >= 429 && askAgain(detail)
  else if (!detail.xhr.getResponseHeader("HX-Trigger")) toast("bad", words[WORDS[status]] || words.failed)
})

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => (isPoll(detail) ? askAgain(detail) : toast("warn", document.body.dataset.offline)))
}

function isPoll(detail) {
  return !detail.requestConfig?.triggeringEvent
}

// After the swap: a refused form shows its summary; a row that changed keeps the focus, one that went hands it to its neighbour, else to the heading.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const row = detail.target?.closest?.("li, tr, section[id]")
  const near = row?.contains(document.activeElement) && [row.nextElementSibling, row.previousElementSibling, document.querySelector("h1")]
  if (detail.xhr.status === 422) setTimeout(() => focus(document.querySelector(".summary, [aria-invalid=true]")), 50)
  else if (near) setTimeout(() => settle([row.id && document.getElementById(row.id), ...near]), 50)
})

function settle(places) {
  if (document.activeElement === document.body) focus(places.find((one) => one?.isConnected))
}

function focus(place) {
  if (!place) return
  const inner = place.querySelector("a, button, summary, input:not([type=hidden])")
  if (!inner && place.tabIndex < 0) place.tabIndex = -1
  ;(inner && !place.matches(".summary") ? inner : place).focus()
}
