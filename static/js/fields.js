// What the choices of a doubtful field and what is typed into it say to each other, and how many wait.

/** A scan gun types faster than this. */
export const QUICK = 90

/** Tells a scan gun from a person: what it types is neither a reason nor a decision. */
export class Pace {
  #last = 0
  #run = 0

  isGun({ timeStamp }) {
    this.#run = Math.abs(timeStamp - this.#last) < QUICK ? this.#run + 1 : 0
    this.#last = timeStamp
    return this.#run > 4
  }
}

/** The value that was chosen stands in the field. */
export function taken(radio) {
  radio.closest(".doubt").querySelector(".input").value = radio.dataset.value ?? ""
}

/** The choice that says what was typed is the chosen one; of an emptied field the first, as it was. */
export function typing({ value, form, name }) {
  const radios = [...(form?.querySelectorAll(`[name="pick-${name}"]`) || [])]
  for (const radio of radios) radio.checked = value ? radio.dataset.value === value : radio === radios[0]
}

/** Shows which doubtful field is in hand, and where it stands on the page; gives it. */
export function mark(one, doubts, doubt) {
  for (const other of doubts) other.classList.toggle("now", other === doubt)
  for (const box of one.querySelectorAll("rect")) box.classList.toggle("now", box.dataset.name === doubt?.dataset.name)
  one.querySelector("rect.now")?.scrollIntoView({ block: "nearest" })
  return doubt
}

/** The number in the navigation. */
export function badge(every) {
  const shown = document.querySelector(".nav [aria-current] .badge")
  if (shown) Object.assign(shown, { textContent: every > 99 ? "99+" : every, hidden: !every })
}
