"""authd.py SOCKET UID GID HOME USER...: the authentication daemon of a private
Courier (tests/e2e/courier). The password of NAME@DOMAIN or NAME is pw-NAME; its
mail lies in HOME/DOMAIN/NAME/Maildir (HOME/NAME/Maildir).

The protocol is courier-authlib's: "AUTH N" and N bytes, which are the lines
service, kind ("login"), user, password; "PRE . SERVICE USER" asks for the account
alone. The answer is lines NAME=VALUE up to a "." or FAIL.
"""
import os
import socketserver
import sys

path, uid, gid, home = sys.argv[1:5]
users = sys.argv[5:]


def account(user):
    name, _, domain = user.partition("@")
    # without USERNAME, which would have to be one of the system's
    return ("UID=%s\nGID=%s\nHOME=%s\nADDRESS=%s\nMAILDIR=Maildir\n.\n" %
            (uid, gid, os.path.join(home, domain, name), user))


class Answer(socketserver.StreamRequestHandler):
    def handle(self):
        said = "FAIL\n"
        words = ["TCPREMOTEIP="]
        while words and "=" in words[0]:  # facts about the client
            words = self.rfile.readline(1000).decode("utf-8", "replace").split()
        if words[:1] == ["AUTH"] and len(words) == 2 and words[1].isdigit():
            got = self.rfile.read(min(int(words[1]), 10000)).decode("utf-8", "replace")
            lines = got.split("\n")
            if (len(lines) >= 4 and lines[1] == "login" and lines[2] in users and
                    lines[3] == "pw-" + lines[2].partition("@")[0]):
                said = account(lines[2])
        elif words[:1] == ["PRE"] and len(words) == 4 and words[3] in users:
            said = account(words[3])
        self.wfile.write(said.encode())


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 50


if os.path.exists(path):  # of the last time
    os.unlink(path)
with Server(path, Answer) as server:
    server.serve_forever()
