// The page: knobs, the state of what is moved, and a section for each answer. Every figure comes from the engine, which a carrier asks;
// here it is only formatted and drawn.

// State: a place on every knob, what is pinned, the window of the charts, a budget.
const now = page.knobs.map((knob) => knob.now);
let places = [...now];
let before = [...now];
const undone = [];
let pinned = null, zoom = null, budget = "", section = null;
// Answers: today's, and that of the places `changedAt`.
let today, changed, changedAt = now;
const settings = (at) => page.knobs.flatMap((knob, index) => (at[index] === knob.now ? [] : [knob.values[at[index]].set]));
const isChange = () => settings(places).length > 0;
const hashOf = (at) => page.knobs.flatMap((knob, index) => (at[index] === knob.now ? []
  : [encodeURIComponent(knob.path) + "=" + encodeURIComponent(knob.values[at[index]].set.slice(knob.path.length + 1))])).join("&");
function hash() {
  const parts = [hashOf(places)];
  if (pinned) parts.push("pinned=" + encodeURIComponent(hashOf(pinned.places)));
  if (zoom) parts.push("zoom=" + zoom.join("~"));
  if (budget) parts.push("budget=" + encodeURIComponent(budget));
  return parts.filter(Boolean).join("&");
}
function fromHash(text) {
  const read = { at: [...now], pinned: null, zoom: null, budget: "", section: null, unknown: [] };
  for (const part of text.replace(/^#/, "").split("&").filter(Boolean)) {
    let path, value;
    try { [path, value = ""] = part.split("=").map(decodeURIComponent); } catch { path = null; }
    const window = path === "zoom" && /^(-?\d+)~(-?\d+)$/.exec(value);
    const index = page.knobs.findIndex((knob) => knob.path === path);
    const place = index < 0 ? -1 : page.knobs[index].values.findIndex(({ set }) => set === `${path}=${value}`);
    if (path === "pinned") read.pinned = fromHash(value).at;
    else if (window && +window[1] < +window[2]) read.zoom = [+window[1], +window[2]];
    else if (path === "budget" && value > 0) read.budget = value;
    else if (path === "section" && $(value)) read.section = $(value);
    else if (place < 0) read.unknown.push(part);
    else read.at[index] = place;
  }
  return read;
}
function keepHash() {
  // A page that is shown inside another has no address of its own.
  try { history.replaceState(null, "", "#" + hash()); } catch { /* nothing to keep it in */ }
}

// Words of a change: "threshold 3,000 and 2 packs at a time".
function words(at) {
  const parts = page.knobs.flatMap((knob, index) => (at[index] === knob.now ? [] : [knob.values[at[index]].phrase]));
  return parts.length < 2 ? parts.join("") : parts.slice(0, -1).join(", ") + " and " + parts[parts.length - 1];
}
const figureOf = (name) => page.figures.concat(page.waste).find((figure) => figure.name === name);
function sentence() {
  if (!settings(changedAt).length) return "Move a slider: today stays beside it.";
  const of = (view, name) => view.figures[name];
  const [money, more] = less(figureOf("total_spend"), of(changed, "total_spend"), of(today, "total_spend"));
  const outages = [of(changed, "outages"), of(today, "outages")];
  const count = (number) => (number === 0 ? "no outage" : number === 1 ? "1 outage" : `${grouped(number)} outages`);
  const fill = [of(changed, "fill_rate"), of(today, "fill_rate")];
  const parts = [more ? `${money} ${more > 0 ? "more" : "less"}` : "the same spend"];
  parts.push(outages[0] === outages[1] ? `${count(outages[0])} as today` : `${count(outages[0])} instead of ${outages[1] === 0 ? "none" : grouped(outages[1])}`);
  if (fill[0] !== fill[1] && fill[0] != null && fill[1] != null) parts.push(`${percent(fill[0])} of the ${page.unit} served instead of ${percent(fill[1])}`);
  return `With ${words(changedAt)}: ${parts.join(", ")}.`;
}

// Knobs.
const controls = [];
function makeKnobs() {
  for (const group of ["owner", "unknown"]) {
    const members = page.knobs.map((knob, index) => [knob, index]).filter(([knob]) => knob.group === group);
    const set = $(group);
    set.hidden = !members.length;
    for (const [knob, index] of members) set.append(knob.is_scale ? slider(knob, index) : choice(knob, index));
  }
  // What would have avoided the outages is one press away, where the knobs reach it.
  for (const { label, set } of page.trials) {
    const { at, unknown } = fromHash(set.map((one) => one.split("=").map(encodeURIComponent).join("=")).join("&"));
    if (unknown.length) continue;
    const button = el("button", { type: "button" }, `Try ${label}`);
    button.addEventListener("click", () => { places = at; settle(); schedule(); });
    $("trials").append(button);
  }
}
function slider(knob, index) {
  const id = `knob-${index}`;
  const value = el("output", { for: id });
  const range = el("input", { type: "range", id, min: 0, max: knob.values.length - 1, step: 1, "aria-describedby": `${id}-now` });
  range.addEventListener("input", () => move(index, +range.value));
  range.addEventListener("change", settle);
  const row = el("div", { class: "knob" }, el("label", { for: id }, knob.name), value, range,
    el("span", { class: "muted small", id: `${id}-now` }, `today ${knob.values[knob.now].label}`));
  controls[index] = (place) => {
    range.value = place;
    const { label } = knob.values[place];
    value.textContent = label;
    range.setAttribute("aria-valuetext", label);
    row.classList.toggle("moved", place !== knob.now);
  };
  return row;
}
function choice(knob, index) {
  const id = `knob-${index}`;
  const select = el("select", { id });
  knob.values.forEach(({ label }, place) => select.append(el("option", { value: place }, label + (place === knob.now ? " (today)" : ""))));
  select.addEventListener("change", () => { move(index, +select.value); settle(); });
  const row = el("div", { class: "knob" }, el("label", { for: id }, knob.name), select);
  controls[index] = (place) => {
    select.value = place;
    row.classList.toggle("moved", place !== knob.now);
  };
  return row;
}
function move(index, place) {
  places[index] = place;
  schedule();
}
// A change that stays: it can be undone, and the slower sections follow.
function settle() {
  if (String(before) === String(places)) return;
  undone.push(before);
  before = [...places];
  $("undo").disabled = false;
  futures();
  schedule(true);
}
function go(at) {
  places = [...at];
  before = [...at];
  schedule(true);
  futures();
}

// Answers: one at a time, and the last wish counts.
let waiting = false, answering = false, again = false, follow = false;
function schedule(all) {
  follow ||= !!all;
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; answer(); });
}
async function answer() {
  controls.forEach((control, index) => control(places[index]));
  again = answering;
  if (answering) return;
  answering = true;
  do {
    again = false;
    const wanted = [...places];
    const from = performance.now();
    const found = settings(wanted).length ? await carrier.ask({ ask: "view", set: settings(wanted) }) : today;
    document.documentElement.dataset.took = (performance.now() - from).toFixed(1);
    $("error").textContent = found.error || "";
    $("error").hidden = !found.error;
    if (!found.error) [changed, changedAt] = [found, wanted];
  } while (again);
  answering = false;
  keepHash();
  draw();
  if (follow) {
    follow = false;
    await steps.again();
    // What is above a section has its height only now.
    if (section) section.scrollIntoView({ block: "start" });
    section = null;
  }
}
function draw() {
  $("sentence").textContent = sentence();
  $("command").textContent = command();
  $("reset").disabled = !isChange();
  figures();
  months();
  waste();
  outages();
  charts();
  document.documentElement.dataset.ready = "yes";
}
const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);
const command = () => [page.command, ...settings(places).map((set) => "--set " + quoted(set))].join(" ");

