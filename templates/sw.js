{# The service worker. Needs: build, assets (urls to keep), shells (paths of pages that may be kept), disabled. Personal pages are never kept. -#}
{% if disabled -%}
// Switched off: forget everything and go.
self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", (event) => event.waitUntil(leave()))

async function leave() {
  for (const name of await caches.keys()) await caches.delete(name)
  await self.registration.unregister()
}
{% else -%}
importScripts({{ asset("js/outbox.js")|tojson }})

const CACHE = "asset-" + {{ build|tojson }}
const SHELLS = "shell-" + {{ build|tojson }}
const OWN = "/static/" + {{ build|tojson }} + "/"
const ASSETS = {{ assets|list|tojson }}
const KEPT = {{ shells|tojson }}
const OFFLINE = {{ url_for("shell.offline")|tojson }}
const OUTBOX = {{ url_for("shell.outbox")|tojson }}
const SHARE = {{ url_for("intake.share")|tojson }}
const ASK = {{ url_for("asking.ask")|tojson }}
const PATIENCE = 3000

self.addEventListener("install", (event) => event.waitUntil(keep()))

self.addEventListener("activate", (event) => event.waitUntil(take()))

self.addEventListener("message", (event) => {
  if (event.data?.t === "skip") self.skipWaiting()
  if (event.data?.t === "language") event.waitUntil(keepShells())
  if (event.data?.t === "forget") event.waitUntil(caches.delete(SHELLS).then(keepShells))
})

// How the outbox sends from here, where there is no XMLHttpRequest.
async function hand(key, url, body, headers) {
  try {
    const answer = await fetch(url, { method: "POST", body, headers, redirect: "manual" })
    const status = answer.type === "opaqueredirect" ? 302 : answer.status
    return { status, body: await answer.text(), headers: Object.fromEntries(answer.headers) }
  } catch {
    return { status: 0, body: "", headers: {} }
  }
}

// What is left makes the browser wake us again.
self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(outbox.drain({ now: true }).then((left) => left && Promise.reject(Error(`${left} left`))))
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  if (request.method === "POST" && url.pathname === SHARE) event.respondWith(share(event))
  if (request.method !== "GET") return
  if (url.pathname.startsWith(OWN)) event.respondWith(asset(request))
  else if (request.mode === "navigate") event.respondWith(KEPT.includes(url.pathname) ? shell(event, url.pathname) : page(event))
  else if (request.headers.has("HX-Request")) event.respondWith(part(request))
})

async function keep() {
  const cache = await caches.open(CACHE)
  await cache.addAll(ASSETS)
  await keepShells()
}

// A shell that is not there yet, or asks for a sign-in, is no reason to fail.
async function keepShells() {
  for (const path of KEPT) {
    try {
      await keepShell(path, await fetch(path, { cache: "reload" }))
    } catch {}
  }
}

// Only what says of itself that nobody's data is in it.
async function keepShell(path, answer) {
  if (!answer.ok || answer.redirected || answer.headers.get("X-Shell-Safe") !== "1") return
  await (await caches.open(SHELLS)).put(path, answer)
}

async function take() {
  for (const name of await caches.keys()) {
    if (/^(asset|shell)-/.test(name) && name !== CACHE && name !== SHELLS) await caches.delete(name)
  }
  await self.registration.navigationPreload?.enable()
  await self.clients.claim()
}

// The network has three seconds, then what was kept is shown; what comes later is kept for the next time.
async function shell(event, path) {
  const asked = network(event)
  event.waitUntil(asked.then((answer) => keepShell(path, answer.clone())).catch(() => {}))
  const late = new Promise((done) => setTimeout(done, PATIENCE))
  try {
    const answer = await Promise.race([asked, late])
    return answer || (await kept(path)) || (await asked)
  } catch {
    return (await kept(path)) || (await kept(OFFLINE)) || Response.error()
  }
}

async function kept(path) {
  return (await caches.open(SHELLS)).match(path, { ignoreVary: true })
}

// What another app shares waits with everything else; a text is looked up.
async function share(event) {
  try {
    const form = await event.request.formData()
    const files = form.getAll("files").filter((file) => file.size)
    const text = ["url", "text", "title"].map((name) => form.get(name)?.trim()).find(Boolean)
    if (!files.length) return Response.redirect(`${ASK}?q=${encodeURIComponent(text || "")}`, 303)
    const url = {{ url_for("intake.hand_in")|tojson }}
    let shared = 0
    for (const file of files) await outbox.put({ url, file }).then(() => shared++, () => {})
    event.waitUntil(outbox.drain())
    const refused = files.length - shared
    return Response.redirect(`${OUTBOX}?shared=${shared}${refused ? `&refused=${refused}` : ""}`, 303)
  } catch {
    return Response.redirect(`${OUTBOX}?refused=1`, 303)
  }
}

async function network(event) {
  return (await event.preloadResponse) || (await fetch(event.request))
}

// A hashed address never changes: what is kept is right.
async function asset(request) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

async function page(event) {
  try {
    return await network(event)
  } catch {
    return (await kept(OFFLINE)) || Response.error()
  }
}

// The page stays as it is and learns that there is no network.
async function part(request) {
  try {
    return await fetch(request)
  } catch {
    return new Response("", { status: 503, headers: { "HX-Reswap": "none", "HX-Trigger": "app-offline" } })
  }
}
{% endif %}
