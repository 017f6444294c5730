// "Take it again", wherever a photo is spoken of: the camera, or the chooser where there is none.
import { take } from "./anywhere.js"

/** Opens the camera; what is taken is given to act. */
export function pick(act) {
  const field = Object.assign(document.createElement("input"), { type: "file", accept: "image/*", hidden: true })
  field.setAttribute("capture", "environment")
  field.addEventListener("cancel", () => field.remove())
  field.addEventListener("change", () => {
    field.remove()
    act([...field.files])
  })
  document.body.append(field)
  field.click()
}

document.addEventListener("click", ({ target }) => target.closest("[data-camera]") && pick(take))
