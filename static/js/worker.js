// Registers the service worker and offers a new version; the page reloads only when nothing would be lost.
const dirty = new Set()

document.addEventListener("input", ({ target }) => target.form?.method === "post" && dirty.add(target.form))
document.addEventListener("submit", ({ target }) => dirty.delete(target))
document.addEventListener("reset", ({ target }) => dirty.delete(target))

/** True while leaving would lose something: a form begun, a file on its way, anything marked data-unsaved. */
function wouldLose() {
  return [...dirty].some((form) => form.isConnected) || document.querySelector("[data-unsaved]")
}

async function start(path) {
  const container = navigator.serviceWorker
  const updating = Boolean(container.controller)
  container.addEventListener("controllerchange", () => updating && container.controller && !wouldLose() && location.reload())
  const registration = await container.register(path, { updateViaCache: "none" })
  if (registration.waiting) offer(registration.waiting)
  registration.addEventListener("updatefound", () => {
    const fresh = registration.installing
    fresh.addEventListener("statechange", () => fresh.state === "installed" && container.controller && offer(fresh))
  })
  if (sessionStorage.getItem("language")) registration.active?.postMessage({ t: "language" })
  sessionStorage.removeItem("language")
}

function offer(fresh) {
  const note = document.getElementById("update")
  note.hidden = false
  note.querySelector("button").onclick = () => {
    note.hidden = true
    fresh.postMessage({ t: "skip" })
  }
}

const path = document.body.dataset.worker
if (path && navigator.serviceWorker) start(path).catch(() => {})
