// What the choices of a doubtful field and what is typed into it say to each other, and how many wait.

/** The value that was chosen stands in the field. */
export function taken(radio) {
  if (radio.dataset.value) radio.closest(".doubt").querySelector(".input").value = radio.dataset.value
}

/** The choice that says what was typed is the chosen one. */
export function typing({ value, form, name }) {
  for (const radio of form?.querySelectorAll(`[name="pick-${name}"]`) || []) radio.checked = radio.dataset.value === value
}

/** The number in the navigation. */
export function badge(every) {
  const shown = document.querySelector(".nav [aria-current] .badge")
  if (shown) Object.assign(shown, { textContent: every > 99 ? "99+" : every, hidden: !every })
}
