// The SimplyPaie interface of a sandbox, and its payment buttons.
import { createHmac } from 'node:crypto';

export async function simplypaie(server) {
  const { client_id: apiClientId, secret: apiSecret, button_secret: buttonSecret } = server.sandbox.simplypaie;
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
      for (let tries = 0; tries < 100; tries += 1) {
        const url = `${server.origin}/sandbox/mail?to=${encodeURIComponent(to)}`;
        const { mails } = await (await fetch(url, { headers: { accept: 'application/json' } })).json();
        if (mails.length >= count) return mails;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`not ${count} mails for ${to}`);
    },
  };
}
