// Only adds to the page: which choice of actions is shown, sorting by a column, and a note for whatever is pointed at.
// It changes no text of the page, and asks for nothing from anywhere.
(() => {
"use strict";
const root = document.documentElement;

// What is folded is opened for a link into it, and in print.
const unfold = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (target) target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
let folded = [];
addEventListener("beforeprint", () => {
  folded = Array.from(document.querySelectorAll("details:not([open])"));
  for (const fold of folded) fold.open = true;
});
addEventListener("afterprint", () => { for (const fold of folded) fold.open = false; });

// Greedy, sampled or both. A link into what is hidden shows both.
const choice = document.getElementById("choice");
if (choice) {
  const show = (value) => {
    root.dataset.show = value;
    choice.querySelector('input[value="' + value + '"]').checked = true;
  };
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.offsetParent === null) { show("both"); target.scrollIntoView(); }
  };
  choice.hidden = false;
  choice.addEventListener("change", (event) => show(event.target.value));
  show(choice.dataset.first);
  addEventListener("hashchange", follow);
  follow();
}

// Tables: ascending, descending, as written. What holds nothing stays last.
const key = (cell) => {
  const text = cell.textContent.trim();
  const digits = text.replace(/\u2212/g, "-").match(/-?\d+(\.\d+)?(e-?\d+)?/);
  return cell.classList.contains("number") ? (digits ? Number(digits[0]) : NaN) : text;
};
const compare = (a, b) => typeof a === "number" ? a - b : a.localeCompare(b, "en", {numeric: true});
const missing = (value) => Number.isNaN(value) || value === "" || value === "\u2014";
const sort = (table, heads, column, order) => {
  const body = table.tBodies[0];
  const rows = table.rowsAsWritten || (table.rowsAsWritten = Array.from(body.rows));
  const keyed = rows.map((row) => ({row, value: key(row.cells[column])}));
  if (order !== "none") {
    const sign = order === "ascending" ? 1 : -1;
    keyed.sort((a, b) => (missing(a.value) - missing(b.value)) || (missing(a.value) ? 0 : sign * compare(a.value, b.value)));
  }
  body.append(...keyed.map((entry) => entry.row));
  heads.forEach((head, i) => i === column && order !== "none" ? head.setAttribute("aria-sort", order) : head.removeAttribute("aria-sort"));
  table.classList.toggle("sorted", order !== "none");
};
const next = {none: "ascending", ascending: "descending", descending: "none"};
for (const table of document.querySelectorAll("table")) {
  if (table.tBodies[0].rows.length < 2) continue;
  const heads = Array.from(table.tHead.rows[table.tHead.rows.length - 1].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, heads, column, next[head.getAttribute("aria-sort") || "none"]));
  });
}

// What a mark shows, or where a number comes from.
const note = document.createElement("div");
note.id = "note";
note.hidden = true;
note.setAttribute("aria-hidden", "true");
document.body.append(note);
const hide = () => { note.hidden = true; };
document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest("[data-tip]");
  const number = mark ? null : event.target.closest("td[data-source]");
  if (!mark && !number) return hide();
  note.textContent = mark ? mark.dataset.tip : "results.json " + number.dataset.source;
  note.className = mark ? "mark" : "source";
  note.hidden = false;
  const place = (mark || number).getBoundingClientRect();
  const width = note.offsetWidth;
  const left = Math.min(Math.max(8, place.left + place.width / 2 - width / 2), root.clientWidth - width - 8);
  const above = place.top - note.offsetHeight - 8;
  note.style.left = Math.max(8, left) + "px";
  note.style.top = (above > 8 ? above : place.bottom + 8) + "px";
});
document.addEventListener("scroll", hide, {passive: true, capture: true});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
})();
