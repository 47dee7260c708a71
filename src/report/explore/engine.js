// An instance of the engine with a subject open: a function that answers a request by a text, which is JSON.
async function engine(module, subject, usage) {
  const { instance } = await WebAssembly.instantiate(module, {});
  const { memory, input, open, respond, output, length } = instance.exports;
  const write = (...parts) => {
    let at = input(parts.reduce((sum, part) => sum + part.length, 0));
    for (const part of parts) {
      new Uint8Array(memory.buffer, at, part.length).set(part);
      at += part.length;
    }
  };
  const read = () => new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length()));
  const bytes = (text) => new TextEncoder().encode(text);
  const text = bytes(subject);
  write(text, usage);
  if (!open(text.length)) throw new Error(read());
  return (request) => {
    write(bytes(JSON.stringify(request)));
    respond();
    return read();
  };
}