// Tables.
function table(box, head, rows, caption) {
  const line = (cells, cell) => el("tr", null, ...cells.map((text, place) =>
    el(place ? cell : "th", { class: place ? "number" : "text", scope: place ? (cell === "th" ? "col" : null) : (cell === "th" ? "col" : "row") }, text)));
  box.replaceChildren(el("table", null, el("caption", { class: "hear" }, caption), el("thead", null, line(head, "th")),
    el("tbody", null, ...rows.map((row) => line(row, "td")))));
}
const sides = () => [["today", today], ...(pinned ? [["pinned", pinned.view]] : []), ["change", changed]];
function compared(box, list, caption) {
  const views = sides();
  const rows = list.map((figure) => {
    const values = views.map(([, view]) => view.figures[figure.name]);
    return [figure.label, ...values.map((value) => shown(figure, value)), signed(figure, values[values.length - 1], values[0])];
  });
  table(box, ["", ...views.map(([name]) => SIDES[name]), "difference"], rows, caption);
  box.querySelectorAll("tbody tr").forEach((row, index) => {
    row.title = list[index].meaning;
    row.dataset.figure = list[index].name;
  });
}
function figures() {
  compared($("figures"), page.figures, "Figures today and with the change");
  $("pinned").textContent = pinned ? `Pinned: ${words(pinned.places) || "today's settings"}.` : "";
  $("pin").setAttribute("aria-pressed", String(!!pinned));
  $("pin").textContent = pinned && String(pinned.places) === String(places) ? "Unpin" : "Pin and compare";
}
const MONEY = { unit: "money" }, CREDITS = { unit: "credits" };
function months() {
  const row = (month, index) => {
    const other = changed.months[index];
    return [monthYear(Date.parse(month.start)), shown(MONEY, month.total_spend), shown(MONEY, other.total_spend), signed(MONEY, other.total_spend, month.total_spend),
      shown(CREDITS, month.refused), shown(CREDITS, other.refused), shown(MONEY, month.breakage), shown(MONEY, other.breakage)];
  };
  table($("months"), ["", "spend today", "what if", "difference", `${page.unit} refused today`, "what if", "expired unused today", "what if"],
    today.months.map(row), "Spend, refusals and waste by month");
  const money = (value) => marked(short(value));
  columns($("month-bars"), today.months.map((month, index) => {
    const both = [["today", month], ["change", changed.months[index]]];
    return {
      label: monthName(Date.parse(month.start)),
      title: `${monthYear(Date.parse(month.start))}: ` + both.map(([name, of]) => `${SIDES[name]} ${shown(MONEY, of.total_spend)}`).join(", "),
      sides: both.map(([name, of]) => ({ name, value: +of.total_spend, part: +of.breakage })),
    };
  }), money, "Spend by month, today and with the change; what expired unused is hollow");
}
function waste() {
  const of = (name) => changed.figures[name];
  const parts = [];
  if (+of("expired") > 0) parts.push(`${grouped(of("expired"))} ${page.unit} that had cost ${marked(of("expired_cost"))} expired unused`);
  if (+of("forfeited") > 0) parts.push(`${grouped(of("forfeited"))} ${page.unit} of the allowance were forfeited`);
  const said = parts.join(", and ") || "nothing that was bought or included was lost";
  $("waste-said").textContent = `${settings(changedAt).length ? "With the change" : "Today"}: ${said}.`;
  compared($("waste"), page.waste, "What was paid for and not used");
}
function outages() {
  const list = changed.outage_list;
  const all = changed.figures.outages;
  const row = (outage) => [minute(Date.parse(outage.from)), duration(outage.length_ms), grouped(outage.refused), page.states[outage.state] || outage.state];
  $("outage-note").textContent = !list.length ? "With the change there is none."
    : all > list.length ? `The first ${list.length} of ${grouped(all)} with the change.` : "All with the change:";
  if (list.length) {
    table($("outages"), ["from", "length", `${page.unit} refused`, "auto-recharge was"], list.map(row), "Outages with the change");
    $("outages").querySelectorAll("tbody th").forEach((cell, index) => {
      const button = el("button", { type: "button", class: "link" }, cell.textContent);
      button.addEventListener("click", () => {
        steps.side("change");
        steps.at(Date.parse(list[index].from), "outage_opened");
        $("steps-part").scrollIntoView({ block: "start" });
      });
      cell.replaceChildren(button);
    });
  } else {
    $("outages").replaceChildren();
  }
  causes();
}
// What auto-recharge was doing while service was down.
function causes() {
  const views = sides();
  const states = [...new Set(views.flatMap(([, view]) => view.causes.map(({ state }) => state)))];
  const rows = states.map((state) => ({
    label: page.states[state] || state,
    kind: state,
    sides: views.map(([name, view]) => {
      const cause = view.causes.find((one) => one.state === state) || { downtime_ms: 0, refused: "0" };
      return { name, value: cause.downtime_ms, text: duration(cause.downtime_ms) };
    }),
  }));
  if (rows.length) pairs($("causes"), rows, "Downtime by what auto-recharge was doing, today and with the change");
  else $("causes").replaceChildren(el("p", null, "Service is never down."));
}

