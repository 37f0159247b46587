// All pages work without this. It takes the secret out of the address, keeps a draft, copies a report,
// moves cards by drag, and shows what others do on the board.
"use strict";

const byId = (id) => document.getElementById(id);
const say = (text) => {
  byId("said").textContent = text;
  byId("said").classList.toggle("said", Boolean(text));
};

// The secret of a link leaves the address, and the history with it, as soon as the page is seen.
if (location.pathname.startsWith("/in/")) history.replaceState(null, "", "/");
else if (location.search) history.replaceState(null, "", location.pathname);

// A page that comes after a post begins with what became of it: live regions are silent on loading.
if (byId("said").textContent) { byId("said").tabIndex = -1; byId("said").focus(); }

// ---- a draft of the answers, on this device only, until they are sent ----
// Its place is named after the link, by a word that leads nobody back to it: on a shared device
// the next member sees no draft but their own.
const answers = byId("answers");
const ours = document.querySelector("[data-draft]");
const DRAFT = ours && `cadence draft ${ours.dataset.draft}`;

const areas = () => [...answers.querySelectorAll("textarea:not([readonly])")];

function keepDraft() {
  const typed = {}, over = {};
  for (const area of areas()) [typed[area.name], over[area.name]] = [area.value, area.defaultValue];
  try {
    localStorage.setItem(DRAFT, JSON.stringify({ typed, over }));
    byId("kept").textContent = "Kept on this device until you send it. On a shared one, do not leave it so.";
  } catch { /* no storage here: the server keeps drafts, too */ }
}

// What was sent meanwhile from elsewhere stays; the draft's own lines come below it.
function withDraft(area, typed, over) {
  if (area.value === over) return typed;
  const known = [...over.split("\n"), ...area.value.split("\n")];
  const more = typed.split("\n").filter((line) => line.trim() && !known.includes(line));
  return [area.value, ...more].filter(Boolean).join("\n");
}

function takeDraft() {
  let held = null;
  try { held = JSON.parse(localStorage.getItem(DRAFT)); } catch { return; }
  if (!held) return;
  let back = false;
  for (const area of areas()) {
    const before = area.value;
    area.value = withDraft(area, held.typed[area.name] ?? before, held.over[area.name] ?? "");
    back = back || area.value !== before;
  }
  if (back) byId("kept").textContent = "What you had typed on this device is back. It is not sent yet.";
}

if (answers && DRAFT && areas().length) {
  takeDraft();
  let timer = 0;
  answers.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keepDraft, 400); });
}
if (byId("thanks")) try { localStorage.removeItem(DRAFT); } catch { /* none */ }
try { localStorage.removeItem("cadence draft"); } catch { /* one that was anybody's, of before */ }

// ---- copying a report: rich text and Markdown at once, each place takes what it can ----
async function copyReport() {
  const html = byId("report").innerHTML.trim();
  const text = byId("markdown").value;
  const both = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", text);
  };
  try {
    if (!navigator.clipboard || !window.ClipboardItem) throw new Error("plain http");
    const as = (kind, what) => new Blob([what], { type: kind });
    await navigator.clipboard.write([new ClipboardItem({ "text/html": as("text/html", html), "text/plain": as("text/plain", text) })]);
  } catch {
    document.addEventListener("copy", both, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", both);
    if (!done) { byId("copied").textContent = "This browser does not let a page copy: take the Markdown below."; return; }
  }
  byId("copied").textContent = "Copied: rich text for Confluence and Notion, Markdown elsewhere.";
}
if (byId("copy")) {
  byId("copy").hidden = false;
  byId("copy").addEventListener("click", copyReport);
}

// ---- the board: forms without a reload, cards by drag, what others do ----
const board = () => document.querySelector("[data-live]");
let busy = false;

function show(page, message) {
  const fresh = page.querySelector("[data-live]");
  if (!fresh) return false;
  if (fresh.innerHTML !== board().dataset.seen) {
    const focused = document.activeElement && document.activeElement.id;
    board().innerHTML = fresh.innerHTML;
    board().dataset.seen = fresh.innerHTML;
    dragging();
    if (focused && byId(focused)) byId(focused).focus();
    if (message) say(message);
  }
  return true;
}

async function ask(path, fields) {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields) });
  return { ok: answer.ok, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

async function send(form, button) {
  const fields = new FormData(form, button);
  busy = true;
  try {
    const { ok, page } = await ask(form.action, fields);
    if (!ok) { say(page.querySelector("main").innerText.split("\n").filter(Boolean).slice(0, 2).join(". ")); return; }
    if (show(page)) say(page.getElementById("said").textContent);
  } catch {
    say("The server did not answer. What you wrote is still here: send it again.");
  } finally { busy = false; }
}

async function follow() {
  const active = document.activeElement;
  const typing = active && /^(INPUT|SELECT|TEXTAREA)$/.test(active.tagName);
  if (busy || typing || document.hidden || document.querySelector(".held")) return;
  const secret = document.querySelector("input[name=pass]");
  try { if (secret) show((await ask("/board", { pass: secret.value })).page, "Somebody changed the board."); } catch { /* next time */ }
}

function dragging() {
  for (const card of document.querySelectorAll(".card")) {
    if (!card.querySelector(".move")) continue;
    card.draggable = true;
    card.addEventListener("dragstart", (event) => {
      card.classList.add("held");
      event.dataTransfer.setData("text/plain", card.dataset.entry);
      event.dataTransfer.effectAllowed = "move";
    });
    card.addEventListener("dragend", () => card.classList.remove("held"));
  }
  for (const theme of document.querySelectorAll("[data-theme]")) {
    theme.addEventListener("dragover", (event) => { event.preventDefault(); theme.classList.add("over"); });
    theme.addEventListener("dragleave", () => theme.classList.remove("over"));
    theme.addEventListener("drop", (event) => {
      event.preventDefault();
      theme.classList.remove("over");
      const card = byId("c-" + event.dataTransfer.getData("text/plain"));
      const form = card && card.querySelector(".move");
      if (!form) return;
      card.classList.remove("held");
      form.elements.theme.value = theme.dataset.theme;
      send(form);
    });
  }
}

if (board()) {
  board().dataset.seen = board().innerHTML;
  dragging();
  board().addEventListener("submit", (event) => { event.preventDefault(); send(event.target, event.submitter); });
  setInterval(follow, 4000);
}
