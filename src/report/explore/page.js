"use strict";
// The page of `recharge explore`. Every figure comes from the engine; here it is only asked, formatted and drawn. Text from files is
// set as text, never as markup.
const page = JSON.parse(document.getElementById("page").textContent);
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) if (value != null) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
function shape(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text != null) node.textContent = text;
  return node;
}

// Numbers for people.
const grouped = (text) => {
  const [whole, fraction] = String(text).replace("-", "").split(".");
  const sign = String(text).startsWith("-") ? "−" : "";
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? "." + fraction : "");
};
const marked = (text) => {
  const shown = page.mark.replace("¤", () => grouped(text.replace("-", "")));
  return (text.startsWith("-") ? "−" : "") + shown;
};
const UNITS = [["d", 864e5], ["h", 36e5], ["min", 6e4], ["s", 1e3], ["ms", 1]];
function duration(ms) {
  if (!ms) return "none";
  const first = UNITS.findIndex(([, size]) => ms >= size);
  const [name, size] = UNITS[first];
  const whole = Math.floor(ms / size);
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((ms - whole * size) / next[1]) : 0;
  return `${whole} ${name}` + (rest ? ` ${rest} ${next[0]}` : "");
}
const percent = (share) => {
  const digits = share > 0.99 && share < 1 ? 3 : 1;
  const text = (share * 100).toFixed(digits).replace(/\.?0+$/, "");
  if (share < 1 && text === "100") return "over 99.9%";
  return share > 0 && text === "0" ? "under 0.1%" : text + "%";
};
const FORMS = {
  money: marked,
  credits: grouped,
  count: (value) => grouped(value),
  share: percent,
  duration,
  price: (value) => marked(value.toPrecision(3)),
};
const shown = (figure, value) => (value == null ? "not known" : FORMS[figure.unit](value));

// One figure less another, exactly where they are exact.
function less(figure, ours, theirs) {
  if (ours == null || theirs == null) return ["", 0];
  if (figure.unit === "money" || figure.unit === "credits") {
    const decimals = Math.max(...[ours, theirs].map((text) => (text.split(".")[1] || "").length));
    const whole = (text) => {
      const [units, fraction = ""] = text.split(".");
      return BigInt(units + fraction.padEnd(decimals, "0"));
    };
    const apart = whole(ours) - whole(theirs);
    const digits = String(apart < 0n ? -apart : apart).padStart(decimals + 1, "0");
    const text = decimals ? digits.slice(0, -decimals) + "." + digits.slice(-decimals) : digits;
    return [FORMS[figure.unit](text), apart > 0n ? 1 : apart < 0n ? -1 : 0];
  }
  const apart = ours - theirs;
  const text = figure.unit === "share" ? (Math.abs(apart) * 100).toFixed(2).replace(/\.?0+$/, "") + " points"
    : FORMS[figure.unit](Math.abs(apart));
  return [text, Math.sign(apart)];
}
function signed(figure, ours, theirs) {
  const [text, sign] = less(figure, ours, theirs);
  return sign ? (sign > 0 ? "+" : "−") + text : text && "same";
}

