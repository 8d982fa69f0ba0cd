"use strict";
// Every string of the debate reaches the page as a text node or as an attribute that is text: markup is never made of it.

const D = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const ROOM = 238; // px for a line of text in a box of an argument map
const KINDS = [...new Set(D.propositions.map((p) => p.kind))];
const BY_VALUE = new Map(D.scale.map((s, i) => [s.value, { ...s, style: "v" + i }]));
const BY_REASON = new Map(D.silences.map((s) => [s.reason, s]));
const SOURCE = new Map(D.sources.map((s, i) => [s.id, i]));
const PROPOSITION = new Map(D.propositions.map((p, i) => [p.id, i]));
const CLAIMS = D.claims.map((some) => new Map(Object.entries(some)));

function el(tag, attributes, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) if (value !== null && value !== undefined) made.setAttribute(name, value);
  made.append(...inside.filter((x) => x !== null && x !== undefined && x !== ""));
  return made;
}

function button(words, act, attributes) {
  const made = el("button", { type: "button", ...attributes }, words);
  made.addEventListener("click", act);
  return made;
}

function outside(address, words) {
  return /^https?:\/\//i.test(address || "") ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words) : null;
}

const prose = (text) => text.split("`").map((part, i) => (i % 2 ? el("code", {}, part) : part)); // code words, as in the codebook
const plural = (n, one, many = one + "s") => `${n} ${n === 1 ? one : many}`;
const addressOf = (s, p) => `${encodeURIComponent(D.sources[s].id)}/${encodeURIComponent(D.propositions[p].id)}`;
const silenceWords = (reason) => reason.replaceAll("-", " ");
const certaintyOf = (cell) => D.certainty.find((c) => c.value === cell.certainty);
const certaintyWords = (cell) => `${cell.certainty}`.replace("-", " "); // a number, or “not stated”

function briefly(s, p) {
  const cell = D.cells[s][p];
  const said = !cell ? "not coded" : cell.reason ? `silent, ${silenceWords(cell.reason)}` : `${BY_VALUE.get(cell.value).sign}, certainty ${certaintyWords(cell)}`;
  return `${D.sources[s].label} on ‘${D.propositions[p].text}’: ${said}`;
}

function face(made, cell) {
  if (!cell) {
    made.className = "uncoded";
    made.textContent = "?";
  } else if (cell.reason) {
    made.className = "silent";
    made.textContent = BY_REASON.get(cell.reason).letter;
  } else {
    made.className = BY_VALUE.get(cell.value).style;
    made.textContent = BY_VALUE.get(cell.value).sign;
    made.dataset.dots = "•".repeat(Number(cell.certainty) || 0);
  }
  return made;
}

// The filters

const chosen = { questions: new Set(D.questions.keys()), kinds: new Set(KINDS.keys()), sources: new Set(D.sources.keys()) };
const MENUS = [
  ["questions", "Questions", D.questions.map((q) => q.label), D.questions.map((q) => q.id)],
  ["kinds", "Kinds", KINDS, KINDS],
  ["sources", "Texts", D.sources.map((s) => s.label), D.sources.map((s) => s.id)],
];

function drawMenus() {
  $("menus").replaceChildren(
    ...MENUS.map(([key, words, labels]) => {
      const boxes = labels.map((_, i) => el("input", { type: "checkbox", "data-menu": key, value: i, checked: "" }));
      const set = (on) => () => {
        boxes.forEach((b) => (b.checked = on));
        filter();
        remember();
      };
      return el(
        "details",
        { class: "menu", id: `menu-${key}` },
        el("summary", {}, `${words}: all`),
        el(
          "fieldset",
          {},
          el("legend", { class: "unseen" }, words),
          el("p", {}, button("all", set(true)), button("none", set(false))),
          ...labels.map((label, i) => el("label", {}, boxes[i], el("span", {}, label))),
        ),
      );
    }),
  );
}

const boxesOf = (key) => [...document.querySelectorAll(`input[data-menu=${key}]`)];

function readMenus() {
  for (const [key, words, labels] of MENUS) {
    const on = boxesOf(key).filter((b) => b.checked).map((b) => +b.value);
    chosen[key] = new Set(on);
    const some = on.length === labels.length ? "all" : on.length === 1 ? labels[on[0]] : `${on.length} of ${labels.length}`;
    $(`menu-${key}`).firstElementChild.textContent = `${words}: ${some}`;
  }
}

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let searched = null; // folded words of each proposition and each cell, made when first asked for

