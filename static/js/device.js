// What Yanpiao keeps in this browser, and how it is taken away.
const [OUTBOX, CAPTURES] = ["outbox", "items"]

/** How many captures wait in the outbox; 0 where there is none. Nothing is made by looking. */
export async function count() {
  const opened = await open(OUTBOX).catch(() => null)
  if (!opened) return 0
  const waiting = await done(opened.transaction(CAPTURES).objectStore(CAPTURES).count())
  opened.close()
  return waiting
}

/** Forgets databases, caches, the service worker and settings, then loads the page again. */
export async function erase() {
  const known = await Promise.resolve(indexedDB.databases?.()).catch(() => null)
  for (const { name } of known ?? [{ name: OUTBOX }]) await settled(indexedDB.deleteDatabase(name))
  for (const name of (await window.caches?.keys()) ?? []) await caches.delete(name)
  for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) await one.unregister()
  localStorage.clear()
  sessionStorage.clear()
  location.reload()
}

function open(name) {
  const request = indexedDB.open(name)
  request.onupgradeneeded = () => request.transaction.abort()
  return done(request)
}

/** The result of a request of IndexedDB. */
export function done(request) {
  return new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }))
}

// A database that another tab holds open goes when that tab does.
function settled(request) {
  return new Promise((resolve) => (request.onsuccess = request.onerror = request.onblocked = resolve))
}