// Times in the account's zone.
let zone = page.zone;
try { new Intl.DateTimeFormat("en", { timeZone: zone }); } catch { zone = "UTC"; }
const formed = (form) => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...form });
  return (ms) => format.format(ms);
};
const minute = formed({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const dayMonth = formed({ day: "numeric", month: "short" });
const monthName = formed({ month: "short" });
const monthYear = formed({ month: "short", year: "numeric" });
const clock = formed({ hour: "2-digit", minute: "2-digit" });
const local = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
function offset(ms) {
  const part = Object.fromEntries(local.formatToParts(ms).map(({ type, value }) => [type, value]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - Math.floor(ms / 1e3) * 1e3;
}
function timeTicks(from, to, most) {
  const days = (to - from) / 864e5;
  const instant = (wall) => wall - offset(wall - offset(wall));
  const ticks = [];
  if (days > 62) {
    const start = new Date(from + offset(from));
    const months = Math.ceil(days / 30.4 / most) || 1;
    const step = [1, 2, 3, 6, 12, 24, 60, 120].find((size) => size >= months) || 240;
    for (let month = 0; ticks.length < 400; month += step) {
      const at = instant(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + month, 1));
      if (at > to) break;
      if (at >= from) ticks.push([at, new Date(at + offset(at)).getUTCMonth() ? monthName(at) : monthYear(at)]);
    }
    return ticks;
  }
  const step = [1 / 24, 0.125, 0.25, 0.5, 1, 2, 7, 14].find((size) => days / size <= most) || 28;
  const size = step * 864e5;
  const first = Math.ceil((from + offset(from)) / size) * size;
  for (let wall = first; ticks.length < 400; wall += size) {
    const at = instant(wall);
    if (at > to) break;
    ticks.push([at, step < 1 && wall % 864e5 ? clock(at) : dayMonth(at)]);
  }
  return ticks;
}
function valueTicks(high) {
  const raw = high / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((size) => size * power).find((size) => size >= raw);
  const ticks = [];
  for (let place = 0; place * step <= high * 1.0001; place++) ticks.push(place * step);
  return ticks;
}
const short = (number) => {
  for (const [size, name] of [[1e9, "G"], [1e6, "M"], [1e4, "k"]]) {
    if (Math.abs(number) >= size) return +(number / (name === "k" ? 1e3 : size)).toPrecision(3) + name;
  }
  return grouped(String(+number.toPrecision(6)));
};

// State: a place on every knob.
const now = page.knobs.map((knob) => knob.now);
let places = [...now];
const undone = [];
let pinned = null;
let ask, today, changed;
const settings = (at) => page.knobs.flatMap((knob, index) => (at[index] === knob.now ? [] : [knob.values[at[index]].set]));
const hash = (at) => page.knobs.flatMap((knob, index) => (at[index] === knob.now ? []
  : [encodeURIComponent(knob.path) + "=" + encodeURIComponent(knob.values[at[index]].set.slice(knob.path.length + 1))])).join("&");

function fromHash(text) {
  const at = [...now];
  const unknown = [];
  for (const part of text.replace(/^#/, "").split("&").filter(Boolean)) {
    let path, value;
    try { [path, value = ""] = part.split("=").map(decodeURIComponent); } catch { path = null; }
    const index = page.knobs.findIndex((knob) => knob.path === path);
    const place = index < 0 ? -1 : page.knobs[index].values.findIndex(({ set }) => set === `${path}=${value}`);
    if (place < 0) unknown.push(part);
    else at[index] = place;
  }
  return [at, unknown];
}

// Words of a change: "threshold 3,000 and 2 packs at a time".
function words(at) {
  const parts = page.knobs.flatMap((knob, index) => (at[index] === knob.now ? [] : [knob.values[at[index]].phrase]));
  return parts.length < 2 ? parts.join("") : parts.slice(0, -1).join(", ") + " and " + parts[parts.length - 1];
}
const figureOf = (name) => page.figures.find((figure) => figure.name === name);
function sentence() {
  if (!settings(places).length) return "Move a slider: today stays beside it.";
  const of = (view, name) => view.figures[name];
  const [money, more] = less(figureOf("total_spend"), of(changed, "total_spend"), of(today, "total_spend"));
  const outages = [of(changed, "outages"), of(today, "outages")];
  const count = (number) => (number === 0 ? "no outage" : number === 1 ? "1 outage" : `${grouped(number)} outages`);
  const fill = [of(changed, "fill_rate"), of(today, "fill_rate")];
  const parts = [more ? `${money} ${more > 0 ? "more" : "less"}` : "the same spend"];
  parts.push(outages[0] === outages[1] ? `${count(outages[0])} as today` : `${count(outages[0])} instead of ${outages[1] === 0 ? "none" : grouped(outages[1])}`);
  if (fill[0] !== fill[1] && fill[0] != null && fill[1] != null) parts.push(`${percent(fill[0])} of the ${page.unit} served instead of ${percent(fill[1])}`);
  return `With ${words(places)}: ${parts.join(", ")}.`;
}

// Knobs.
const controls = [];
function makeKnobs() {
  for (const group of ["owner", "unknown"]) {
    const inside = page.knobs.map((knob, index) => [knob, index]).filter(([knob]) => knob.group === group);
    const set = $(group);
    set.hidden = !inside.length;
    for (const [knob, index] of inside) set.append(knob.is_scale ? slider(knob, index) : choice(knob, index));
  }
}
function slider(knob, index) {
  const id = `knob-${index}`;
  const value = el("output", { for: id });
  const range = el("input", { type: "range", id, min: 0, max: knob.values.length - 1, step: 1, "aria-describedby": `${id}-now` });
  range.addEventListener("input", () => move(index, +range.value));
  range.addEventListener("change", settle);
  controls[index] = (place) => {
    range.value = place;
    const { label } = knob.values[place];
    value.textContent = label;
    range.setAttribute("aria-valuetext", label);
    row.classList.toggle("moved", place !== knob.now);
  };
  const row = el("div", { class: "knob" }, el("label", { for: id }, knob.name), value, range,
    el("span", { class: "muted small", id: `${id}-now` }, `today ${knob.values[knob.now].label}`));
  return row;
}
function choice(knob, index) {
  const id = `knob-${index}`;
  const select = el("select", { id });
  knob.values.forEach(({ label }, place) => select.append(el("option", { value: place }, label + (place === knob.now ? " (today)" : ""))));
  select.addEventListener("change", () => { move(index, +select.value); settle(); });
  controls[index] = (place) => {
    select.value = place;
    row.classList.toggle("moved", place !== knob.now);
  };
  const row = el("div", { class: "knob" }, el("label", { for: id }, knob.name), select);
  return row;
}
let before = [...now];
function move(index, place) {
  places[index] = place;
  schedule();
}
function settle() {
  if (String(before) === String(places)) return;
  undone.push(before);
  before = [...places];
  $("undo").disabled = false;
  futures();
}
function go(at) {
  places = [...at];
  before = [...at];
  schedule();
  futures();
}
let waiting = false;
function schedule() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; answer(); });
}

// Answers.
function request(asked) {
  try {
    return JSON.parse(ask(asked));
  } catch (error) {
    // What cannot be computed ends the instance; the next request has a new one.
    start().catch(() => {});
    return { error: "This cannot be computed: " + error.message };
  }
}
function answer() {
  controls.forEach((control, index) => control(places[index]));
  const from = performance.now();
  const found = settings(places).length ? request({ ask: "view", set: settings(places) }) : today;
  document.documentElement.dataset.took = (performance.now() - from).toFixed(1);
  $("error").textContent = found.error || "";
  $("error").hidden = !found.error;
  if (!found.error) changed = found;
  history.replaceState(null, "", "#" + hash(places));
  draw();
}
function draw() {
  $("sentence").textContent = sentence();
  $("command").textContent = command();
  $("reset").disabled = !settings(places).length;
  figures();
  months();
  outages();
  charts();
  document.documentElement.dataset.ready = "yes";
}
const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);
const command = () => [page.command, ...settings(places).map((set) => "--set " + quoted(set))].join(" ");

