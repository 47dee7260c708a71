"use strict";
// What the parts of the page share: its data, elements, and numbers and times for people. Text from files is set as text, never
// as markup.
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
  const sign = String(text).startsWith("-") ? "-" : "";
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? "." + fraction : "");
};
const marked = (text) => {
  const shown = page.mark.replace("¤", () => grouped(text.replace("-", "")));
  return (text.startsWith("-") ? "-" : "") + shown;
};
const UNITS = [["d", 864e5], ["h", 36e5], ["min", 6e4], ["s", 1e3]];
// As in a terminal: the two largest units, rounded.
function duration(ms) {
  const largest = UNITS.findIndex(([, size]) => ms >= size);
  if (largest < 0) return ms ? `${ms} ms` : "0 s";
  const [, unit] = UNITS[Math.min(largest + 1, UNITS.length - 1)];
  let left = Math.floor(ms / unit + 0.5) * unit;
  const parts = [];
  for (const [name, size] of UNITS) {
    const whole = Math.floor(left / size);
    left -= whole * size;
    if (whole) parts.push(`${whole} ${name}`);
  }
  return parts.join(" ");
}
// Rounded half to even, as the program rounds.
function rounded(value, decimals) {
  const size = 10 ** decimals, twice = value * size * 2;
  const isTie = Number.isInteger(value * 2 ** (decimals + 1)) && twice % 2 === 1;
  if (!isTie) return value.toFixed(decimals);
  const below = Math.floor(value * size);
  return ((below % 2 === 0 ? below : below + 1) / size).toFixed(decimals);
}
// With the sign in front; what rounds to nothing has none.
const signedForm = (form) => (value) => {
  const text = form(Math.abs(value));
  return value < 0 && /[1-9]/.test(text) ? "-" + text : text;
};
const whole = (text) => text.replace(/\.0$/, "");
const percent = signedForm((share) => {
  const all = share * 100;
  if (share === 0 || share === 1) return `${all}%`;
  if (all >= 1 && all <= 99) return whole(rounded(all, 1)) + "%";
  if (all > 99.99 && all < 100) return "99.99%";
  return (all < 0.01 ? "0.01" : rounded(all, 2)) + "%";
});
const price = signedForm((value) => {
  const fine = value > 0 && value < 1 ? Math.min(2 - Math.floor(Math.log10(value)), 12) : 0;
  return marked(rounded(value, Math.max(fine, page.minor)));
});
// Means, which have more digits than any run.
const meanMoney = signedForm((value) => marked(rounded(value, page.minor)));
const meanCount = signedForm((value) => grouped(rounded(value, 2)));
const meanCredits = signedForm((value) => whole(grouped(rounded(value, value < 10 ? 1 : 0))));
const FORMS = {
  money: marked,
  credits: grouped,
  count: (value) => grouped(value),
  share: percent,
  duration,
  price,
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
  return sign ? (sign > 0 ? "+" : "-") + text : text && "same";
}

// Times in the account's zone.
let zone = page.zone;
try { new Intl.DateTimeFormat("en", { timeZone: zone }); } catch { zone = "UTC"; }
const formed = (form) => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...form });
  return (ms) => format.format(ms);
};
const minute = formed({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const minuteSecond = formed({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
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
