// Parts of pages, fetched by a script of the page.

/** What says that a part is wanted, and not a page. */
export const SENT = { "HX-Request": "true" }

/** The answer to a part that is asked for or sent; who has to sign in again is led there. */
export async function answered(url, body) {
  const answer = await fetch(url, { method: body ? "POST" : "GET", body, headers: SENT })
  const way = answer.status === 401 && answer.headers.get("HX-Redirect")
  if (!way) return answer
  location.assign(way)
  return new Promise(() => {})
}

/** The part at ``url``; an error with the number of the refusal when there is none. */
export async function fetched(url) {
  const answer = await answered(url)
  if (!answer.ok || answer.redirected) throw new Error(answer.status)
  return element(await answer.text())
}

/** Its one element. Pictures inside begin to load, though nobody sees them yet. */
export function element(text) {
  const holder = document.createElement("div")
  holder.innerHTML = text
  return holder.firstElementChild || holder
}
