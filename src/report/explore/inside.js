// The carrier of a page with the engine inside: every question is answered in this file.
const carrier = (() => {
  // The page as it was sent, to be saved again.
  const source = "<!DOCTYPE html>\n" + document.documentElement.outerHTML;
  let ask, worker, begun, serial = 0;
  const unpacked = (id) => Uint8Array.from(atob($(id).textContent), (letter) => letter.charCodeAt(0));
  async function open() {
    const subject = JSON.stringify(page.subject);
    const usage = unpacked("usage");
    const stream = new Blob([unpacked("engine")]).stream().pipeThrough(new DecompressionStream("gzip"));
    const module = await new Response(stream).arrayBuffer();
    ask = await engine(module, subject, usage);
    return { module, subject, usage };
  }
  return {
    async start() {
      if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
        throw new Error("this browser is too old to compute; browsers from 2023 on can");
      }
      begun = await open();
    },
    async ask(asked) {
      try {
        return JSON.parse(ask(asked));
      } catch (error) {
        // What cannot be computed ends the instance; the next question has a new one.
        await open();
        return { error: "This cannot be computed: " + error.message };
      }
    },
    // Lives through futures in the background, and calls `heard` after every slice; another call ends the one before.
    futures(set, most, heard) {
      if (!worker) {
        const parts = [$("engine-script").textContent, $("worker-script").textContent];
        worker = new Worker(URL.createObjectURL(new Blob(parts, { type: "text/javascript" })));
        worker.postMessage(begun);
      }
      serial++;
      worker.onmessage = ({ data }) => { if (data.serial === serial) heard(data); };
      worker.onerror = () => heard({ error: "this browser starts no background work" });
      worker.postMessage({ set, most, paths: page.paths, serial });
    },
    file: async () => source,
  };
})();
