// Charts: lines over time with bands and lanes, and bars. They draw what they are given; what is pointed at is told back.
const SIDES = { today: "today", pinned: "pinned", change: "what if" };
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
// The points that a window shows, with one before it.
function inside(points, from, to) {
  const first = points.findIndex(([ms]) => ms >= from);
  if (first < 0) return points.slice(-1);
  let last = points.length;
  while (last && points[last - 1][0] > to) last--;
  return points.slice(Math.max(first - 1, 0), last + 1);
}
const fixed = (number) => number.toFixed(1);

// Draws lines over a window of time. `bands` are areas between two values, `lanes` rows of spans below, `level` a dashed line.
// Returns what `point` and `mark` need: the place of an instant.
function plot(box, { from, to, height, lines, bands = [], level = [], lanes = [], form, what, pointed, picked, dragged }) {
  const width = Math.max(box.clientWidth, 240);
  const left = 56, right = width - 8, top = 10, bottom = height - 22 - lanes.length * 14;
  const parts = lines.map(({ points }) => inside(points, from, to));
  const areas = bands.map(({ points }) => inside(points, from, to));
  const values = [...parts.flat(), ...inside(level, from, to)].map(([, value]) => value).concat(areas.flat().map(([, , value]) => value));
  const high = values.reduce((most, value) => Math.max(most, value), 1);
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const x = (ms) => left + ((Math.min(Math.max(ms, from), to) - from) / (to - from)) * (right - left);
  const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", tabindex: 0,
    "aria-label": `${what}, ${minute(from)} to ${minute(to)}, today and with the change. Arrow keys read values.` });
  for (const value of valueTicks(high)) {
    svg.append(shape("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: value ? "grid" : "axis" }),
      shape("text", { x: left - 6, y: y(value) + 4, class: "tick end" }, form(value)));
  }
  for (const [ms, label] of timeTicks(from, to, Math.floor((right - left) / 62))) {
    svg.append(shape("line", { x1: x(ms), x2: x(ms), y1: bottom, y2: bottom + 4, class: "axis" }));
    if (x(ms) < right - 16) svg.append(shape("text", { x: x(ms), y: height - 6, class: "tick middle" }, label));
  }
  lanes.forEach(({ name, spans }, row) => {
    const place = bottom + 8 + row * 14;
    svg.append(shape("text", { x: left - 6, y: place + 8, class: "tick end" }, SIDES[name]));
    for (const [start, end, kind, title] of spans) {
      if (end < from || start > to) continue;
      const mark = shape("rect", { x: x(start), y: place, width: Math.max(x(end) - x(start), 1.5), height: 9, class: `outage ${kind}` });
      mark.append(shape("title", {}, title));
      svg.append(mark);
    }
  });
  areas.forEach((points, index) => {
    if (!points.length) return;
    const upper = points.map(([ms, , value]) => `${fixed(x(ms))} ${fixed(y(value))}`);
    const lower = points.map(([ms, value]) => `${fixed(x(ms))} ${fixed(y(value))}`).reverse();
    svg.append(shape("path", { d: `M${upper.concat(lower).join("L")}Z`, class: `band ${bands[index].name}` }));
  });
  const path = (points, steps) => points.map(([ms, value], index) =>
    (index ? (steps ? `H${fixed(x(ms))}V` : `L${fixed(x(ms))} `) : `M${fixed(x(ms))} `) + fixed(y(value))).join("");
  if (level.length) svg.append(shape("path", { d: path([...inside(level, from, to), [to, at(level, to)]], true), class: "line level" }));
  lines.forEach(({ name, steps }, index) => svg.append(shape("path", { d: path(parts[index], steps), class: `line ${name}` })));
  const rule = (kind) => shape("line", { y1: top, y2: bottom, class: kind, visibility: "hidden" });
  const [marker, cursor] = [rule("marker"), rule("cursor")];
  const chosen = shape("rect", { y: top, height: bottom - top, class: "chosen", visibility: "hidden" });
  svg.append(chosen, marker, cursor);
  // A drawing that had the keyboard keeps it.
  const had = box.contains(document.activeElement);
  box.replaceChildren(svg);
  if (had) svg.focus();
  hands(svg, { from, to, left, right, width, x, chosen, pointed, picked, dragged });
  const show = (line, ms) => {
    const is = ms != null && ms >= from && ms <= to;
    line.setAttribute("visibility", is ? "visible" : "hidden");
    if (is) for (const end of ["x1", "x2"]) line.setAttribute(end, fixed(x(ms)));
  };
  return { lines, form, box, point: (ms) => show(cursor, ms), mark: (ms) => show(marker, ms) };
}
// Pointer and keyboard on a chart: hovering reads, a click picks an instant, dragging picks a window.
function hands(svg, { from, to, left, right, width, x, chosen, pointed, picked, dragged }) {
  const time = (event) => {
    const rect = svg.getBoundingClientRect();
    const place = ((event.clientX - rect.left) / rect.width) * width;
    return Math.round(from + (Math.min(Math.max(place, left), right) - left) / (right - left) * (to - from));
  };
  let start = null;
  svg.addEventListener("pointermove", (event) => {
    pointed(time(event));
    if (start == null || !dragged) return;
    const [one, two] = [x(start), x(time(event))];
    chosen.setAttribute("x", Math.min(one, two));
    chosen.setAttribute("width", Math.abs(two - one));
    chosen.setAttribute("visibility", "visible");
  });
  svg.addEventListener("pointerdown", (event) => { start = time(event); });
  svg.addEventListener("pointercancel", () => { start = null; });
  svg.addEventListener("pointerup", (event) => {
    const end = time(event), begun = start;
    start = null;
    if (begun == null) return;
    const isDrag = Math.abs(x(end) - x(begun)) > 8;
    if (isDrag && dragged && event.pointerType === "mouse") dragged(Math.min(begun, end), Math.max(begun, end));
    else if (!isDrag && picked) picked(end);
  });
  let read = from;
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      read = Math.min(Math.max(read + (step * (to - from)) / 60, from), to);
      pointed(Math.round(read));
    } else if (event.key === "Enter" && picked) {
      picked(Math.round(read));
    } else {
      return;
    }
    event.preventDefault();
  });
}

