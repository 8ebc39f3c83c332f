// Applies the kept theme before the first paint; src/app/theme.rs does the rest.
(() => {
  let kept = null;
  try { kept = localStorage.getItem("taylornet-theme"); } catch { /* private window */ }
  const system = matchMedia("(prefers-color-scheme: dark)").matches;
  const dark = kept === "dark" || (kept !== "light" && system);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