function haystacks() {
  const claim = (s, id) => CLAIMS[s].get(id) || { text: "" };
  const words = (s, cell) => [cell.why, cell.qualification, ...(cell.claims || []).flatMap((id) => [claim(s, id).text, claim(s, id).holder])];
  return {
    propositions: D.propositions.map((p) => folded(p.text)),
    cells: D.cells.map((row, s) => row.map((cell) => (cell ? folded(words(s, cell).filter(Boolean).join("\n")) : ""))),
  };
}

// The grid

let rows = []; // { p, row, cells } in order
let columns = []; // places of the sources shown
let place = null; // the one button that the Tab key reaches
let open = null; // { s, p } of the card

function drawGrid() {
  columns = [...D.sources.keys()].filter((s) => chosen.sources.has(s));
  rows = [];
  const table = $("table");
  const longest = Math.max(0, ...columns.flatMap((s) => D.sources[s].label.split(/\s+/).map((w) => w.length)));
  table.className = columns.length > 8 || longest > 13 ? "many" : "";
  table.style.setProperty("--columns", columns.length);
  const head = el(
    "thead",
    {},
    el("tr", {}, el("th", { scope: "col" }, "Proposition"), ...columns.map((s) => el("th", { scope: "col" }, el("span", {}, D.sources[s].label)))),
  );
  const bodies = D.questions.map((question, q) => {
    const body = el("tbody", {}, el("tr", { class: "question" }, el("th", { scope: "rowgroup", colspan: columns.length + 1 }, el("span", {}, question.text))));
    D.propositions.forEach((proposition, p) => {
      if (proposition.question !== q) return;
      const core = proposition.core ? el("small", {}, "core") : null;
      const row = el("tr", {}, el("th", { scope: "row" }, el("span", {}, proposition.text, core ? " " : null, core)));
      const cells = columns.map((s) => {
        const made = face(document.createElement("button"), D.cells[s][p]);
        made.type = "button";
        made.tabIndex = -1;
        made.setAttribute("aria-label", briefly(s, p));
        made.at = { s, p };
        row.insertCell().append(made);
        return made;
      });
      body.append(row);
      rows.push({ p, q, row, cells });
    });
    return body;
  });
  table.replaceChildren(head, ...bodies);
  measure();
}

// how far a cell must stay from the edges of its box, so that the sticky head and column do not cover it
function measure() {
  const corner = $("table").tHead.rows[0].cells[0];
  $("table").style.setProperty("--above", `${corner.offsetHeight + 6}px`);
  $("table").style.setProperty("--left", `${corner.offsetWidth + 6}px`);
}

function filter() {
  const before = chosen.sources;
  readMenus();
  if (!rows.length || before.size !== chosen.sources.size || [...before].some((s) => !chosen.sources.has(s))) drawGrid();
  const words = folded($("words").value).split(/\s+/).filter(Boolean);
  if (words.length && !searched) searched = haystacks();
  const core = $("core").checked;
  const kinds = new Set([...chosen.kinds].map((k) => KINDS[k]));
  const shown = new Set();
  for (const { p, q, row, cells } of rows) {
    const proposition = D.propositions[p];
    let on = chosen.questions.has(q) && kinds.has(proposition.kind) && (!core || proposition.core);
    let hits = [];
    if (on && words.length) {
      const own = searched.propositions[p];
      const rest = words.filter((w) => !own.includes(w));
      hits = columns.map((s) => rest.length > 0 && rest.every((w) => searched.cells[s][p].includes(w)));
      on = !rest.length || hits.includes(true);
    }
    row.hidden = !on;
    if (on) shown.add(q);
    cells.forEach((c, i) => c.classList.toggle("hit", on && !!hits[i]));
  }
  for (const [q, body] of [...$("table").tBodies].entries()) body.hidden = !shown.has(q);
  const n = rows.filter((r) => !r.row.hidden).length;
  const found = words.length && n ? "; a frame marks the cells in which the words stand" : "";
  $("count").textContent = `${n} of ${plural(rows.length, "proposition")}, ${columns.length} of ${plural(D.sources.length, "text")}${found}`;
  reach(place && place.isConnected && !place.closest("tr").hidden ? place : firstButton());
  markOpen();
}

