// The merchant's own site, on another origin than the pay page.
import { createServer } from 'node:http';

export async function startShop() {
  let frame = '';
  const server = createServer((request, answer) => {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8');
    const body =
      request.url === '/framing'
        ? `<h1>Boutique</h1><iframe title="Paiement" width="600" height="800" src="${frame}"></iframe>
           <script>window.heard = []; addEventListener('message', (e) => heard.push({ origin: e.origin, data: e.data }));</script>`
        : '<h1>Boutique</h1>';
    answer.end(`<!doctype html><html lang="fr"><title>Boutique</title><link rel="icon" href="data:,"><main>${body}</main></html>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    thanks: `${origin}/merci`,
    framing(url) {
      frame = url.replaceAll('&', '&amp;');
      return `${origin}/framing`;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections?.();
        server.close(resolve);
      }),
  };
}