// Bars in pairs, one pair a row: `rows` are a label and for each side a value and what is written beside the bar.
function pairs(box, rows, what) {
  const width = Math.max(box.clientWidth, 240), left = Math.min(150, width * 0.38), right = width - 130;
  const high = rows.flatMap(({ sides }) => sides.map(({ value }) => value)).reduce((most, value) => Math.max(most, value), 0);
  const each = 16, height = rows.reduce((sum, { sides }) => sum + sides.length * each + 10, 4);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": what });
  let y = 4;
  for (const { label, kind, sides } of rows) {
    svg.append(shape("text", { x: left - 8, y: y + 12, class: "tick end" }, label));
    for (const { name, value, text } of sides) {
      const long = high ? (value / high) * (right - left) : 0;
      if (value) svg.append(shape("rect", { x: left, y, width: fixed(Math.max(long, 1.5)), height: each - 4, class: `outage ${kind} ${name}` }));
      svg.append(shape("text", { x: fixed(left + long + 6), y: y + 11, class: "tick" }, `${SIDES[name]} ${text}`));
      y += each;
    }
    y += 10;
  }
  box.replaceChildren(svg);
}
// Columns over months: for each side a height, and the part of it that is drawn hollow.
function columns(box, rows, form, what) {
  const width = Math.max(box.clientWidth, 240), height = 170, left = 56, right = width - 8, top = 10, bottom = height - 22;
  const high = rows.flatMap(({ sides }) => sides.map(({ value }) => value)).reduce((most, value) => Math.max(most, value), 1);
  const y = (value) => bottom - (Math.max(value, 0) / high) * (bottom - top);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": what });
  for (const value of valueTicks(high)) {
    svg.append(shape("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: value ? "grid" : "axis" }),
      shape("text", { x: left - 6, y: y(value) + 4, class: "tick end" }, form(value)));
  }
  const each = Math.min((right - left) / rows.length, 120);
  const apart = Math.ceil(50 / each);
  rows.forEach(({ label, title, sides }, index) => {
    const from = left + index * each + each * 0.12, wide = (each * 0.76) / sides.length;
    sides.forEach(({ name, value, part }, place) => {
      const x = fixed(from + place * wide);
      const bar = shape("rect", { x, y: fixed(y(value)), width: fixed(Math.max(wide - 1, 1)), height: fixed(bottom - y(value)), class: `column ${name}` });
      bar.append(shape("title", {}, title));
      svg.append(bar);
      if (part > 0) svg.append(shape("rect", { x, y: fixed(y(value)), width: fixed(Math.max(wide - 1, 1)), height: fixed(bottom - y(Math.min(part, value))), class: `column hollow ${name}` }));
    });
    if (index % apart === 0) svg.append(shape("text", { x: fixed(from + each * 0.38), y: height - 6, class: "tick middle" }, label));
  });
  box.replaceChildren(svg);
}