const visible = () => rows.filter((r) => !r.row.hidden);
const firstButton = () => (visible()[0] || { cells: [] }).cells[0] || null;
const buttonAt = (s, p) => {
  const row = rows.find((r) => r.p === p);
  return row && !row.row.hidden ? row.cells[columns.indexOf(s)] || null : null;
};

function reach(made) {
  if (place) place.tabIndex = -1;
  place = made;
  if (place) place.tabIndex = 0;
}

function move(event) {
  const at = event.target.at;
  if (!at || event.altKey || event.metaKey) return;
  const some = visible();
  let r = some.findIndex((x) => x.p === at.p);
  let c = columns.indexOf(at.s);
  const last = [some.length - 1, columns.length - 1];
  if (event.key === "ArrowDown") r += 1;
  else if (event.key === "ArrowUp") r -= 1;
  else if (event.key === "ArrowRight") c += 1;
  else if (event.key === "ArrowLeft") c -= 1;
  else if (event.key === "PageDown") r = Math.min(r + 8, last[0]);
  else if (event.key === "PageUp") r = Math.max(r - 8, 0);
  else if (event.key === "Home") [r, c] = [event.ctrlKey ? 0 : r, 0];
  else if (event.key === "End") [r, c] = [event.ctrlKey ? last[0] : r, last[1]];
  else return;
  event.preventDefault();
  if (r < 0 || c < 0 || r > last[0] || c > last[1]) return;
  reach(some[r].cells[c]);
  place.focus();
}

// The card

const passagesOf = (claim) =>
  claim.anchors.length ? claim.anchors.map(([start, end]) => `“${start} … ${end}”`) : ["passage not stated"];

function claimItem(s, cell, id) {
  const claim = CLAIMS[s].get(id);
  if (!claim) return el("li", {}, id);
  const voice = claim.voice === "own" ? "own voice" : `${claim.voice === "quoted" ? "quotes" : "reports"} ${claim.holder}`;
  const limits = (cell.limits || []).includes(id);
  return el(
    "li",
    { class: claim.voice === "own" ? "" : "reported" },
    el("p", {}, el("span", { class: "voice" }, voice), limits ? el("strong", { class: "limits" }, "limits the stance") : null),
    el("p", {}, claim.text),
    ...passagesOf(claim).map((words) => el("p", { class: "anchor" }, words)),
    claim.link ? el("p", { class: "fine" }, outside(claim.link, "The text online")) : null,
  );
}

function stanceParts(s, cell) {
  const level = certaintyOf(cell);
  const claims = cell.claims || [];
  return [
    el("p", { class: "value" }, face(el("span", { "aria-hidden": "true" }), cell), el("strong", {}, BY_VALUE.get(cell.value).said)),
    el("p", { class: "fine" }, `Certainty ${certaintyWords(cell)}${level ? `, ${level.label}. ${level.rule}` : ""}`),
    el("h4", {}, "Why"),
    el("p", {}, cell.why),
    ...(cell.qualification ? [el("h4", {}, "What limits it"), el("p", {}, cell.qualification)] : []),
    el("h4", {}, claims.length ? `It rests on ${plural(claims.length, "claim")}` : "No claims were coded for it"),
    claims.length ? el("ol", {}, ...claims.map((id) => claimItem(s, cell, id))) : null,
  ];
}

function silenceParts(cell) {
  return [
    el("p", { class: "value" }, face(el("span", { "aria-hidden": "true" }), cell), el("strong", {}, `silent: ${silenceWords(cell.reason)}`)),
    el("p", { class: "fine" }, BY_REASON.get(cell.reason).rule || ""),
    ...(cell.why ? [el("h4", {}, "Why"), el("p", {}, cell.why)] : []),
  ];
}

function neighbour(step) {
  const cells = visible().flatMap((r) => r.cells);
  const at = cells.indexOf(open && buttonAt(open.s, open.p));
  return at < 0 ? cells[0] : cells[at + step];
}

