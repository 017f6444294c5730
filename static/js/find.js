// The box that finds everything, fetched when somebody presses "/". Arrows go through what it found.
let box

export async function open() {
  const way = document.querySelector("[aria-keyshortcuts]")
  if (!way || document.querySelector("dialog[open]")) return
  if (!window.htmx) return way.click()
  box ??= await made(way.dataset.box)
  box.showModal()
  box.querySelector("input").select()
}

async function made(url) {
  const dialog = document.createElement("dialog")
  dialog.className = "sheet find"
  dialog.setAttribute("aria-labelledby", "find-title")
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close())
  dialog.addEventListener("keydown", (event) => move(dialog, event))
  document.body.append(dialog)
  await htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" })
  return dialog
}

function move(dialog, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step) return
  const stops = [...dialog.querySelectorAll("input, #hits a")]
  stops[stops.indexOf(document.activeElement) + step]?.focus()
  event.preventDefault()
}
