// Opens a page in a headless Chromium and prints, as JSON, what it did and what a screen reader is told:
//     node look.mjs CHROMIUM ADDRESS WIDTH PROFILE [SCRIPT UNTIL]
// With SCRIPT the page runs it when it is loaded, and is looked at as soon as it shows the text UNTIL.
// `requests` are the addresses that were loaded, apart from data; `messages` what the console and the log of the browser
// got; `nodes` the accessibility tree, as role and name; `text` the text of the page; `isWide` whether it is wider than the
// window.

import { spawn } from "node:child_process";

const [program, address, width, profile, script, until] = process.argv.slice(2);
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", `--user-data-dir=${profile}`];
const browser = spawn(program, [...flags, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const [, , , input, output] = browser.stdio;

// Messages of the protocol end in NUL.
const waiting = new Map();
const seen = { requests: [], messages: [] };
let last = 0;
let rest = "";
let loaded;
const isLoaded = new Promise((resolve) => { loaded = resolve; });
output.setEncoding("utf8");
output.on("data", (chunk) => {
    const messages = (rest + chunk).split("\0");
    rest = messages.pop();
    messages.map((message) => JSON.parse(message)).forEach(take);
});

function take({ id, method, params, result, error }) {
    if (id !== undefined) {
        waiting.get(id)(error ? Promise.reject(new Error(error.message)) : result);
    } else if (method === "Network.requestWillBeSent" && !params.request.url.startsWith("data:")) {
        seen.requests.push(params.request.url);
    } else if (method === "Log.entryAdded") {
        seen.messages.push(params.entry.text);
    } else if (method === "Runtime.consoleAPICalled") {
        seen.messages.push(params.args.map((argument) => argument.value).join(" "));
    } else if (method === "Runtime.exceptionThrown") {
        seen.messages.push(params.exceptionDetails.text);
    } else if (method === "Page.loadEventFired") {
        loaded();
    }
}

function send(method, params = {}, sessionId = undefined) {
    last += 1;
    const id = last;
    input.write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    return new Promise((resolve) => waiting.set(id, resolve));
}

try {
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const page = (method, params) => send(method, params, sessionId);
    for (const domain of ["Page", "Network", "Log", "Runtime", "Accessibility"]) {
        await page(`${domain}.enable`);
    }
    const size = { width: Number(width), height: 900, deviceScaleFactor: 1, mobile: false };
    await page("Emulation.setDeviceMetricsOverride", size);
    await page("Page.navigate", { url: address });
    await isLoaded;
    const evaluate = async (expression) =>
        (await page("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true })).result.value;
    if (script) {
        await evaluate(script);
        for (let tries = 0; !(await evaluate("document.body.innerText")).includes(until); tries += 1) {
            if (tries === 100) {
                throw new Error(`the page does not show ${until}`);
            }
            await new Promise((resolve) => { setTimeout(resolve, 100); });
        }
    }
    const { nodes } = await page("Accessibility.getFullAXTree");
    const named = nodes.filter((node) => !node.ignored && node.role)
        .map((node) => ({ role: node.role.value, name: node.name?.value ?? "" }));
    const text = await evaluate("document.body.innerText");
    const isWide = await evaluate("document.documentElement.scrollWidth > window.innerWidth");
    console.log(JSON.stringify({ ...seen, nodes: named, text, isWide }));
} finally {
    browser.kill();
}
