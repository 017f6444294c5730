// What is typed in form[data-keep] survives a change of language. Passwords, files and hidden fields are left out.
const key = "keep:" + location.pathname

function fields() {
  return [...document.querySelectorAll("form[data-keep] *")].filter(({ name, type }) => name && !/password|file|hidden|submit|button|fieldset/.test(type))
}

const side = (field) => (/checkbox|radio/.test(field.type) ? "checked" : "value")

document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-language]")) return
  sessionStorage.setItem(key, JSON.stringify(fields().map((field) => [field.name, field[side(field)]])))
  sessionStorage.setItem("language", "changed")
})

const kept = JSON.parse(sessionStorage.getItem(key) || "[]")
sessionStorage.removeItem(key)
fields().forEach((field, at) => {
  if (kept[at]?.[0] === field.name) field[side(field)] = kept[at][1]
})
