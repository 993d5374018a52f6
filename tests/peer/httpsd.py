#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""httpsd --cert FILE --key FILE --report FILE PAGES: HTTPS on 127.0.0.1.

PAGES is a JSON object: the host as the request names it -> [status, {header:
value}, body]; the body may be a number, for so many bytes. A host that is not
there gets 404. The port is printed first. The report, written at each request,
is a list of [method, host, path, {header: value}]."""
import argparse
import http.server
import json
import ssl

p = argparse.ArgumentParser()
p.add_argument("--cert")
p.add_argument("--key")
p.add_argument("--report")
p.add_argument("pages")
args = p.parse_args()
pages = json.load(open(args.pages))
seen = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *a):
        pass

    def do_GET(self):
        host = self.headers.get("Host", "")
        seen.append([self.command, host, self.path, dict(self.headers)])
        json.dump(seen, open(args.report, "w"))
        status, headers, body = pages.get(host, [404, {}, "no such host"])
        if isinstance(body, int):
            # no length: the ceiling must hold for what comes
            body = b"x" * body
        else:
            body = body.encode()
            headers = {"Content-Length": str(len(body)), **headers}
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass
        self.close_connection = True

    do_POST = do_HEAD = do_GET


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(args.cert, args.key)
server.socket = tls.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
