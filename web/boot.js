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

async function boot() {
  if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) {
    fail("This browser has no WebAssembly, or it is switched off. Switch it on, or open the page in a current Firefox, Chrome, Edge or Safari.");
    return;
  }
  let module;
  let init;
  try {
    [{ default: init }, module] = await Promise.all([
      import("../pkg/app.js"),
      fetchWasm(new URL("../pkg/app_bg.wasm", import.meta.url), (done, total) => {
        if (total) bar.value = done / total;
      }),
    ]);
  } catch (error) {
    console.error(error);
    fail("A part of the page could not be downloaded. Check the connection and reload the page.");
    return;
  }
  try {
    await init({ module_or_path: module });
  } catch (error) {
    console.error(error);
    fail("The page could not be started in this browser. Update the browser, or open the page in a current Firefox, Chrome, Edge or Safari.");
  }
}

boot();
