// Parts of pages, fetched by a script of the page.

/** What says that a part is wanted, and not a page. */
export const SENT = { "HX-Request": "true" }

/** The part at ``url``; an error when there is none. */
export async function fetched(url) {
  const answer = await fetch(url, { headers: SENT })
  if (!answer.ok || answer.redirected) throw new Error(answer.status)
  return element(await answer.text())
}

/** Its one element. Pictures inside begin to load, though nobody sees them yet. */
export function element(text) {
  const holder = document.createElement("div")
  holder.innerHTML = text
  return holder.firstElementChild || holder
}
