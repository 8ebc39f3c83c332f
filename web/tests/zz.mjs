import { chromium } from "playwright-core";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const p = await b.newPage(); p.on("console", m => console.log("C", m.text())); p.on("pageerror", e => console.log("E", e.message, e.stack?.slice(0, 600)));
p.on("requestfailed", r => console.log("F", r.url(), r.failure()?.errorText));
await p.goto("http://localhost:8200/"); await p.waitForTimeout(8000); console.log((await p.locator("body").innerText()).slice(0, 400)); await b.close();
