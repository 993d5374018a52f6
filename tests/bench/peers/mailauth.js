// SPDX-License-Identifier: GPL-3.0-or-later
// mailauth.js --area AREA --zone F [--ip A] [--helo N] [--mailfrom A]
// [--message F]: what mailauth (NODE_PATH) says, as a conformance scorer reads
// it.
'use strict';
const fs = require('fs');
const o = {};
for (let i = 2; i + 1 < process.argv.length; i += 2)
	o[process.argv[i].slice(2)] = process.argv[i + 1];
const zone = JSON.parse(fs.readFileSync(o.zone, 'utf8'));
const fail = (code) => Object.assign(new Error(code), { code });

async function resolver(name, type, depth = 0) {
	const e = zone[name.toLowerCase().replace(/\.$/, '')];
	if (!e)
		throw fail('ENOTFOUND');
	if (e[type]) {
		if (type === 'TXT')
			return e[type].map((r) => (Array.isArray(r) ? r : [r]));
		if (type === 'MX')
			return e[type].map((r) => ({ priority: r[0],
				exchange: r[1] }));
		return e[type];
	}
	if (e.CNAME && depth < 8)
		return resolver(e.CNAME, type, depth + 1);
	if (e.rcode === 'TIMEOUT')
		throw fail('ETIMEOUT');
	if (e.rcode === 'SERVFAIL')
		throw fail('ESERVFAIL');
	throw fail('ENODATA');
}

async function main() {
	if (o.area === 'spf') {
		const { spf } = require('mailauth/lib/spf');
		const r = await spf({ ip: o.ip, helo: o.helo,
			sender: o.mailfrom, resolver, mta: 'mx.example' });
		return { spf: r.status.result,
			spf_exp: r.status.explanation || '' };
	}
	const { authenticate } = require('mailauth');
	const time = new Date(1000 * Number(o.time || 1700000000));
	const r = await authenticate(fs.readFileSync(o.message), { ip: o.ip,
		helo: o.helo, sender: o.mailfrom, resolver, mta: 'mx.example',
		disableBimi: true, strict: true, curTime: time });
	const d = r.dmarc || {};
	return {
		spf: r.spf ? r.spf.status.result : 'none',
		dkim: (r.dkim.results || []).filter((x) => x.signingDomain)
			.map((x) => ({ d: x.signingDomain, s: x.selector,
				result: x.status.result })),
		arc: r.arc ? r.arc.status.result : 'none',
		dmarc: { result: d.status ? d.status.result : 'none',
			policy: d.policy || '', org_domain: d.domain,
			policy_domain: d.policyDomain || d.domain,
			spf_aligned: Boolean(d.alignment && d.alignment.spf &&
				d.alignment.spf.result),
			dkim_aligned: Boolean(d.alignment && d.alignment.dkim &&
				d.alignment.dkim.result) } };
}
main().then((r) => console.log(JSON.stringify(r)),
	() => console.log("{}"));
