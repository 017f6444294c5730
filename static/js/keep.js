// What is typed in form[data-keep] survives a change of language. Passwords, files and hidden fields are left out.
const key = "keep:" + location.pathname

function fields() {
  const all = [...document.querySelectorAll("form[data-keep]")].flatMap((form) => [...form.elements])
  return all.filter((field) => field.name && !["password", "file", "hidden", "submit", "button", "fieldset"].includes(field.type))
}

function read(field) {
  return field.type === "checkbox" || field.type === "radio" ? field.checked : field.value
}

function write(field, value) {
  if (typeof value === "boolean") field.checked = value
  else field.value = value
}

document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-language]")) return
  sessionStorage.setItem(key, JSON.stringify(fields().map((field) => [field.name, read(field)])))
  sessionStorage.setItem("language", "changed")
})

const kept = JSON.parse(sessionStorage.getItem(key) || "[]")
sessionStorage.removeItem(key)
fields().forEach((field, at) => {
  if (kept[at]?.[0] === field.name) write(field, kept[at][1])
})
