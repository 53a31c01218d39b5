// A receiver of webhooks that checks signatures with the reference implementation, the package standardwebhooks.
//
// usage: node webhook_verifier.cjs SECRET. Prints "port N", then answers 204 to what is signed with the secret, else
// 401. Prints "unavailable" and ends where the package is not installed (NODE_PATH is looked at).

const http = require("node:http");
const zlib = require("node:zlib");

let Webhook;
try {
  ({ Webhook } = require("standardwebhooks"));
} catch {
  console.log("unavailable");
  process.exit(0);
}

const verifier = new Webhook(process.argv[2]);

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    let body = Buffer.concat(pieces);
    if (request.headers["content-encoding"] === "gzip") body = zlib.gunzipSync(body);
    let status = 204;
    try {
      verifier.verify(body.toString("utf8"), request.headers);
    } catch {
      status = 401;
    }
    response.writeHead(status).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log("port", server.address().port));
