// The carrier of a page that `recharge serve` answers.
const carrier = (() => {
  let ending = null;
  const post = (where, body, signal) => fetch(where, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal,
  });
  const gone = "recharge serve answers no more; start it again on the command line";
  return {
    async start() {},
    async ask(asked) {
      try {
        const answer = await post("ask", asked);
        return answer.ok ? await answer.json() : { error: (await answer.text()).trim() };
      } catch {
        return { error: gone };
      }
    },
    // Reads what futures come to, a line for each slice; another call ends the one before.
    async futures(set, most, heard) {
      if (ending) ending.abort();
      const mine = (ending = new AbortController());
      try {
        const answer = await post("futures", { set, most }, mine.signal);
        if (!answer.ok) throw new Error((await answer.text()).trim());
        const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let rest = ""; ;) {
          const { value, done } = await lines.read();
          if (done || mine !== ending) return;
          const parts = (rest + value).split("\n");
          rest = parts.pop();
          for (const part of parts) heard(JSON.parse(part));
        }
      } catch (error) {
        if (mine === ending) heard({ error: error instanceof TypeError ? gone : String(error.message || error) });
      }
    },
    async file() {
      const answer = await fetch("page.html");
      if (!answer.ok) throw new Error((await answer.text()).trim());
      return answer.text();
    },
  };
})();
