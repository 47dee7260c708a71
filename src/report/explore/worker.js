// Lives through futures in slices of a third of a second, and says after each what they come to; then the same with their fan.
let ask, wanted;
onmessage = async ({ data }) => {
  try {
    if (data.module) ask = await engine(data.module, data.subject, data.usage);
    else wanted = data;
    if (wanted) slice(wanted, "futures", 0, 8);
  } catch (error) {
    postMessage({ serial: wanted && wanted.serial, error: String(error.message || error) });
  }
};
function slice(mine, kind, done, count) {
  if (mine !== wanted || !ask) return;
  const most = kind === "fan" ? Math.min(mine.most, mine.paths) : mine.most;
  const replications = Math.min(done + count, most);
  const from = performance.now();
  let found;
  try {
    found = JSON.parse(ask({ ask: kind, set: mine.set, replications }));
  } catch (error) {
    found = { error: String(error.message || error) };
  }
  postMessage({ serial: mine.serial, ...found });
  if (found.error) return;
  const each = (performance.now() - from) / (replications - done);
  const next = Math.max(2, Math.min(Math.round(300 / Math.max(each, 0.001)), replications));
  // Between two slices other wishes are heard.
  if (replications < most) setTimeout(slice, 0, mine, kind, replications, next);
  else if (kind === "futures") setTimeout(slice, 0, mine, "fan", 0, 8);
}