// Charts over time.
const drawn = {};
let fan = null;
function charts() {
  const [from, to] = zoom || today.horizon;
  const views = sides();
  const lanes = views.map(([name, view]) => ({ name, spans: view.outage_list.map((outage) =>
    [Date.parse(outage.from), Date.parse(outage.to), outage.state,
      `${minute(Date.parse(outage.from))}, ${duration(outage.length_ms)}, ${grouped(outage.refused)} ${page.unit} refused: ${page.states[outage.state] || outage.state}`]) }));
  const shared = { from, to, pointed: point, dragged: look, picked: (ms) => steps.at(ms) };
  drawn.balance = plot($("balance"), { ...shared, height: 240 + 14 * lanes.length, lines: views.map(([name, view]) => ({ name, points: view.balance })),
    level: changed.trigger, lanes, form: (value) => `${short(value)}`, what: `Balance in ${page.unit}` });
  const band = (name) => ({ name, points: fan.at.map((ms, index) => [ms, fan[name === "today" ? "today" : "changed"][index][0], fan[name === "today" ? "today" : "changed"][index][2]]) });
  const bands = !fan ? [] : isChange() ? [band("today"), band("change")] : [band("change")];
  drawn.spend = plot($("spend"), { ...shared, height: 190, bands, lines: views.map(([name, view]) => ({ name, points: view.spend, steps: true })),
    form: (value) => marked(short(value)), what: "Spend to date" });
  fanSaid();
  const isWhole = !zoom;
  for (const id of ["wider", "earlier", "later", "whole"]) $(id).disabled = isWhole;
  drawn.balance.mark(steps.instant());
}
function fanSaid() {
  $("fan-said").textContent = "";
  if (!fan) return;
  const last = fan.at.length - 1;
  const range = (of) => `${meanMoney(of[last][0])} to ${meanMoney(of[last][2])}`;
  const todays = isChange() ? `; today ${range(fan.today)}` : "";
  $("fan-said").textContent = `At the end nine of ten of ${grouped(fan.replications)} futures have spent ${range(fan.changed)}${todays}.`;
  $("spend").dataset.fan = fan.replications;
}
function point(ms) {
  for (const { box, point: show, lines, form } of Object.values(drawn)) {
    show(ms);
    const said = lines.map(({ name, points }) => {
      const value = at(points, ms);
      return `${SIDES[name]} ${value == null ? "–" : form(value)}`;
    });
    $(box.id + "-read").textContent = `${minute(ms)}: ${said.join(", ")}`;
  }
}
// Looks at a window, an hour at least, inside the horizon.
function look(from, to) {
  const [first, last] = today.horizon;
  const length = Math.min(Math.max(Math.round(to - from), 36e5), last - first);
  const start = Math.min(Math.max(Math.round(from), first), last - length);
  zoom = length >= last - first ? null : [start, start + length];
  keepHash();
  charts();
}
function zooming() {
  const window = () => zoom || today.horizon;
  const around = (factor) => {
    const [from, to] = window();
    const seen = steps.instant();
    const middle = factor < 1 && seen > from && seen < to ? seen : (from + to) / 2;
    const half = ((to - from) * factor) / 2;
    look(middle - half, middle + half);
  };
  const shift = (share) => {
    const [from, to] = window();
    look(from + (to - from) * share, to + (to - from) * share);
  };
  $("closer").addEventListener("click", () => around(0.5));
  $("wider").addEventListener("click", () => around(2));
  $("earlier").addEventListener("click", () => shift(-0.5));
  $("later").addEventListener("click", () => shift(0.5));
  $("whole").addEventListener("click", () => { zoom = null; keepHash(); charts(); });
}

