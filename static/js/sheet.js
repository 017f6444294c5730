// data-sheet="id" opens that dialog; a tap beside it closes it. Menus close on Escape, on a tap elsewhere and when something is chosen.
document.addEventListener("click", (event) => {
  const { target } = event
  const opener = target.closest("[data-sheet]")
  const sheet = opener && document.getElementById(opener.dataset.sheet)
  if (sheet) {
    event.preventDefault()
    sheet.showModal()
  }
  if (target.matches("dialog.sheet")) target.close()
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target) || target.closest("a, button")) menu.open = false
  }
})

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]")
  if (!menu) return
  menu.open = false
  menu.querySelector("summary").focus()
})