function table(box, head, rows, caption) {
  const line = (cells, cell) => el("tr", null, ...cells.map((text, place) =>
    el(place ? cell : "th", { class: place ? "number" : "text", scope: place ? (cell === "th" ? "col" : null) : (cell === "th" ? "col" : "row") }, text)));
  box.replaceChildren(el("table", null, el("caption", { class: "hear" }, caption), el("thead", null, line(head, "th")),
    el("tbody", null, ...rows.map((row) => line(row, "td")))));
}
function figures() {
  const views = [today, ...(pinned ? [pinned.view] : []), changed];
  const rows = page.figures.map((figure) => {
    const values = views.map((view) => view.figures[figure.name]);
    return [figure.label, ...values.map((value) => shown(figure, value)), signed(figure, values[values.length - 1], values[0])];
  });
  table($("figures"), ["", "today", ...(pinned ? ["pinned"] : []), "what if", "difference"], rows, "Figures today and with the change");
  $("figures").querySelectorAll("tbody tr").forEach((row, index) => {
    row.title = page.figures[index].meaning;
    row.dataset.figure = page.figures[index].name;
  });
  $("pinned").textContent = pinned ? `Pinned: ${words(pinned.places) || "today's settings"}.` : "";
}
function months() {
  const money = { unit: "money" };
  const credits = { unit: "credits" };
  const row = (month, index) => {
    const other = changed.months[index];
    return [month.month, shown(money, month.total_spend), shown(money, other.total_spend), signed(money, other.total_spend, month.total_spend),
      shown(credits, month.refused), shown(credits, other.refused)];
  };
  table($("months"), ["", "spend today", "what if", "difference", `${page.unit} refused today`, "what if"], today.months.map(row), "Spend and refusals by month");
}
function outages() {
  const list = changed.outage_list;
  const row = (outage) => [outage.shown, duration(outage.length_ms), grouped(outage.refused), page.states[outage.state] || outage.state];
  $("outage-note").textContent = list.length
    ? `${changed.figures.outages > list.length ? `The first ${list.length} of ${grouped(changed.figures.outages)} with the change.` : "All with the change."}`
    : "With the change there is none.";
  if (list.length) table($("outages"), ["from", "length", `${page.unit} refused`, "auto-recharge was"], list.map(row), "Outages with the change");
  else $("outages").replaceChildren();
}