// Step by step: the journal around one entry.
const steps = (() => {
  const FETCHED = 200, SHOWN = 4;
  let first = 0, list = [], count = 0, current = 0, of = "change", serial = 0;
  const entry = () => list[current - first];
  const event = ({ event, usage }) => (usage ? "usage" : event.replace(/_/g, " "));
  const said = (step) => (step.usage
    ? `${step.usage.events === 1 ? "1 event asks" : grouped(step.usage.events) + " events ask"} for ${grouped(step.usage.demanded)}` + (step.usage.refused === "0" ? "" : `, ${grouped(step.usage.refused)} refused`)
    : [step.detail, step.credits && `${grouped(step.credits)} ${page.unit}`, step.money && marked(step.money)].filter(Boolean).join(", "));
  async function fetched(from) {
    const mine = ++serial;
    const found = await carrier.ask({ ask: "steps", set: of === "today" ? [] : settings(changedAt), from, count: FETCHED });
    if (mine !== serial) return false;
    if (found.error) {
      $("step").textContent = found.error;
      return false;
    }
    ({ first, count, steps: list } = found);
    return true;
  }
  async function go(number) {
    const wanted = Math.min(Math.max(number, 0), Math.max(count - 1, 0));
    const is = (place) => place >= first && place < first + list.length;
    const isNear = is(Math.max(wanted - SHOWN, 0)) && is(Math.min(wanted + SHOWN, count - 1));
    if (!isNear && !(await fetched({ number: Math.max(wanted - FETCHED / 2, 0) }))) return;
    current = Math.min(wanted, Math.max(count - 1, 0));
    show();
  }
  // The first entry at or after an instant; of a kind, where one is wanted.
  async function at(ms, kind) {
    if (!(await fetched({ at: ms }))) return;
    const place = kind ? list.findIndex((step) => step.event === kind) : 0;
    await go(Math.min(first + Math.max(place, 0), count - 1));
  }
  function show() {
    const step = entry();
    if (!step) {
      for (const id of ["step", "caps", "steps"]) $(id).replaceChildren();
      return;
    }
    $("step").textContent = `${grouped(current + 1)} of ${grouped(count)}: ${minute(step.at)}, ${event(step)}` +
      `${said(step) ? ": " + said(step) : ""}. Balance ${grouped(step.before)}` +
      `${step.after === step.before ? "" : " → " + grouped(step.after)}; auto-recharge is ${page.states[step.state] || step.state}.`;
    $("step").dataset.number = current;
    $("caps").replaceChildren(...step.caps.map((cap, index) => {
      const freed = cap.until == null || +cap.used === 0 ? "" : `, fewer from ${minute(cap.until)}`;
      const text = `${grouped(cap.used)} of ${grouped(cap.limit)} used${freed}`;
      const id = `cap-${index}`;
      return el("div", { class: "cap" }, el("span", { id }, `Cap ${index + 1}: ${cap.cap}`),
        el("meter", { min: 0, max: cap.limit, high: cap.limit * 0.99, value: cap.used, "aria-labelledby": id }, text), el("span", { class: "small" }, text));
    }));
    const from = Math.max(current - SHOWN, 0), to = Math.min(current + SHOWN + 1, count);
    const seen = list.slice(from - first, to - first);
    table($("steps"), ["at", "event", "", "balance"], seen.map((one) => [minuteSecond(one.at), event(one), said(one), grouped(one.after)]), "Events around this one");
    $("steps").querySelectorAll("tbody tr").forEach((row, index) => {
      row.addEventListener("click", () => go(from + index));
      if (from + index === current) row.setAttribute("aria-current", "true");
    });
    $("step-first").disabled = $("step-back").disabled = current === 0;
    $("step-on").disabled = current >= count - 1;
    if (drawn.balance) drawn.balance.mark(step.at);
  }
  function nextOutage() {
    const view = of === "today" ? today : changed;
    const near = list.findIndex((step, place) => first + place > current && step.event === "outage_opened");
    if (near >= 0) {
      go(first + near);
      return;
    }
    const after = entry() ? entry().at : -Infinity;
    const next = view.outage_list.find(({ from }) => Date.parse(from) > after);
    if (next) at(Date.parse(next.from), "outage_opened");
    else $("step").textContent = "No outage follows" + (view.figures.outages > view.outage_list.length ? " among those listed." : ".");
  }
  return {
    at,
    instant: () => (entry() ? entry().at : null),
    side(name) { $("step-side").value = of = name; },
    // The same instant, where other settings are looked at; at first the first outage, or the beginning.
    async again() {
      const seen = entry();
      const [outage] = (of === "today" ? today : changed).outage_list;
      [first, list, count] = [0, [], 0];
      if (seen && seen.at > today.horizon[0]) await at(seen.at);
      else if (outage) await at(Date.parse(outage.from), "outage_opened");
      else await go(0);
    },
    listen() {
      $("step-side").addEventListener("change", () => { of = $("step-side").value; this.again(); });
      $("step-first").addEventListener("click", () => go(0));
      $("step-back").addEventListener("click", () => go(current - 1));
      $("step-on").addEventListener("click", () => go(current + 1));
      $("step-outage").addEventListener("click", nextOutage);
      $("steps").addEventListener("keydown", (pressed) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[pressed.key];
        if (!by) return;
        pressed.preventDefault();
        go(current + by);
      });
    },
  };
})();

