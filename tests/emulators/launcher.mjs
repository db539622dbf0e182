// Starts emulators in one process: node launcher.mjs SEED.json
// The seed maps a service to {port, ...its own seed}. One line on standard output, when all of them answer:
// {"control": url, "services": {name: url}}. POST /reset on the control address restores the seed.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createEmulator } from "emulate";
import driveMock from "google-drive-mock";

/** google-drive-mock in the shape of an emulator of emulate's. */
async function driveEmulator(port) {
  const server = createServer(driveMock.createApp()).listen(port, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${port}`;
  return { url, reset: () => fetch(`${url}/debug/clear`, { method: "POST" }), close: () => server.close() };
}

const { tokens, ...services } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const running = {};
for (const [service, { port, ...seed }] of Object.entries(services)) {
  running[service] =
    service === "google-drive-mock"
      ? await driveEmulator(port)
      : await createEmulator({ service, port, seed: { tokens, [service]: seed } });
}

const control = createServer(async (request, response) => {
  if (request.method !== "POST" || request.url !== "/reset") {
    response.writeHead(404).end();
    return;
  }
  for (const emulator of Object.values(running)) await emulator.reset();
  response.writeHead(204).end();
});
control.listen(0, "127.0.0.1", () => {
  const urls = Object.fromEntries(Object.entries(running).map(([name, emulator]) => [name, emulator.url]));
  console.log(JSON.stringify({ control: `http://127.0.0.1:${control.address().port}`, services: urls }));
});

const stop = async () => {
  control.close();
  await Promise.all(Object.values(running).map((emulator) => emulator.close()));
  process.exit(0);
};
process.once("SIGTERM", stop);
process.stdin.resume().once("end", stop); // the tests are gone: so are we