// Charts.
let zoom = null;
const drawn = [];
function charts() {
  const [from, to] = zoom || today.horizon;
  const views = [["today", today], ...(pinned ? [["pinned", pinned.view]] : []), ["change", changed]];
  drawn.length = 0;
  const lanes = views.map(([name, view]) => ({ name, spans: view.outage_list.map(({ span, shown, length_ms, refused }) =>
    [...span, `${shown}, ${duration(length_ms)}, ${grouped(refused)} ${page.unit} refused`]) }));
  plot($("balance"), { from, to, height: 240, lines: views.map(([name, view]) => ({ name, points: view.balance })),
    level: changed.trigger, lanes, form: (value) => `${short(value)}`, what: `Balance in ${page.unit}` });
  plot($("spend"), { from, to, height: 180, lines: views.map(([name, view]) => ({ name, points: view.spend, steps: true })),
    lanes: [], form: (value) => marked(short(value)), what: "Spend to date" });
  $("whole").hidden = !zoom;
}
// The last point at or before an instant.
function at(points, ms) {
  let low = 0, high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] <= ms) low = middle + 1;
    else high = middle;
  }
  return low ? points[low - 1][1] : null;
}
function plot(box, { from, to, height, lines, level, lanes, form, what }) {
  const width = Math.max(box.clientWidth, 240);
  const left = 56, right = width - 8, top = 10, bottom = height - 22 - lanes.length * 14;
  const inside = (points) => {
    const first = points.findIndex(([ms]) => ms >= from);
    if (first < 0) return points.slice(-1);
    let last = points.length;
    while (last && points[last - 1][0] > to) last--;
    return points.slice(Math.max(first - 1, 0), last + 1);
  };
  const parts = lines.map(({ points }) => inside(points));
  const values = [...parts.flat(), ...inside(level || [])].map(([, value]) => value);
  const high = values.reduce((most, value) => Math.max(most, value), 1);
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const x = (ms) => left + ((Math.min(Math.max(ms, from), to) - from) / (to - from)) * (right - left);
  const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", tabindex: 0,
    "aria-label": `${what}, today and with the change. Arrow keys read values.` });
  for (const value of valueTicks(high)) {
    svg.append(shape("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: value ? "grid" : "axis" }),
      shape("text", { x: left - 6, y: y(value) + 4, class: "tick end" }, form(value)));
  }
  for (const [ms, label] of timeTicks(from, to, Math.floor((right - left) / 62))) {
    svg.append(shape("line", { x1: x(ms), x2: x(ms), y1: bottom, y2: bottom + 4, class: "axis" }));
    if (x(ms) < right - 16) svg.append(shape("text", { x: x(ms), y: height - 6, class: "tick middle" }, label));
  }
  lanes.forEach(({ name, spans }, row) => {
    const level = bottom + 8 + row * 14;
    svg.append(shape("text", { x: left - 6, y: level + 8, class: "tick end" }, name === "change" ? "what if" : name));
    for (const [start, end, title] of spans) {
      if (end < from || start > to) continue;
      const mark = shape("rect", { x: x(start), y: level, width: Math.max(x(end) - x(start), 1.5), height: 9, class: `outage ${name}` });
      mark.append(shape("title", {}, title));
      svg.append(mark);
    }
  });
  const path = (points, steps) => points.map(([ms, value], index) =>
    (index ? (steps ? `H${x(ms).toFixed(1)}V` : `L${x(ms).toFixed(1)} `) : `M${x(ms).toFixed(1)} `) + y(value).toFixed(1)).join("");
  if (level && level.length) svg.append(shape("path", { d: path([...inside(level), [to, level[level.length - 1][1]]], true), class: "line level" }));
  lines.forEach(({ name, steps }, index) => svg.append(shape("path", { d: path(parts[index], steps), class: `line ${name}` })));
  const cursor = shape("line", { y1: top, y2: bottom, class: "cursor", visibility: "hidden" });
  const chosen = shape("rect", { y: top, height: bottom - top, class: "chosen", visibility: "hidden" });
  svg.append(chosen, cursor);
  drawn.push({ box, cursor, x, lines, form });
  box.replaceChildren(svg);
  const time = (event) => {
    const rect = svg.getBoundingClientRect();
    const place = ((event.clientX - rect.left) / rect.width) * width;
    return from + (Math.min(Math.max(place, left), right) - left) / (right - left) * (to - from);
  };
  let start = null;
  svg.addEventListener("pointermove", (event) => {
    point(time(event));
    if (start == null) return;
    const [one, two] = [x(start), x(time(event))];
    chosen.setAttribute("x", Math.min(one, two));
    chosen.setAttribute("width", Math.abs(two - one));
    chosen.setAttribute("visibility", "visible");
  });
  svg.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") start = time(event); });
  svg.addEventListener("pointerup", (event) => {
    const end = time(event);
    if (start != null && Math.abs(x(end) - x(start)) > 8) {
      zoom = [Math.min(start, end), Math.max(start, end)].map(Math.round);
      charts();
    }
    start = null;
  });
  let read = from;
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    read = Math.min(Math.max(read + (step * (to - from)) / 60, from), to);
    point(read);
  });
}
function point(ms) {
  for (const { box, cursor, x, lines, form } of drawn) {
    cursor.setAttribute("x1", x(ms));
    cursor.setAttribute("x2", x(ms));
    cursor.setAttribute("visibility", "visible");
    const said = lines.map(({ name, points }) => {
      const value = at(points, ms);
      return `${name === "change" ? "what if" : name} ${value == null ? "–" : form(value)}`;
    });
    $(box.id + "-read").textContent = `${minute(ms)}: ${said.join(", ")}`;
  }
}

