// The SimplyPaie interface of a sandbox, its payment buttons, and the mails that it sends.
import { createHmac } from 'node:crypto';

// The document of a mail as it was sent (RFC 2045: one part text/html, quoted-printable).
function documentOf(source) {
  const part = source.slice(source.search(/^Content-Type: text\/html/im));
  const body = part.slice(part.indexOf('\r\n\r\n') + 4).split(/^--/m)[0];
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

export async function simplypaie(server) {
  const { client_id: apiClientId, secret: apiSecret } = server.sandbox.simplypaie;
  const [{ id }] = server.told('merchant', 'list');
  const { button_secret: buttonSecret } = server.told('merchant', 'show', id);
  const connected = await (await fetch(`${server.origin}/api/connection`, { headers: { apiClientId, apiSecret } })).json();
  const headers = { apiClientId, apiToken: connected.apiToken, 'content-type': 'application/json' };
  const call = async (method, path, body) => {
    const answer = await fetch(`${server.origin}/api/payments/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
    return said;
  };
  return {
    call,
    ask: async (more = {}) =>
      (await call('POST', 'new', { name: 'Dupont Jean', mode: 'link', amount: '2599', currency: 'EUR', ...more })).info,
    act: (paymentId, action, body) => call('POST', `${paymentId}/${action}`, body),
    row: async (paymentId) => (await call('GET', `list?extended=1&paymentId=${paymentId}`)).payments[0],
    // The address of a payment button, signed as docs/button.md says.
    button(parameters, secret = buttonSecret) {
      const text = new URLSearchParams(parameters).toString();
      const sig = createHmac('sha256', secret).update(text).digest('hex');
      return `${server.origin}/button-48512?${text}&sig=${sig}`;
    },
    // What the sandbox caught for one receiver, newest first, once there are so many.
    async mails(to, count = 1) {
      for (let tries = 0; tries < 1000; tries += 1) {
        const url = `${server.origin}/sandbox/mail?to=${encodeURIComponent(to)}`;
        const { mails } = await (await fetch(url, { headers: { accept: 'application/json' } })).json();
        if (mails.length >= count) return mails;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`not ${count} mails for ${to}`);
    },
    async document(mail) {
      return documentOf(await (await fetch(`${server.origin}/sandbox/mail/${mail.id}`)).text());
    },
  };
}