function drawCard() {
  const card = $("card");
  card.classList.toggle("open", !!open);
  if (!open) {
    card.replaceChildren(el("p", { class: "hint" }, "Choose a cell to read what the text says, in whose voice, where, and how sure the coder is."));
    return;
  }
  const { s, p } = open;
  const [source, proposition, cell] = [D.sources[s], D.propositions[p], D.cells[s][p]];
  const go = (step) => () => {
    const next = neighbour(step);
    if (!next) return;
    reach(next);
    show(next.at.s, next.at.p);
    next.scrollIntoView({ block: isSheet() ? "start" : "nearest", inline: "nearest" });
    const again = $(step < 0 ? "before" : "after");
    (again.disabled ? $("card-title") : again).focus({ preventScroll: true });
  };
  const online = outside(source.link, "online");
  card.replaceChildren(
    el(
      "div",
      { class: "bar" },
      button("← Before", go(-1), { id: "before", "aria-label": "Cell before", disabled: neighbour(-1) ? null : "" }),
      button("Next →", go(1), { id: "after", "aria-label": "Next cell", disabled: neighbour(1) ? null : "" }),
      el("a", { href: `#${addressOf(s, p)}` }, "Link to this cell"),
      button("Close", () => close(), { "aria-label": "Close the card" }),
    ),
    el("h3", { id: "card-title", tabindex: "-1" }, source.label),
    el("p", { class: "fine" }, source.cited, online ? " " : null, online),
    el("blockquote", {}, el("p", {}, proposition.text), el("p", { class: "fine" }, `${D.questions[proposition.question].label} · ${proposition.kind}${proposition.core ? " · core" : ""}`)),
    cell && cell.stale ? el("p", { class: "stale" }, "Coded under an older wording of this proposition, and not confirmed since.") : "",
    ...(!cell ? [el("p", { class: "value" }, face(el("span", { "aria-hidden": "true" }), cell), el("strong", {}, "not coded"))] : cell.reason ? silenceParts(cell) : stanceParts(s, cell)).filter(Boolean),
  );
  card.scrollTop = 0;
}

function markOpen() {
  for (const marked of document.querySelectorAll("#table [aria-current]")) marked.removeAttribute("aria-current");
  const made = open && buttonAt(open.s, open.p);
  if (made) made.setAttribute("aria-current", "true");
  return made;
}

function show(s, p, kept) {
  open = { s, p };
  if (!kept) remember();
  drawCard();
  markOpen();
  $("said").textContent = `Card: ${briefly(s, p)}.`;
}

function close(kept) {
  const made = open && buttonAt(open.s, open.p);
  const inside = $("card").contains(document.activeElement);
  open = null;
  if (!kept) remember();
  drawCard();
  markOpen();
  $("said").textContent = "Card closed.";
  if (inside && made) made.focus();
}

const isSheet = () => matchMedia("(max-width: 62rem)").matches;

// Pairs

const percent = (x) => (x === null ? "–" : `${Math.round(100 * x)}\u00a0%`);
let pair = null;
const pairAddress = ([a, b]) => `pair/${encodeURIComponent(D.sources[a].id)}/${encodeURIComponent(D.sources[b].id)}`;