// Futures, in the background.
let worker, serial = 0, most = page.futures;
function futures() {
  if (!worker) return;
  serial++;
  $("futures-said").textContent = "Living through futures…";
  $("futures").replaceChildren();
  worker.postMessage({ wanted: { set: settings(places), most, serial } });
}
function heard({ data }) {
  if (data.serial !== serial) return;
  const box = $("futures");
  $("more").hidden = true;
  if (data.error) {
    $("futures-said").textContent = "No futures: " + data.error;
    box.replaceChildren();
    return;
  }
  box.dataset.replications = data.replications;
  $("progress").value = data.replications / data.most;
  const is = (name) => data.difference[name];
  const money = (value) => marked(value.toFixed(page.minor));
  const per = data.period === "horizon" ? "over the whole time" : `a ${data.period}`;
  const sure = `${+(data.confidence * 100).toFixed(1)}%`;
  const span = (one, form) => (one == null ? "not known" : one.low == null || one.high == null ? form(one.value) : `${form(one.value)} (${form(one.low)} to ${form(one.high)})`);
  const isChange = settings(places).length > 0;
  const { total_spend: spend } = data.difference;
  const decided = !isChange || !spend ? "" : spend.low > 0 ? " It costs more." : spend.high < 0 ? " It costs less." : spend.value === 0 ? " It costs the same." : " Whether it costs more or less is not decided yet.";
  $("futures-said").textContent = `${grouped(data.replications)} futures, ${sure} intervals.${decided}`;
  const rows = [
    ["total_spend", `spend ${per}`, money],
    ["recharges", `recharges ${per}`, (value) => grouped(value.toFixed(1))],
    ["refused", `${page.unit} refused ${per}`, (value) => grouped(String(+value.toPrecision(4)))],
    ["fill_rate", `${page.unit} served`, percent],
    ["outage_probability", "cycles with an outage", percent],
  ].map(([name, label, form]) => [label, span(data.today[name], form), span(data.changed[name], form), isChange && is(name) ? span(is(name), form) : ""]);
  table(box, ["", "today", "what if", "difference"], rows, "Means of many futures with their intervals");
  box.append(interval(data, money));
  if (data.replications >= data.most) $("more").hidden = false;
}
// Spend of each future as a dot, the mean and its interval as a bar: the bar shrinks as futures come.
function interval(data, money) {
  const width = Math.max($("futures").clientWidth, 240), left = 56, right = width - 8;
  const all = data.spend.flat();
  const low = Math.min(...all), high = Math.max(...all);
  const x = (value) => left + (high > low ? (value - low) / (high - low) : 0.5) * (right - left);
  const svg = shape("svg", { viewBox: `0 0 ${width} 92`, width, height: 92, role: "img", "aria-label": "Spend in every future, and its mean with the interval" });
  [["today", data.today, data.spend[0]], ["change", data.changed, data.spend[1]]].forEach(([name, of, spend], row) => {
    const y = 18 + row * 34;
    svg.append(shape("text", { x: left - 6, y: y + 4, class: "tick end" }, name === "change" ? "what if" : name));
    spend.slice(0, 600).forEach((value, index) => svg.append(shape("circle", { cx: x(value).toFixed(1), cy: y + ((index * 7) % 15) - 7, r: 1.6, class: `dot ${name}` })));
    const mean = of.total_spend;
    if (mean && mean.low != null && mean.high != null) {
      svg.append(shape("rect", { x: Math.max(x(mean.low), left), y: y - 9, width: Math.max(Math.min(x(mean.high), right) - Math.max(x(mean.low), left), 2), height: 18, class: `bar ${name}` }));
    }
  });
  svg.append(shape("text", { x: left, y: 88, class: "tick" }, money(low)), shape("text", { x: right, y: 88, class: "tick end" }, money(high)));
  return svg;
}

