# SPDX-License-Identifier: GPL-3.0-or-later
"""diff.py SIGNET [FOLDER...]: our letters, here and below the folders, through
signet and through Python's email package.

Prints a line for each difference that is not pinned below and ends with
"N passed, N failed"."""
import email, email.policy, hashlib, json, os, subprocess, sys

# (letter, field): why Python's answer is not ours
PINNED = {
    ('unclosed', 'bytes'): 'Python takes the last line end for that of the boundary which is missing',
    ('alice/INBOX/015,', 'from'): 'Python drops what is no address, we keep and mark it',
    ('euckr-name', 'filename'): 'undeclared 8-bit names are read by region',
}
here = os.path.dirname(os.path.abspath(__file__))


def leaves(m):
    if m.is_multipart() and m.get_content_type() != 'message/delivery-status':
        for p in m.get_payload():
            yield from leaves(p)
        return
    b = m.get_payload(decode=True)
    if b is None:
        # Python takes reports apart; the bytes are what counts here
        yield m.get_content_type(), None, m.get_filename()
        return
    yield m.get_content_type(), hashlib.sha256(b).hexdigest(), m.get_filename()


def nodes(n):
    if 'children' in n:
        for c in n['children']:
            yield from nodes(c)
    elif 'message' in n:
        yield from nodes(n['message']['tree'])
    else:
        yield n['ct'], n['sha256'], n['filename']


def addresses(field):
    return [(a.display_name, a.addr_spec) for a in field.addresses] if field else []


good = bad = 0
env = dict(os.environ, LC_ALL='ko_KR.UTF-8')
paths = [os.path.join(here, f) for f in sorted(os.listdir(here)) if f.endswith('.eml')]
for folder in sys.argv[2:]:
    for at, _, names in sorted(os.walk(folder)):
        paths += [os.path.join(at, f) for f in sorted(names) if f.endswith('.eml')]
for path in paths:
    name = os.path.basename(path)[:-4] if os.path.dirname(path) == here else '/'.join(path[:-4].split('/')[-3:])
    out = subprocess.run([sys.argv[1], 'show', '--json', path], env=env, capture_output=True).stdout
    ours = json.loads(out)
    m = email.message_from_bytes(open(path, "rb").read(), policy=email.policy.default)
    ref = list(leaves(m))
    mine = list(nodes(ours['tree']))
    pairs = [('subject', ours['subject'], ' '.join(str(m['subject'] or '').split())),
             ('from', [(a['name'], a['addr']) for a in ours['from']], addresses(m['from'])),
             ('to', [(a['name'], a['addr']) for a in ours['to']], addresses(m['to'])),
             ('date', ours['date'], int(m['date'].datetime.timestamp()) if m['date'] and m['date'].datetime else None),
             ('message_id', ours['message_id'], (m['message-id'] or '').strip('<>')),
             ('types', [x[0] for x in mine], [x[0] for x in ref]),
             ('bytes', [a[1] for a, b in zip(mine, ref) if b[1]], [b[1] for b in ref if b[1]]),
             ('filename', [x[2] for x in mine], [x[2] for x in ref])]
    for what, a, b in pairs:
        if a == b or (name, what) in PINNED:
            good += 1
        else:
            bad += 1
            print('FAIL %s %s: %r, Python has %r' % (name, what, a, b))
print('%d passed, %d failed' % (good, bad))
sys.exit(bad != 0)