function drawPairs() {
  const all = D.pairs.some((p) => p[2] < D.few) ? ` Pairs that share fewer than ${D.few} come last and are not ranked.` : "";
  $("pairs-note").textContent = D.pairs.length
    ? `Over all ${D.propositions.length} propositions, whatever is chosen above: n is the number to which both texts speak; silence never counts. Agreement is 0\u00a0% where two are as far apart as the scale allows on every one of them, 100\u00a0% where all their values are equal.${D.middle === null ? "" : ` A ${D.middle} stands on no side.`}${all}`
    : "There is only one text.";
  const heads = ["Pair", "n", "Same side", "Opposite sides", "Agreement"];
  const lines = D.pairs.map((p) =>
    el(
      "tr",
      p[2] < D.few ? { class: "few" } : {},
      el("th", { scope: "row" }, button(`${D.sources[p[0]].label} and ${D.sources[p[1]].label}`, () => choosePair(p), { class: "link" })),
      ...[p[2], p[3], p[4], p[2] ? percent(p[5]) : "nothing shared"].map((x) => el("td", {}, String(x))),
    ),
  );
  if (lines.length) $("pair-table").replaceChildren(el("thead", {}, el("tr", {}, ...heads.map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, ...lines));
}

function choosePair(p) {
  pair = p;
  if (open) close(true);
  remember();
  drawPair();
  $("pair-title").focus({ preventScroll: true });
  $("pair").scrollIntoView({ block: "nearest" });
}

function drawPair() {
  $("pair").hidden = !pair;
  D.pairs.forEach((p, i) => {
    const made = $("pair-table").tBodies[0].rows[i].querySelector("button");
    if (p === pair) made.setAttribute("aria-current", "true");
    else made.removeAttribute("aria-current");
  });
  if (!pair) return;
  const [a, b, n, same, opposite, agreement] = pair;
  const spoken = (s, p) => D.cells[s][p] && !D.cells[s][p].reason;
  const shared = [...D.propositions.keys()].filter((p) => spoken(a, p) && spoken(b, p));
  const side = (s, p) => {
    const cell = D.cells[s][p];
    const chip = face(el("a", { href: `#${addressOf(s, p)}`, "aria-label": briefly(s, p) }), cell);
    return el("td", {}, chip, el("p", {}, cell.why), cell.qualification ? el("p", { class: "fine" }, `Limit: ${cell.qualification}`) : null);
  };
  const names = [a, b].map((s) => D.sources[s].label);
  $("pair").replaceChildren(
    el("h3", { id: "pair-title", tabindex: "-1" }, names.join(" and ")),
    el("p", {}, n ? `They share ${plural(n, "proposition")}: on the same side of ${same}, on opposite sides of ${opposite}; agreement ${percent(agreement)} (n = ${n}).` : "There is no proposition to which both speak."),
    shared.length
      ? el(
          "table",
          {},
          el("thead", {}, el("tr", {}, ...["Proposition", ...names].map((h) => el("th", { scope: "col" }, h)))),
          el("tbody", {}, ...shared.map((p) => el("tr", {}, el("th", { scope: "row" }, D.propositions[p].text), side(a, p), side(b, p)))),
        )
      : "",
  );
}

// Argument maps

function shape(tag, attributes, ...inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

function tip([[x0, y0], [x1, y1]], isFor) {
  const turn = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
  return shape("path", { class: isFor ? "for tip" : "against", d: isFor ? "M0,0L-9,-5L-9,5Z" : "M-3,-8L-3,8", transform: `translate(${x1},${y1}) rotate(${turn})` });
}

function drawing(map, i) {
  const [wide, high] = map.size;
  const svg = shape("svg", { viewBox: `-4 -4 ${wide + 8} ${high + 8}`, width: wide + 8, height: high + 8, role: "group", "aria-label": map.title, "aria-describedby": `map-${i}-words` });
  for (const edge of map.edges) {
    const line = shape("polyline", { class: edge.for ? "for" : "against", points: edge.points.map((p) => p.join(",")).join(" ") });
    svg.append(shape("g", { class: "edge" }, line, tip(edge.points.slice(-2), edge.for)));
  }
  for (const box of map.boxes) {
    const [x, y, w, h] = box.at;
    const frame = { x, y, width: w, height: h, fill: "#fff", stroke: box.stroke, "stroke-width": box.weight };
    if (box.reported) frame["stroke-dasharray"] = "5 3";
    const words = [
      shape("text", { x: x + 7, y: y + 14, fill: box.ink, class: "head" }, box.head),
      shape("text", { x: x + w - 5, y: y + 14, fill: box.ink, class: "head", "text-anchor": "end" }, box.more),
      ...box.lines.map((line, k) => shape("text", { x: x + 7, y: y + 33.5 + 15 * k, fill: box.text }, line)),
    ];
    const name = words.map((t) => t.textContent).filter(Boolean).join(" ");
    const made = shape("g", { class: "box", tabindex: "0", role: "button", "aria-pressed": "false", "aria-label": name }, shape("rect", frame), shape("rect", { x, y, width: w, height: 19, fill: box.tint }));
    made.append(...words.flatMap((t) => [t, " "])); // the words that are seen are to be those of the name
    svg.append(made);
  }
  return svg;
}

// the cells that a box leads to: those on a proposition, or those that rest on a claim
function cellsOf(node) {
  const [source, claim] = node.split("/");
  const rests = (cell, s, p) => (claim ? s === SOURCE.get(source) && (cell.claims || []).includes(claim) : p === PROPOSITION.get(node));
  return D.cells.flatMap((row, s) => row.flatMap((cell, p) => (cell && !cell.reason && rests(cell, s, p) ? [[s, p]] : [])));
}

const HINT = "Choose a box, by a click or with Tab and Enter, to see only what it is tied to.";

// sets off box k with its neighbours, or with null nothing
function setOff(map, svg, words, k) {
  const edges = map.edges.map((edge) => edge.ends.includes(k));
  const near = new Set([k, ...map.edges.filter((_, i) => edges[i]).flatMap((edge) => edge.ends)]);
  svg.querySelectorAll(".edge").forEach((made, i) => made.classList.toggle("dim", k !== null && !edges[i]));
  svg.querySelectorAll(".box").forEach((made, i) => {
    made.classList.toggle("dim", k !== null && !near.has(i));
    made.setAttribute("aria-pressed", String(i === k));
  });
  if (k === null) return words.replaceChildren(HINT);
  const box = map.boxes[k];
  const cells = cellsOf(box.node);
  const links = cells.map(([s, p]) => el("li", {}, el("a", { href: `#${addressOf(s, p)}` }, briefly(s, p))));
  const rest = box.node.includes("/") ? "rest on this claim" : "are on this proposition";
  words.replaceChildren(
    el("p", {}, el("strong", {}, `${box.head}.`), ` Tied to ${plural(near.size - 1, "other box", "other boxes")} here. ${cells.length ? `Cells that ${rest}:` : `No cells ${rest}.`}`),
    cells.length ? el("ul", {}, ...links) : "",
  );
}

function choosable(map, svg, words) {
  const boxes = [...svg.querySelectorAll(".box")];
  const choose = (target) => {
    const k = boxes.indexOf(target.closest(".box"));
    setOff(map, svg, words, k < 0 || boxes[k].getAttribute("aria-pressed") === "true" ? null : k);
  };
  svg.addEventListener("click", (event) => choose(event.target));
  svg.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault(); // the space would scroll
    choose(event.target);
  });
  svg.closest("figure").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !svg.querySelector("[aria-pressed=true]")) return;
    event.stopPropagation(); // the card stays open
    if (words.contains(document.activeElement)) svg.querySelector("[aria-pressed=true]").focus();
    setOff(map, svg, words, null);
  });
}

