package view

import (
	"crypto/sha256"
	"encoding/base64"
)

// script makes the lists of a page searchable and sortable and its timelines
// larger. Without it the page has the same contents. It reads nothing but the
// page, and writes text as text: nothing of a cluster becomes code. Cells are compared as
// durations, else as numbers, else as words.
const script = `"use strict";
const make = (name, attributes, ...children) => {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...children);
  return e;
};
const units = {s: 1, m: 60, h: 3600, d: 86400};
const number = text => /^(\d+[smhd])+$/.test(text)
  ? [...text.matchAll(/(\d+)([smhd])/g)].reduce((sum, m) => sum + m[1] * units[m[2]], 0) : parseFloat(text);
const compare = (a, b) => {
  const x = number(a), y = number(b);
  return isNaN(x) || isNaN(y) ? a.localeCompare(b, "en", {numeric: true}) : x - y;
};
for (const list of document.querySelectorAll(".list")) {
  const table = list.querySelector("table"), body = table.tBodies[0], groups = [];
  for (const row of body.rows) {
    if (row.querySelector("a")) groups.push([row]);
    else groups.at(-1).push(row);
  }
  const find = make("input", {type: "search", placeholder: "Search (/)", "aria-label": "Search the list"});
  const count = make("span", {role: "status"});
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(word => word);
    let shown = 0;
    for (const group of groups) {
      const text = group.map(row => row.textContent).join(" ").toLowerCase(), hidden = !words.every(word => text.includes(word));
      for (const row of group) row.hidden = hidden;
      document.querySelector(group[0].querySelector("a").getAttribute("href")).hidden = hidden;
      if (!hidden) shown++;
    }
    count.textContent = words.length ? shown + " of " + groups.length : "";
  });
  document.addEventListener("keydown", event => {
    if (event.key !== "/" || event.target === find) return;
    event.preventDefault();
    find.focus();
  });
  list.before(make("p", {"class": "tools"}, find, count));
  const heads = [...table.tHead.rows[0].cells];
  for (const [column, head] of heads.entries()) {
    const button = make("button", {type: "button"}, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = {ascending: "descending", descending: ""}[head.ariaSort] ?? "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      if (next) head.setAttribute("aria-sort", next);
      const cell = group => group[0].cells[column]?.textContent ?? "";
      const sign = next === "descending" ? -1 : 1;
      const sorted = next ? [...groups].sort((a, b) => sign * compare(cell(a), cell(b))) : groups;
      body.append(...sorted.flat());
    });
  }
}
for (const picture of document.querySelectorAll("svg.timeline")) {
  const box = make("div", {});
  picture.replaceWith(box);
  box.append(picture);
  let zoom = 1;
  const smaller = make("button", {type: "button", "aria-label": "Zoom out", disabled: ""}, "−");
  const larger = make("button", {type: "button", "aria-label": "Zoom in"}, "+");
  const set = to => {
    zoom = to;
    picture.style.width = zoom * 100 + "%";
    box.className = zoom > 1 ? "scroll" : "";
    box.tabIndex = zoom > 1 ? 0 : -1;
    smaller.disabled = zoom === 1;
    larger.disabled = zoom === 16;
  };
  smaller.addEventListener("click", () => set(zoom / 2));
  larger.addEventListener("click", () => set(zoom * 2));
  box.before(make("p", {"class": "tools"}, smaller, larger));
}
`

// policy is what a page may load and run: its own style and the script above, by its checksum. If
// text from a cluster were not escaped after all, it could do nothing.
func policy() string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
