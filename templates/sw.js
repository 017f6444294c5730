{# The service worker. Needs: build, assets (urls to keep), disabled. Personal pages are never kept. -#}
{% if disabled -%}
// Switched off: forget everything and go.
self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", (event) => event.waitUntil(leave()))

async function leave() {
  for (const name of await caches.keys()) await caches.delete(name)
  await self.registration.unregister()
}
{% else -%}
const CACHE = "asset-" + {{ build|tojson }}
const OWN = "/static/" + {{ build|tojson }} + "/"
const ASSETS = {{ assets|list|tojson }}
const OFFLINE = {{ url_for("shell.offline")|tojson }}

self.addEventListener("install", (event) => event.waitUntil(keep()))

self.addEventListener("activate", (event) => event.waitUntil(take()))

self.addEventListener("message", (event) => {
  if (event.data?.t === "skip") self.skipWaiting()
  if (event.data?.t === "language") event.waitUntil(keepOffline())
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== "GET" || url.origin !== location.origin) return
  if (url.pathname.startsWith(OWN)) event.respondWith(asset(request))
  else if (request.mode === "navigate") event.respondWith(page(event))
  else if (request.headers.has("HX-Request")) event.respondWith(part(request))
})

async function keep() {
  const cache = await caches.open(CACHE)
  await cache.addAll(ASSETS)
  await keepOffline()
}

async function keepOffline() {
  const cache = await caches.open(CACHE)
  await cache.add(new Request(OFFLINE, { cache: "reload" }))
}

async function take() {
  for (const name of await caches.keys()) {
    if (name.startsWith("asset-") && name !== CACHE) await caches.delete(name)
  }
  await self.registration.navigationPreload?.enable()
  await self.clients.claim()
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
    return (await event.preloadResponse) || (await fetch(event.request))
  } catch {
    return (await caches.match(OFFLINE)) || Response.error()
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