function fitted(svg) {
  // the boxes were made for Helvetica's breadth; a line in another font is drawn in to its box
  for (const line of svg.querySelectorAll("text:not([text-anchor])")) {
    if (line.getComputedTextLength() > ROOM) {
      line.setAttribute("textLength", ROOM);
      line.setAttribute("lengthAdjust", "spacingAndGlyphs");
    }
  }
}

function drawMaps() {
  const left = D.maps_left_out ? ` ${plural(D.maps_left_out, "kept layout")} left out, because the codings have changed since.` : "";
  $("maps-note").textContent = (D.maps.length ? `${plural(D.maps.length, "map")}, in the coder's words.` : D.no_maps) + left;
  $("map-list").replaceChildren(
    ...D.maps.map((map, i) => {
      const holder = el("div", { class: "drawing" });
      const words = el("div", { class: "tied", role: "status" }, HINT);
      const made = el(
        "details",
        { class: "map" },
        el("summary", {}, map.title),
        el("figure", {}, holder, words, el("figcaption", {}, map.caption)),
        el("details", {}, el("summary", {}, "The map in words"), el("p", { id: `map-${i}-words` }, map.alt)),
      );
      made.addEventListener("toggle", () => {
        if (!made.open || holder.firstChild) return;
        holder.append(drawing(map, i));
        fitted(holder.firstChild);
        choosable(map, holder.firstChild, words);
      });
      return made;
    }),
  );
}

// How to read it

function drawKey() {
  const cells = D.cells.flat();
  const item = (cell, words) => el("li", {}, face(el("span", { "aria-hidden": "true" }), cell), words);
  const silences = D.silences.filter((r) => cells.some((c) => c && c.reason === r.reason));
  const unstated = cells.filter((c) => c && c.certainty === "not-stated").length;
  $("legend").replaceChildren(
    ...D.scale.map((v) => item({ value: v.value, certainty: 0 }, v.label)),
    el("li", {}, el("span", { "aria-hidden": "true", class: "dots" }, "•••"), `certainty: ${D.certainty.map((c) => `${c.value} ${c.label}`).join(", ")}${unstated ? `; no dots: not stated (n = ${unstated})` : ""}`),
    ...silences.map((r) => item({ reason: r.reason }, `silent: ${silenceWords(r.reason)}`)),
    cells.includes(null) ? item(null, "not coded") : "",
  );
  const rule = (cell, head, words) => [el("dt", {}, face(el("span", { "aria-hidden": "true" }), cell), head), el("dd", {}, ...prose(words))];
  $("rules").replaceChildren(
    ...D.scale.flatMap((v) => rule({ value: v.value, certainty: 0 }, v.said, v.rule)),
    ...D.certainty.flatMap((c) => [el("dt", {}, el("span", { "aria-hidden": "true", class: "dots" }, "•".repeat(c.value)), `certainty ${c.value}: ${c.label}`), el("dd", {}, ...prose(c.rule))]),
    ...D.silences.flatMap((r) => rule({ reason: r.reason }, `silent: ${silenceWords(r.reason)}`, r.rule || "")),
    ...rule(null, "not coded", "Nobody has coded this text on this proposition. It says nothing about the text."),
  );
}

