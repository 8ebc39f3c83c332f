// Loads the page's WebAssembly. Whatever goes wrong becomes a sentence that says what to do.
import { fetchWasm } from "./fetch-wasm.js";

const text = document.getElementById("boot-text");
const bar = document.getElementById("boot-progress");

function fail(sentence) {
  text.textContent = sentence;
  text.setAttribute("role", "alert");
  text.dataset.testid = "boot-error";
  text.className = "notice error";
  bar.remove();
}

/** The build of the site that this page belongs to; empty where it was made without one. */
const build = document.querySelector('meta[name="explorer-build"]')?.content ?? "";

/**
 * Whether the site is still of the build of this page. A page that a service worker answers always is; another one may
 * have come while the site was being renewed, or have parts that the browser kept from an earlier one.
 */
async function isWhole() {
  if (!build || navigator.serviceWorker?.controller) return true;
  const answer = await fetch("offline.json", { cache: "no-store" });
  return !answer.ok || (await answer.json()).build === build;
}

/** The bindings may be older than their program where a server lets browsers keep files: so they are asked for anew. */
const bindings = async () => {
  const address = (name) => new URL(`../pkg/${name}`, import.meta.url);
  // A site with a build has rooms in a part of their own, and a script that loads it.
  if (build) await Promise.all(["app.js", "parts.js"].map((name) => fetch(address(name), { cache: "no-cache" })));
  const app = import(address("app.js"));
  if (build && asksForALaterRoom()) import(address("parts.js")).then(({ begin }) => begin(), () => {});
  return app;
};

/** Every room but Draw is in the part; where one of them is asked for, it need not wait until the page has started. */
function asksForALaterRoom() {
  const room = new URLSearchParams(location.search).get("room");
  return room !== null && room !== "draw";
}

/** Keeps the site for use without a network once the first screen is answered, which `src/app/offline.rs` says. */
function keepForLater() {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  const begin = async () => {
    const offline = await import("./offline.js");
    await (build ? offline.start(build) : offline.leave());
  };
  addEventListener("explorer-settled", () => begin().catch((error) => console.info("not kept for offline use:", error)), { once: true });
}

async function boot() {
  if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) {
    fail("This browser has no WebAssembly, or it is switched off. Switch it on, or open the page in a current Firefox, Chrome, Edge or Safari.");
    return;
  }
  let module;
  let init;
  try {
    [{ default: init }, module] = await Promise.all([
      bindings(),
      fetchWasm(new URL("../pkg/app_bg.wasm", import.meta.url), (done, total) => {
        if (total) bar.value = done / total;
      }),
    ]);
  } catch (error) {
    console.error(error);
    fail("A part of the page could not be downloaded. Check the connection and reload the page.");
    return;
  }
  if (!(await isWhole().catch(() => true))) {
    fail("The site was renewed while this page was loading. Reload the page.");
    return;
  }
  try {
    keepForLater();
    await init({ module_or_path: module });
  } catch (error) {
    console.error(error);
    fail("The page could not be started in this browser. Update the browser, or open the page in a current Firefox, Chrome, Edge or Safari.");
  }
}

boot();
