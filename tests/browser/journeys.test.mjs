// A payer's journeys through a real server, its simulated acquirer and its simulated bank.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { api, built, pageUrl, startServer } from './support/server.mjs';
import { assertAccessible, assertNoSidewaysScroll, assertQuiet, context, launch, watched } from './support/browser.mjs';
import { CARDS, CODE, EXPIRY, answerBank, fill, pay, toBank } from './support/payer.mjs';
import { startShop } from './support/shop.mjs';

const PAID = ['to_capture', 'authorized', 'captured'];

describe('journeys', { skip: built ? false : 'the program is not built' }, () => {
  let server;
  let shop;
  let browser;
  let stancer;

  before(async () => {
    [server, shop, browser] = await Promise.all([startServer(), startShop(), launch()]);
    stancer = api(server);
  });
  after(async () => {
    await browser?.close();
    await shop?.stop();
    await server?.stop();
  });

  async function debits(payment) {
    const answer = await fetch(`${server.sandbox.simulator.control_url}/transactions?limit=100`);
    const { transactions } = await answer.json();
    const id = payment.id.replace(/^paym_/, '');
    return transactions.filter((t) => t.payment === id && t.mti === '0100' && t.code === '00' && !t.reversed);
  }

  // Opens the page of a new payment.
  async function visit({ payment = {}, lang = 'fr', ...options } = {}) {
    const made = await stancer.create({ return_url: shop.thanks, ...payment });
    const ctx = await context(browser, { lang, ...options });
    const page = await watched(ctx, [server.bank, shop.origin, server.origin]);
    const answer = await page.goto(pageUrl(server, made, lang));
    return { page, ctx, answer, payment: made };
  }

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

    test(`a card is charged once and the payer returns to the shop, ${how}`, async () => {
      const { page, ctx, payment } = await visit({ javaScriptEnabled });
      await pay(page);
      await page.waitForURL(/\/status/);
      assert.match(await page.textContent('main'), /Paiement accepté/);
      await page.waitForURL(shop.thanks);
      const now = await stancer.payment(payment.id);
      assert.equal(now.status, 'to_capture');
      assert.equal(now.card.last4, '4242');
      assert.equal((await debits(payment)).length, 1);
      assertQuiet(page);
      await ctx.close();
    });

    test(`the bank confirms, ${how}`, async () => {
      const { page, ctx, payment } = await visit({ javaScriptEnabled });
      await pay(page, { number: CARDS.challenge });
      await toBank(page, server.bank);
      await answerBank(page);
      await page.waitForURL(/\/status/);
      assert.match(await page.textContent('main'), /Paiement accepté/);
      const now = await stancer.payment(payment.id);
      assert.equal(now.status, 'to_capture');
      assert.equal(now.auth.status, 'success');
      await page.waitForURL(shop.thanks);
      assertQuiet(page);
      await ctx.close();
    });

    test(`the payer refuses at the bank and pays with another card, ${how}`, async () => {
      const { page, ctx, payment } = await visit({ javaScriptEnabled });
      await pay(page, { number: CARDS.challenge });
      await toBank(page, server.bank);
      await answerBank(page, 'refuse');
      await page.waitForSelector('[role=alert]');
      assert.match(await page.textContent('[role=alert]'), /authentification n’a pas abouti/);
      assert.equal((await stancer.payment(payment.id)).status, null);
      await pay(page);
      await page.waitForURL(/\/status/);
      assert.equal((await stancer.payment(payment.id)).status, 'to_capture');
      await ctx.close();
    });

    test(`a refused card gives the form again, ${how}`, async () => {
      const { page, ctx, payment } = await visit({ javaScriptEnabled });
      await fill(page, { number: CARDS.refused });
      const [answer] = await Promise.all([
        page.waitForResponse((r) => r.request().method() === 'POST'),
        page.click('[name=action]'),
      ]);
      assert.equal(answer.status(), 402);
      await page.waitForSelector('[role=alert]');
      assert.match(await page.textContent('[role=alert]'), /Votre banque a refusé/);
      assert.match(await page.title(), /^Erreur/);
      assert.equal(await page.inputValue('[name=card_number]'), '');
      assert.equal((await stancer.payment(payment.id)).status, 'refused');
      await pay(page);
      await page.waitForURL(/\/status/);
      assert.ok(PAID.includes((await stancer.payment(payment.id)).status));
      await ctx.close();
    });
  }

  test('a breakdown at the bank and a card that cannot be looked up end the same way', async () => {
    const { page, ctx, payment } = await visit();
    await pay(page, { number: CARDS.challenge });
    await toBank(page, server.bank);
    await answerBank(page, 'fail');
    await page.waitForSelector('[role=alert]');
    await pay(page, { number: CARDS.noLookup });
    await page.waitForSelector('[role=alert]');
    assert.match(await page.textContent('[role=alert]'), /problème technique/);
    assert.equal((await debits(payment)).length, 0);
    await ctx.close();
  });

  test('a card confirmed by the bank may still be refused', async () => {
    const { page, ctx, payment } = await visit();
    await pay(page, { number: CARDS.challengeThenRefused });
    await toBank(page, server.bank);
    await answerBank(page);
    await page.waitForSelector('[role=alert]');
    assert.match(await page.textContent('[role=alert]'), /Votre banque a refusé/);
    assert.equal((await stancer.payment(payment.id)).status, 'refused');
    await ctx.close();
  });

  test('a payment of the API goes by the redirect link to the bank and back to the shop', async () => {
    const card = { number: CARDS.challenge, exp_month: 12, exp_year: 2034, cvc: CODE };
    const made = await stancer.create({ return_url: shop.thanks, card });
    assert.equal(made.auth.status, 'available');
    const ctx = await context(browser, { ignoreHTTPSErrors: true });
    const page = await watched(ctx, [server.bank, shop.origin, server.origin]);
    await page.goto(made.auth.redirect_url);
    await toBank(page, server.bank);
    await answerBank(page);
    await page.waitForURL(shop.thanks);
    const now = await stancer.payment(made.id);
    assert.equal(now.auth.status, 'success');
    assert.equal(now.status, null);
    assertQuiet(page);
    const frictionless = await stancer.create({ return_url: shop.thanks, card: { ...card, number: CARDS.accepted } });
    await page.goto(frictionless.auth.redirect_url);
    await page.waitForURL(shop.thanks);
    assert.equal((await stancer.payment(frictionless.id)).auth.status, 'success');
    const unknown = await page.goto(`${server.origin}/v1/redirect/test_0`);
    assert.equal(unknown.status(), 404);
    await ctx.close();
  });

  test('a held amount is said to be held', async () => {
    const { page, ctx, payment } = await visit({ payment: { capture: false } });
    assert.match(await page.textContent('form'), /réservé sur votre carte/);
    await pay(page);
    await page.waitForURL(/\/status/);
    assert.match(await page.textContent('main'), /Montant réservé/);
    assert.equal((await stancer.payment(payment.id)).status, 'authorized');
    await ctx.close();
  });

  test('wrong entries are told by the server, without the card in the page', async () => {
    const { page, ctx } = await visit({ javaScriptEnabled: false });
    await fill(page, { number: '4242 4242 4242 4241', expiry: '01/20', code: '12' });
    const [answer] = await Promise.all([
      page.waitForResponse((r) => r.request().method() === 'POST'),
      page.click('[name=action]'),
    ]);
    assert.equal(answer.status(), 422);
    const html = await page.content();
    assert.doesNotMatch(html.replaceAll(' ', ''), /4242424242424241/);
    assert.equal(await page.inputValue('[name=card_number]'), '');
    assert.equal(await page.inputValue('[name=card_cvc]'), '');
    assert.equal(await page.inputValue('[name=card_expiry]'), '01/20');
    for (const field of ['card_number', 'card_expiry', 'card_cvc']) {
      assert.equal(await page.getAttribute(`#${field}`, 'aria-invalid'), 'true');
      const described = (await page.getAttribute(`#${field}`, 'aria-describedby')).split(' ');
      assert.ok((await page.textContent(`#${described.at(-1)}`)).length > 10);
      await page.click(`[role=alert] a[href="#${field}"]`);
      assert.equal(new URL(page.url()).hash, `#${field}`);
    }
    // What was shown without scripts is checked where axe can run.
    const scripted = await context(browser);
    await scripted.route('**/shown', (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }));
    const shown = await scripted.newPage();
    await shown.goto(`${server.origin}/shown`);
    await assertAccessible(shown, 'errors without scripts');
    await scripted.close();
    await ctx.close();
  });

  test('wrong entries are told on leaving a field, not while typing', async () => {
    const { page, ctx, payment } = await visit();
    await page.locator('#card_number').pressSequentially('424242424242424');
    assert.equal(await page.textContent('#card_number-error'), '');
    await page.press('#card_number', 'Tab');
    assert.match(await page.textContent('#card_number-error'), /pas valable/);
    await page.focus('#card_number');
    await page.press('#card_number', 'End');
    await page.locator('#card_number').pressSequentially('2');
    assert.equal(await page.textContent('#card_number-error'), '');
    await page.click('[name=action]');
    assert.match(await page.textContent('#card_expiry-error'), /Saisissez la date/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'card_expiry');
    assert.equal((await stancer.payment(payment.id)).status, null);
    assertQuiet(page);
    await ctx.close();
  });

  test('the number is grouped as typed, the caret stays, the brand is said', async () => {
    const { page, ctx } = await visit();
    const number = page.locator('#card_number');
    await number.pressSequentially('4242424242424242');
    assert.equal(await number.inputValue(), '4242 4242 4242 4242');
    assert.equal(await page.textContent('#brand'), 'Visa');
    await number.evaluate((node) => node.setSelectionRange(2, 2));
    await number.press('Delete');
    assert.equal(await number.inputValue(), '4224 2424 2424 242');
    assert.equal(await number.evaluate((node) => node.selectionStart), 2);
    assert.ok(await page.isVisible('[data-networks]'));
    await number.fill('378282246310005');
    assert.equal(await number.inputValue(), '3782 822463 10005');
    assert.equal(await page.textContent('#brand'), 'American Express');
    assert.match(await page.textContent('#card_cvc-hint'), /recto/);
    assert.ok(!(await page.isVisible('[data-networks]')));
    await ctx.close();
  });

  test('the choice of the network is kept with the card', async () => {
    for (const [choice, kept] of [['national', 'national'], ['international', 'visa']]) {
      const { page, ctx, payment } = await visit();
      await fill(page, { number: CARDS.cobadged });
      await page.check(`[name=preferred_network][value=${choice}]`);
      await page.click('[name=action]');
      await page.waitForURL(/\/status/);
      assert.equal((await stancer.payment(payment.id)).card.preferred_network, kept);
      await ctx.close();
    }
  });

  test('a double click gives one debit', async () => {
    const { page, ctx, payment } = await visit();
    await fill(page);
    await page.dblclick('[name=action]');
    await page.waitForURL(/\/status/);
    assert.equal((await debits(payment)).length, 1);
    await ctx.close();
  });

  test('the same form posted twice at once gives one debit and one result', async () => {
    const { page, ctx, payment } = await visit({ javaScriptEnabled: false });
    const form = {
      card_number: CARDS.accepted,
      card_expiry: EXPIRY,
      card_cvc: CODE,
      csrf: await page.getAttribute('[name=csrf]', 'value'),
      attempt: await page.getAttribute('[name=attempt]', 'value'),
      action: 'pay',
    };
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => ctx.request.post(pageUrl(server, payment), { form, maxRedirects: 0 })),
    );
    assert.deepEqual([...new Set(answers.map((answer) => answer.status()))], [303]);
    await page.goto(pageUrl(server, payment).replace('?', '/status?'));
    assert.equal((await debits(payment)).length, 1);
    const late = await ctx.request.post(pageUrl(server, payment), { form, maxRedirects: 0 });
    assert.equal(late.status(), 303);
    assert.equal((await debits(payment)).length, 1);
    await ctx.close();
  });

  test('a form that is not ours charges nothing', async () => {
    const { page, ctx, payment } = await visit({ javaScriptEnabled: false });
    const form = { card_number: CARDS.accepted, card_expiry: EXPIRY, card_cvc: CODE, csrf: '1.x', attempt: 'x' };
    const answer = await ctx.request.post(pageUrl(server, payment), { form, maxRedirects: 0 });
    assert.equal(answer.status(), 422);
    assert.match(await answer.text(), /La page avait expiré/);
    assert.equal((await debits(payment)).length, 0);
    assert.ok(page);
    await ctx.close();
  });

  test('going back after the payment shows the receipt', async () => {
    const { page, ctx } = await visit();
    await pay(page);
    await page.waitForURL(shop.thanks);
    await page.goBack();
    await page.waitForFunction(() => /Paiement accepté/.test(document.body.textContent));
    const { payment, ...rest } = await visit();
    await pay(rest.page);
    await rest.page.waitForURL(/\/status/);
    const again = await rest.page.goto(pageUrl(server, payment));
    assert.equal(again.status(), 410);
    assert.match(await rest.page.textContent('main'), /Paiement accepté/);
    await ctx.close();
    await rest.ctx.close();
  });

  test('going back from the bank one can begin again', async () => {
    const { page, ctx, payment } = await visit();
    await pay(page, { number: CARDS.challenge });
    await toBank(page, server.bank);
    await page.goBack();
    await page.waitForURL(/\/status/);
    await page.click('a[href*="retry=1"]');
    await pay(page);
    await page.waitForURL(/\/status/);
    assert.match(await page.textContent('main'), /Paiement accepté/);
    assert.equal((await debits(payment)).length, 1);
    await ctx.close();
  });

  test('the whole journey works with the keyboard alone', async () => {
    const { page, ctx, payment } = await visit();
    await page.keyboard.press('Tab');
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Aller au contenu/);
    await page.keyboard.press('Enter');
    const reach = async (id) => {
      for (let i = 0; i < 12; i++) {
        if ((await page.evaluate(() => document.activeElement.id || document.activeElement.name)) === id) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`${id} is not reached`);
    };
    await reach('card_number');
    await page.keyboard.type(CARDS.accepted);
    await reach('card_expiry');
    await page.keyboard.type('12/34');
    await reach('card_cvc');
    await page.keyboard.type(CODE);
    await reach('action');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/status/);
    assert.ok(PAID.includes((await stancer.payment(payment.id)).status));
    await ctx.close();
  });

  test('fields carry the tokens that fill them in', async () => {
    const { page, ctx } = await visit();
    assert.equal(await page.getAttribute('#card_number', 'autocomplete'), 'cc-number');
    assert.equal(await page.getAttribute('#card_expiry', 'autocomplete'), 'cc-exp');
    assert.equal(await page.getAttribute('#card_cvc', 'autocomplete'), 'cc-csc');
    for (const id of ['card_number', 'card_expiry', 'card_cvc'])
      assert.equal(await page.getAttribute(`#${id}`, 'inputmode'), 'numeric');
    await ctx.close();
  });

  test('the answer carries the fixed list of headers', async () => {
    const { answer, ctx } = await visit();
    const headers = answer.headers();
    assert.equal(answer.status(), 200);
    assert.equal(
      headers['content-security-policy'],
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; " +
        `form-action 'self'; base-uri 'none'; frame-ancestors ${shop.origin}; require-trusted-types-for 'script'`,
    );
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['x-robots-tag'], 'noindex');
    assert.match(headers['permissions-policy'], /payment=\(self\)/);
    assert.equal(headers['strict-transport-security'], undefined);
    assert.equal(headers['set-cookie'], undefined);
    await ctx.close();
  });

  test('only the page that leads to the bank may post there, and only there', async () => {
    const { page, ctx } = await visit({ javaScriptEnabled: false });
    await fill(page, { number: CARDS.challenge });
    const [answer] = await Promise.all([
      page.waitForResponse((r) => r.url().includes('/status')),
      page.click('[name=action]'),
    ]);
    assert.ok(answer.headers()['content-security-policy'].includes(`form-action 'self' ${server.bank};`));
    assert.match(await page.textContent('main'), /confirmer 25,99\u00a0€ à/);
    await ctx.close();
  });

  test('the language is that of the address, the browser, the merchant', async () => {
    const payment = await stancer.create({ return_url: shop.thanks });
    const url = pageUrl(server, payment).split('?')[0];
    const ctx = await context(browser, { lang: 'en' });
    const page = await ctx.newPage();
    for (const [query, lang] of [['', 'en'], ['?lang=fr', 'fr'], ['?lang=fr-FR', 'fr'], ['?lang=xx', 'en']]) {
      await page.goto(url + query);
      assert.equal(await page.getAttribute('html', 'lang'), lang, query);
    }
    await page.goto(url);
    await page.click('nav a[lang=fr]');
    assert.equal(await page.getAttribute('html', 'lang'), 'fr');
    assert.match(await page.textContent('[name=action]'), /Payer 25,99\u00a0€/);
    await ctx.close();
  });

  test('an unknown page, a foreign key and a foreign payment look the same', async () => {
    const payment = await stancer.create({ return_url: shop.thanks });
    const ctx = await context(browser);
    const page = await ctx.newPage();
    const key = server.sandbox.stancer.public_key;
    const texts = [];
    for (const path of [
      `/ptest_${'x'.repeat(24)}/${payment.id}`,
      `/${key}/paym_${'0'.repeat(24)}`,
      `/${key}/x`,
      `/${server.sandbox.stancer.secret_key}/${payment.id}`,
      '/nothing',
    ]) {
      const answer = await page.goto(server.origin + path);
      assert.equal(answer.status(), 404, path);
      texts.push(await page.textContent('main'));
    }
    assert.equal(new Set(texts).size, 1);
    await assertAccessible(page, 'not found');
    await ctx.close();
  });

  test('five refusals pause the page', async () => {
    const { page, ctx } = await visit({ javaScriptEnabled: false });
    let status;
    for (let i = 0; i < 6; i++) {
      if (!(await page.$('[name=card_number]'))) break;
      await fill(page, { number: CARDS.refused });
      const [answer] = await Promise.all([
        page.waitForResponse((r) => r.request().method() === 'POST'),
        page.click('[name=action]'),
      ]);
      status = answer.status();
    }
    assert.equal(status, 429);
    assert.match(await page.textContent('main'), /Trop d’essais/);
    await ctx.close();
  });

  test('a cancelled payment says so', async () => {
    const { page, ctx, payment } = await visit();
    await pay(page);
    await page.waitForURL(/\/status/);
    await stancer.post('/v2/refunds/', { payment: payment.id });
    const answer = await page.goto(pageUrl(server, payment));
    assert.equal(answer.status(), 410);
    assert.match(await page.textContent('main'), /a été annulé/);
    await ctx.close();
  });

  test('while the bank thinks, the status page refreshes by itself until it is told not to', async () => {
    const { page, ctx, payment } = await visit({ payment: { amount: 990099 } });
    await fill(page);
    page.click('[name=action]', { noWaitAfter: true }).catch(() => {});
    const other = await ctx.newPage();
    const url = pageUrl(server, payment).replace('?', '/status?');
    let answer;
    for (let i = 0; i < 50; i++) {
      answer = await other.goto(url);
      if (/en cours/.test(await other.textContent('main'))) break;
      await other.waitForTimeout(100);
    }
    assert.equal(answer.status(), 200);
    assert.match(answer.headers().refresh, /^2; url=\/ptest_/);
    await assertAccessible(other, 'waiting');
    await other.click('main a');
    await other.waitForLoadState();
    const still = await other.reload();
    assert.equal(still.headers().refresh, undefined);
    await page.waitForSelector('[role=alert]', { timeout: 40000 });
    assert.match(await page.textContent('[role=alert]'), /problème technique/);
    await ctx.close();
  });

  test('only the shop may frame the page, and hears what happens', async () => {
    const payment = await stancer.create({ return_url: shop.thanks });
    const ctx = await context(browser, { width: 1280 });
    const page = await ctx.newPage();
    await page.goto(shop.framing(pageUrl(server, payment)));
    await page.waitForFunction(() => window.heard.length > 0);
    const [first] = await page.evaluate(() => window.heard);
    assert.equal(first.origin, server.origin);
    assert.equal(first.data.status, 'init');
    assert.equal(typeof first.data.height, 'number');
    const frame = page.frames()[1];
    await pay(frame);
    await page.waitForFunction(() => window.heard.some((message) => message.data.status === 'finished'));
    const last = (await page.evaluate(() => window.heard)).at(-1);
    assert.equal(last.data.paymentStatus, 'to_capture');
    assert.equal(last.data.url, shop.thanks);
    const stranger = await stancer.create({ return_url: 'https://elsewhere.example/' });
    await page.goto(shop.framing(pageUrl(server, stranger)));
    await page.waitForTimeout(500);
    assert.equal(await page.frames()[1].$('[name=card_number]'), null);
    await ctx.close();
  });

  test('the served pages are accessible and quiet with their real headers', async () => {
    const ctx = await context(browser, { width: 320 });
    const page = await watched(ctx);
    for (const path of ['/', '/cartes-de-test', '/accessibilite', '/confidentialite']) {
      const answer = await page.goto(server.origin + path);
      assert.equal(answer.status(), 200, path);
      await assertAccessible(page, path);
      await assertNoSidewaysScroll(page, path);
    }
    const { page: form, ctx: other } = await visit({ width: 320, scheme: 'dark' });
    await assertAccessible(form, 'form');
    await assertNoSidewaysScroll(form, 'form');
    assertQuiet(page);
    assertQuiet(form);
    await ctx.close();
    await other.close();
  });

  // The clock only goes forward: this one is last.
  test('a link is over after 24 hours', async () => {
    const payment = await stancer.create({ return_url: shop.thanks });
    await stancer.advance(25 * 3600);
    const ctx = await context(browser);
    const page = await watched(ctx);
    const answer = await page.goto(pageUrl(server, payment));
    assert.equal(answer.status(), 410);
    assert.match(await page.textContent('main'), /a expiré/);
    assert.match(await page.textContent('main'), /Atelier Exemple/);
    await assertAccessible(page, 'expired');
    assertQuiet(page);
    await ctx.close();
  });
});
