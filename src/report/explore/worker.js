// Lives through futures in slices of a third of a second, and says after each what they come to.
let ask, wanted;
onmessage = async ({ data }) => {
  try {
    if (data.module) ask = await engine(data.module, data.subject, data.usage);
    wanted = data.wanted;
    if (wanted) slice(wanted, 0, 8);
    else postMessage({ ready: true });
  } catch (error) {
    postMessage({ serial: data.wanted && data.wanted.serial, error: String(error.message || error) });
  }
};
function slice(mine, done, count) {
  if (mine !== wanted) return;
  const replications = Math.min(done + count, mine.most);
  const from = performance.now();
  let found;
  try {
    found = JSON.parse(ask({ ask: "futures", set: mine.set, replications }));
  } catch (error) {
    found = { error: String(error.message || error) };
  }
  postMessage({ serial: mine.serial, most: mine.most, ...found });
  if (found.error || replications >= mine.most) return;
  const each = (performance.now() - from) / Math.max(replications - done, 1);
  const next = Math.max(2, Math.min(Math.round(300 / Math.max(each, 0.05)), replications));
  setTimeout(slice, 0, mine, replications, next);
}