// Buttons.
async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    $("said").textContent = said;
  } catch {
    // A page from disk may be refused the clipboard: the text is selected for the reader to copy.
    $("given").hidden = false;
    $("given").value = text;
    $("given").select();
    $("said").textContent = "Copy the selected text.";
  }
}
function buttons() {
  $("undo").addEventListener("click", () => {
    const at = undone.pop();
    $("undo").disabled = !undone.length;
    if (at) go(at);
    $("said").textContent = "Undone.";
  });
  $("reset").addEventListener("click", () => {
    places = [...now];
    settle();
    schedule();
    $("said").textContent = "As today.";
  });
  $("pin").addEventListener("click", () => {
    pinned = pinned && String(pinned.places) === String(places) ? null : { places: [...places], view: changed };
    $("pin").setAttribute("aria-pressed", String(!!pinned));
    $("said").textContent = pinned ? "Pinned." : "Unpinned.";
    draw();
  });
  $("link").addEventListener("click", () => copy(location.href, "Link copied."));
  $("copy").addEventListener("click", () => copy(command(), "Command copied."));
  $("save").addEventListener("click", () => {
    const found = request({ ask: "scenario", set: settings(places) });
    if (found.error) {
      $("said").textContent = found.error;
      return;
    }
    const url = URL.createObjectURL(new Blob([found.text], { type: "application/toml" }));
    el("a", { href: url, download: page.subject.file.replace(/^.*[\\/]/, "").replace(/(\.toml)?$/, "-what-if.toml") }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1e4);
    $("said").textContent = "Scenario saved.";
  });
  $("whole").addEventListener("click", () => { zoom = null; charts(); });
  $("more").addEventListener("click", () => { most *= 4; futures(); });
  addEventListener("hashchange", () => { if (location.hash.slice(1) !== hash(places)) go(fromHash(location.hash)[0]); });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && event.target.tagName !== "TEXTAREA") $("undo").click();
  });
  let wide = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== wide && changed) { wide = innerWidth; charts(); } });
}

// Start: the story stands on the page already; the engine follows.
async function unpacked(id) {
  const bytes = Uint8Array.from(atob($(id).textContent), (letter) => letter.charCodeAt(0));
  return bytes;
}
async function start() {
  const subject = JSON.stringify(page.subject);
  const usage = await unpacked("usage");
  const stream = new Blob([await unpacked("engine")]).stream().pipeThrough(new DecompressionStream("gzip"));
  const module = await new Response(stream).arrayBuffer();
  ask = await engine(module, subject, usage);
  return { module, subject, usage };
}
async function main() {
  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
    throw new Error("this browser is too old to compute; browsers from 2023 on can");
  }
  const begun = await start();
  makeKnobs();
  buttons();
  today = request({ ask: "view", set: [] });
  if (today.error) throw new Error(today.error);
  changed = today;
  const [at, unknown] = fromHash(location.hash);
  places = at;
  before = [...at];
  $("controls").hidden = false;
  $("results").hidden = false;
  $("loading").hidden = true;
  answer();
  if (unknown.length) $("said").textContent = `The link sets what this page does not have: ${unknown.join(", ")}.`;
  const source = [$("engine-script").textContent, $("worker-script").textContent];
  worker = new Worker(URL.createObjectURL(new Blob(source, { type: "text/javascript" })));
  worker.onmessage = (event) => { if (event.data.ready) futures(); else heard(event); };
  worker.onerror = () => { $("futures-said").textContent = "This browser starts no background work, so there are no futures here."; };
  worker.postMessage(begun);
}
main().catch((error) => {
  $("loading").textContent = "The engine does not start: " + error.message;
  document.documentElement.dataset.ready = "no";
});