// Futures, in the background.
let most = page.futures, lived = null;
function futures() {
  [fan, lived] = [null, null];
  delete $("spend").dataset.fan;
  $("futures-said").textContent = "Living through futures…";
  $("futures").replaceChildren();
  $("futures").removeAttribute("data-replications");
  carrier.futures(settings(places), most, heard);
}
function heard(data) {
  const box = $("futures");
  $("more").hidden = true;
  if (data.error) {
    $("futures-said").textContent = "No futures: " + data.error + ".";
    box.replaceChildren();
    return;
  }
  if (data.at) {
    fan = data;
    $("progress").value = 0.5 + data.replications / Math.min(most, page.paths) / 2;
    $("more").hidden = data.replications < Math.min(most, page.paths);
    charts();
    return;
  }
  lived = data;
  $("progress").value = data.replications / most / 2;
  box.dataset.replications = data.replications;
  told();
}
function told() {
  if (!lived) return;
  const data = lived, box = $("futures");
  const is = (name) => data.difference[name];
  const money = meanMoney;
  const per = data.period === "horizon" ? "over the whole time" : `a ${data.period}`;
  const sure = `${+(data.confidence * 100).toFixed(1)}%`;
  const span = (one, form) => (one == null ? "not known" : one.low == null || one.high == null ? form(one.value) : `${form(one.value)} (${form(one.low)} to ${form(one.high)})`);
  const { total_spend: spend } = data.difference;
  const decided = !isChange() || !spend ? "" : spend.low > 0 ? " It spends more." : spend.high < 0 ? " It spends less." : spend.value === 0 ? " It spends the same." : " Whether it spends more or less is not decided yet.";
  $("futures-said").textContent = `${grouped(data.replications)} futures, ${sure} intervals.${decided}`;
  const rows = [
    ["total_spend", `spend ${per}`, money],
    ["recharges", `recharges ${per}`, meanCount],
    ["refused", `${page.unit} refused ${per}`, meanCredits],
    ["fill_rate", `${page.unit} served`, percent],
    ["outage_probability", "cycles with an outage", percent],
  ].map(([name, label, form]) => [label, span(data.today[name], form), span(data.changed[name], form), isChange() && is(name) ? span(is(name), form) : ""]);
  table(box, ["", "today", "what if", "difference"], rows, "Means of many futures with their intervals");
  box.append(interval(data, money));
  $("budget-per").textContent = per;
  budgeted();
}
// How many futures come to more than the budget.
function budgeted() {
  $("budget-said").textContent = "";
  if (!lived || !(budget > 0)) return;
  const over = lived.spend.map((all) => all.filter((one) => one > budget).length);
  const count = (of) => `${grouped(of)} of ${grouped(lived.replications)}`;
  const per = lived.period === "horizon" ? "over the whole time" : `a ${lived.period} on average`;
  $("budget-said").textContent = `More than ${marked(String(budget))} ${per}: in ${count(over[0])} futures today` +
    (isChange() ? `, in ${count(over[1])} with the change.` : ".");
}
// Spend of each future as a dot, the mean and its interval as a bar: the bar shrinks as futures come.
function interval(data, money) {
  const width = Math.max($("futures").clientWidth, 240), left = 56, right = width - 8;
  const all = data.spend.flat();
  const low = all.reduce((least, value) => Math.min(least, value), Infinity);
  const high = all.reduce((most, value) => Math.max(most, value), -Infinity);
  const x = (value) => left + (high > low ? (value - low) / (high - low) : 0.5) * (right - left);
  const svg = shape("svg", { viewBox: `0 0 ${width} 92`, width, height: 92, role: "img", "aria-label": "Spend in every future, and its mean with the interval" });
  [["today", data.today, data.spend[0]], ["change", data.changed, data.spend[1]]].forEach(([name, of, spend], row) => {
    const y = 18 + row * 34;
    svg.append(shape("text", { x: left - 6, y: y + 4, class: "tick end" }, SIDES[name]));
    // Of very many, some in even steps stand for all.
    const apart = Math.ceil(spend.length / 600);
    spend.forEach((value, index) => {
      if (index % apart === 0) svg.append(shape("circle", { cx: fixed(x(value)), cy: y + ((index / apart * 7) % 15) - 7, r: 1.6, class: `dot ${name}` }));
    });
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
const stem = page.subject.file.replace(/^.*[\\/]/, "").replace(/(\.toml)?$/, "").replace(/\s+/g, "-");
function download(text, kind, name, said) {
  const url = URL.createObjectURL(new Blob([text], { type: kind }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1e4);
  $("said").textContent = said;
}
// The file of this page, which opens as it is now: the state is written where `main` reads it, the sentence where it stands.
async function pageFile() {
  const attribute = el("i", { "data-opens": hash() }).outerHTML.replace(/^<i|><\/i>$/g, "");
  const told = settings(changedAt).length ? el("p", null, sentence()).innerHTML : "";
  return (await carrier.file()).replace(/<html/, () => "<html" + attribute).replace(/(<p id="sentence"[^>]*>)/, (start) => start + told);
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
    pinned = pinned && String(pinned.places) === String(places) ? null : { places: [...changedAt], view: changed };
    $("said").textContent = pinned ? "Pinned." : "Unpinned.";
    keepHash();
    draw();
  });
  $("link").addEventListener("click", () => copy(location.href, "Link copied."));
  $("copy").addEventListener("click", () => copy(command(), "Command copied."));
  $("say").addEventListener("click", () => copy(sentence(), "Sentence copied."));
  $("save").addEventListener("click", async () => {
    const found = await carrier.ask({ ask: "scenario", set: settings(places) });
    if (found.error) $("said").textContent = found.error;
    else download(found.text, "application/toml", stem + "-what-if.toml", "Scenario saved.");
  });
  $("page-file").addEventListener("click", async () => {
    try {
      download(await pageFile(), "text/html", stem + "-what-if.html", "Page saved: it opens as it is now, and can be mailed.");
    } catch (error) {
      $("said").textContent = "The page cannot be saved: " + error.message;
    }
  });
  $("more").addEventListener("click", () => { most *= 4; futures(); });
  $("budget").addEventListener("input", () => {
    budget = +$("budget").value > 0 ? $("budget").value : "";
    keepHash();
    budgeted();
  });
  zooming();
  steps.listen();
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => { if (location.hash.slice(1) !== hash()) opened(location.hash); });
  addEventListener("keydown", (event) => {
    const isText = event.target.tagName === "TEXTAREA" || event.target.type === "number";
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !isText) $("undo").click();
  });
  let wide = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== wide && changed) { wide = innerWidth; draw(); told(); } });
}

