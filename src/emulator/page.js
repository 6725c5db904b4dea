// Keeps the page up to date: replaces its content when that of the emulator has changed.
const pause = document.getElementById("pause");
let isPaused = false;

async function update() {
    if (!isPaused && !document.hidden) {
        try {
            const answer = await fetch("/", { cache: "no-store" });
            const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
            const shown = document.querySelector("main");
            const focused = document.activeElement?.getAttribute("aria-label");
            if (next && next.innerHTML !== shown.innerHTML) {
                shown.innerHTML = next.innerHTML;
                if (focused) {
                    shown.querySelector(`[aria-label="${focused}"]`)?.focus({ preventScroll: true });
                }
            }
        } catch {
            // The emulator has ended; what it had last stays.
        }
    }
    setTimeout(update, 1000);
}

pause.hidden = false;
pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    pause.textContent = isPaused ? "Go on" : "Pause updates";
});
setTimeout(update, 1000);