// Addresses: #source/proposition opens a card, #pair/source/source a pair; after a ? stand the filters: q, core, questions, kinds, sources

function filtersInWords() {
  const said = new URLSearchParams();
  const words = $("words").value.trim();
  if (words) said.append("q", words);
  if ($("core").checked) said.append("core", "1");
  for (const [key, , , ids] of MENUS) {
    if (chosen[key].size === ids.length) continue;
    if (!chosen[key].size) said.append(key, ""); // none of them
    for (const i of chosen[key]) said.append(key, ids[i]);
  }
  return `${said}` && `?${said}`;
}

function setFilters(said) {
  $("words").value = said.get("q") || "";
  $("core").checked = said.has("core");
  for (const [key, , , ids] of MENUS) boxesOf(key).forEach((b, i) => (b.checked = !said.has(key) || said.getAll(key).includes(ids[i])));
  filter();
}

// the address says what is shown; while somebody types, one step back undoes it all
function remember(typing) {
  const address = `#${open ? addressOf(open.s, open.p) : pair ? pairAddress(pair) : ""}${filtersInWords()}`;
  if (address === (location.hash || "#")) return;
  if (typing && history.state === "typing") history.replaceState("typing", "", address);
  else history.pushState(typing ? "typing" : "shown", "", address);
}

function follow(first) {
  const [, path, said] = location.hash.match(/^#?([^?]*)\??(.*)$/);
  // an address we did not write, of a link on this page, say, leaves the filters as they are unless it names some
  if (first === true || history.state || said) setFilters(new URLSearchParams(said));
  if (!history.state) history.replaceState("shown", "", filtersInWords() ? `#${path}${filtersInWords()}` : location.href);
  let parts = [];
  try {
    parts = path.split("/").map(decodeURIComponent);
  } catch {
    parts = [];
  }
  const wanted = parts.length === 3 && parts[0] === "pair" ? D.pairs.find(([a, b]) => [a, b].every((s) => parts.slice(1).includes(D.sources[s].id))) : null;
  if (wanted) {
    pair = wanted;
    if (open) close(true);
    drawPair();
    if (first === true) $("pair").scrollIntoView();
    return;
  }
  const [s, p] = parts.length === 2 ? [SOURCE.get(parts[0]), PROPOSITION.get(parts[1])] : [];
  if (s === undefined || p === undefined) {
    if (parts[0] && $(parts[0])) {
      if (first === true) $(parts[0]).scrollIntoView();
      return; // a link to a part of the page: what is open stays open
    }
    if (open) close(true);
    if (pair) {
      pair = null;
      drawPair();
    }
    return;
  }
  show(s, p, true);
  if (first !== true) $("card-title").focus({ preventScroll: true });
  const made = buttonAt(s, p);
  if (made) reach(made);
  (made || $("card")).scrollIntoView({ block: isSheet() ? "start" : "center", inline: "nearest" }); // a filter may hide the cell
}

$("table").addEventListener("click", (event) => {
  const at = event.target.at;
  if (!at) return;
  reach(event.target);
  show(at.s, at.p);
  if (isSheet()) event.target.scrollIntoView({ block: "start", inline: "nearest" });
  if (event.detail === 0 || isSheet()) $("card-title").focus({ preventScroll: true });
});
$("table").addEventListener("keydown", move);
let waiting = 0;
$("filters").addEventListener("input", (event) => {
  const typing = event.target === $("words");
  filter();
  clearTimeout(waiting);
  waiting = setTimeout(remember, typing ? 300 : 0, typing); // browsers refuse an address for every letter
});
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("reset", () => {
  clearTimeout(waiting);
  setTimeout(() => {
    filter();
    remember();
  });
});
addEventListener("popstate", follow);
addEventListener("resize", measure);
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(".menu[open]");
  if (menu) {
    menu.open = false;
    menu.firstElementChild.focus();
  } else if (open && event.target.type !== "search") close();
});

drawMenus();
drawCard();
drawPairs();
drawMaps();
drawKey();
follow(true);
