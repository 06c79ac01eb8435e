"""Serves a folder over HTTP like an object store: by ranges, and sometimes only after retries."""

import contextlib
import http.server
import threading


class Ranges(http.server.BaseHTTPRequestHandler):
    """Serves ranges when `gives_ranges`; the first `fails` requests are answered with 503."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.requests += 1
        if self.server.requests <= self.server.fails:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        file = self.server.folder / self.path.lstrip("/")
        if not file.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        data = file.read_bytes()
        requested = self.headers.get("Range")
        status = 200
        if requested and self.server.gives_ranges:
            first, last = (int(n) for n in requested.removeprefix("bytes=").split("-"))
            last = min(last, len(data) - 1)
            body, status = data[first : last + 1], 206
            self.send_response(status)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        else:
            body = data
            self.send_response(status)
        self.server.sent[file.name] = self.server.sent.get(file.name, 0) + len(body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def serving_ranges(folder):
    """The server: its `address`, and in `sent` how many bytes of each file it sent."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
    server.folder, server.gives_ranges, server.fails, server.requests, server.sent = folder, True, 0, 0, {}
    server.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