// Takes up a state from an address.
async function opened(text) {
  const read = fromHash(text);
  ({ zoom, budget, section } = read);
  $("budget").value = budget;
  pinned = null;
  if (read.pinned) {
    const view = settings(read.pinned).length ? await carrier.ask({ ask: "view", set: settings(read.pinned) }) : today;
    if (!view.error) pinned = { places: read.pinned, view };
  }
  go(read.at);
  if (read.unknown.length) $("said").textContent = `The link sets what this page does not have: ${read.unknown.join(", ")}.`;
}
// Start: the story stands on the page already; the engine follows.
async function main() {
  await carrier.start();
  makeKnobs();
  buttons();
  today = await carrier.ask({ ask: "view", set: [] });
  if (today.error) throw new Error(today.error);
  changed = today;
  $("controls").hidden = false;
  $("results").hidden = false;
  $("loading").hidden = true;
  await opened(location.hash.length > 1 ? location.hash : document.documentElement.dataset.opens || "");
}
// A fault of the page itself is told, and not left to a console that nobody opens.
addEventListener("unhandledrejection", ({ reason }) => {
  $("error").textContent = "This page has a fault: " + (reason && reason.message || reason);
  $("error").hidden = false;
});
main().catch((error) => {
  $("loading").textContent = "The engine does not start: " + error.message;
  document.documentElement.dataset.ready = "no";
});
