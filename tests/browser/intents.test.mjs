// The page of a payment intent in a real browser, and what the page that frames a pay page hears.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { api, built, pageUrl, startServer } from './support/server.mjs';
import { LANGUAGES, SCHEMES, assertAccessible, assertNoSidewaysScroll, assertQuiet, context, launch, watched } from './support/browser.mjs';
import { CARDS, answerBank, pay, toBank } from './support/payer.mjs';
import { startShop } from './support/shop.mjs';

// 160 by 40 pixels of one colour.
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAKAAAAAoCAIAAAD2TmbPAAAAWUlEQVR42u3RAQ0AAAjDsHtCALaRhw5IkylYUz16XCwALMAC' +
  'LMACLMACDFiABViABViABRiwAAuwAAuwAAuwAAMWYAEWYAEWYAEGLMACLMACLMACDFiAdbMFbOAbtKR2Kx4AAAAASUVORK5C' +
  'YII=',
  'base64',
);

describe('intents', { skip: built ? false : 'the program is not built' }, () => {
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

  async function visit({ intent = {}, lang = 'fr', ...options } = {}) {
    const made = await stancer.ask({ return_url: shop.thanks, ...intent });
    const ctx = await context(browser, { lang, ...options });
    const page = await watched(ctx, [server.bank, shop.origin, server.origin]);
    const answer = await page.goto(`${made.url}?lang=${lang}`);
    return { page, ctx, answer, intent: made };
  }

  const card = (number) => stancer.post('/v2/cards/', { number, exp_month: 12, exp_year: 2034, cvc: '123' });

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

    test(`a card pays through the bank and the payer returns, ${how}`, async () => {
      const { page, ctx, intent } = await visit({ javaScriptEnabled });
      await pay(page, { number: CARDS.challenge });
      await toBank(page, server.bank);
      await answerBank(page);
      await page.waitForURL(/\/test_pi_\w+\/status/);
      assert.match(await page.textContent('main'), /Paiement accepté/);
      await page.waitForURL(shop.thanks);
      const now = await stancer.intent(intent.id);
      assert.equal(now.status, 'captured');
      assert.match(now.payment, /^paym_/);
      assertQuiet(page);
      await ctx.close();
    });

    test(`refused, then paid with another card, ${how}`, async () => {
      const { page, ctx, intent } = await visit({ javaScriptEnabled });
      await pay(page, { number: CARDS.refused });
      await page.waitForSelector('[role=alert]');
      assert.match(await page.textContent('[role=alert]'), /Votre banque a refusé/);
      assert.equal((await stancer.intent(intent.id)).status, 'require_payment_method');
      await pay(page);
      await page.waitForURL(/\/status/);
      assert.equal((await stancer.intent(intent.id)).status, 'captured');
      await ctx.close();
    });

    test(`a known card is confirmed by its button, ${how}`, async () => {
      const { page, ctx, intent } = await visit({
        javaScriptEnabled,
        intent: { card: (await card(CARDS.challenge)).id, return_url: null },
      });
      assert.equal(await page.$('[name=card_number]'), null);
      assert.match(await page.textContent('main'), /••••\u00a03220/);
      await page.click('[name=action]');
      await toBank(page, server.bank);
      await answerBank(page);
      await page.waitForURL(/\/status/);
      assert.match(await page.textContent('main'), /Paiement accepté/);
      assert.equal((await stancer.intent(intent.id)).status, 'captured');
      await ctx.close();
    });
  }

  test('another card than the known one may be typed', async () => {
    const { page, ctx, intent } = await visit({ intent: { card: (await card(CARDS.accepted)).id } });
    await page.click('text=Payer avec une autre carte');
    await pay(page, { number: CARDS.cobadged });
    await page.waitForURL(/\/status/);
    const now = await stancer.intent(intent.id);
    const used = await stancer.get(`/v2/cards/${now.card}`);
    assert.equal(used.last4, '0003');
    assertQuiet(page);
    await ctx.close();
  });

  test('a double click is one payment', async () => {
    const { page, ctx, intent } = await visit();
    await page.fill('[name=card_number]', CARDS.accepted);
    await page.fill('[name=card_expiry]', '12/34');
    await page.fill('[name=card_cvc]', '737');
    await page.dblclick('[name=action]');
    await page.waitForURL(/\/status/);
    const { payments } = await stancer.get(`/v2/payment_intents/${intent.id}/payments`);
    assert.deepEqual(payments.map((payment) => payment.status), ['to_capture']);
    await ctx.close();
  });

  test('every state is accessible, in both languages and schemes, from 320 px', async () => {
    const saved = (await card(CARDS.accepted)).id;
    const states = {
      form: {},
      known: { card: saved, return_url: null },
      paid: { card: saved, threeds: 'none' },
      canceled: { cancel: true },
    };
    for (const [state, { cancel, ...intent }] of Object.entries(states)) {
      const made = await stancer.ask({ return_url: shop.thanks, ...intent });
      if (cancel) await stancer.cancel(made.id);
      for (const lang of LANGUAGES)
        for (const scheme of SCHEMES) {
          const ctx = await context(browser, { lang, scheme, width: 320 });
          const page = await watched(ctx, [server.origin, shop.origin]);
          const answer = await page.goto(`${made.url}?lang=${lang}&auto=0`);
          assert.equal(answer.status(), ['paid', 'canceled'].includes(state) ? 410 : 200, state);
          await assertAccessible(page, `${state} ${lang} ${scheme}`);
          await assertNoSidewaysScroll(page, state);
          assertQuiet(page);
          await ctx.close();
        }
    }
  });

  test('a colour of the merchant is readable in both schemes', async () => {
    const { account } = await stancer.get('/v2/ping');
    try {
      for (const colour of ['#1a8f5a', '#d9480f', '#8a7a00', '#0d8ecf']) {
        server.set(account, 'page.accent', colour);
        for (const scheme of SCHEMES) {
          const { page, ctx } = await visit({ scheme });
          const shown = await page.$eval('.button', (button) => getComputedStyle(button).backgroundColor);
          const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
          assert.equal(shown, `rgb(${channels.join(', ')})`);
          await assertAccessible(page, `${colour} ${scheme}`);
          assertQuiet(page);
          await ctx.close();
        }
      }
    } finally {
      server.set(account, 'page.accent', '');
    }
  });

  test('a picture of the merchant has room beside its name', async () => {
    const { account } = await stancer.get('/v2/ping');
    const folder = mkdtempSync(join(tmpdir(), 'guichet-logo-'));
    const file = join(folder, 'logo.png');
    writeFileSync(file, PICTURE);
    try {
      server.logo(account, file);
      for (const width of [320, 390, 1280])
        for (const intent of [{}, { return_url: null }]) {
          const { page, ctx } = await visit({ width, intent });
          assert.equal(await page.$eval('.logo', (image) => image.naturalWidth), 160);
          await assertAccessible(page, `picture ${width}`);
          await assertNoSidewaysScroll(page, `picture ${width}`);
          const right = await page.$eval('.languages', (list) => list.getBoundingClientRect().right);
          assert.ok(right <= width, `languages end at ${right} of ${width}`);
          assertQuiet(page);
          await ctx.close();
        }
    } finally {
      server.logo(account, '--none');
      rmSync(folder, { recursive: true });
    }
  });

  test('a form that lies idle says so two minutes before it ends', async () => {
    const made = await stancer.ask();
    const ctx = await context(browser, { lang: 'fr' });
    const page = await watched(ctx);
    await page.clock.install();
    await page.goto(made.url);
    const note = page.locator('[data-idle-note]');
    await page.clock.fastForward('27:50');
    assert.equal(await note.textContent(), '');
    await page.clock.fastForward('00:20');
    assert.match(await note.textContent(), /2\sminutes/);
    assert.equal(await note.getAttribute('role'), 'status');
    assertQuiet(page);
    await ctx.close();
  });

  // --- in a frame of the shop ---

  async function framed(url) {
    const ctx = await context(browser, { width: 1280 });
    const page = await ctx.newPage();
    await page.goto(shop.framing(url));
    const heard = () => page.evaluate(() => window.heard);
    const until = (status) =>
      page.waitForFunction((wanted) => window.heard.some((message) => message.data.status === wanted), status);
    return { ctx, page, heard, until, frame: page.frames()[1] };
  }

  const kinds = {
    payment: async (more = {}) => pageUrl(server, await stancer.create({ return_url: shop.thanks, ...more })),
    intent: async (more = {}) => (await stancer.ask({ return_url: shop.thanks, ...more })).url,
  };

  for (const [kind, make] of Object.entries(kinds)) {
    test(`the shop hears of the beginning and the end: ${kind}`, async () => {
      const { ctx, heard, until, frame } = await framed(await make());
      await until('init');
      await pay(frame);
      await until('finished');
      const all = await heard();
      assert.deepEqual(all.map((message) => message.data.status), ['init', 'secure-auth-end', 'finished']);
      for (const { origin, data } of all) {
        assert.equal(origin, server.origin);
        assert.deepEqual(Object.keys(data).slice(0, 4), ['status', 'url', 'width', 'height']);
        assert.ok(data.width > 300 && data.height > 300);
      }
      assert.equal(all[0].data.url, null);
      assert.ok(!('paymentStatus' in all[0].data));
      assert.deepEqual([all[2].data.url, all[2].data.paymentStatus], [shop.thanks, 'to_capture']);
      await ctx.close();
    });

    test(`3-D Secure opens at the top and comes back there: ${kind}`, async () => {
      const { ctx, page, heard, until, frame } = await framed(await make());
      await until('init');
      await pay(frame, { number: CARDS.challenge });
      await until('secure-auth-start');
      assert.deepEqual((await heard()).map((message) => message.data.status), ['init', 'secure-auth-start']);
      const button = frame.locator('[data-leave] button');
      await Promise.all([page.waitForURL(`${server.bank}/**`), button.click().catch(() => {})]);
      await answerBank(page);
      await page.waitForURL(shop.thanks);
      await ctx.close();
    });

    test(`a refused card is told: ${kind}`, async () => {
      const { ctx, until, frame } = await framed(await make());
      await until('init');
      await pay(frame, { number: CARDS.refused });
      await until('error');
      await ctx.close();
    });
  }

  test('an authentication that failed without a challenge is told', async () => {
    const url = await kinds.intent();
    const { ctx, until, frame, page } = await framed(url);
    await until('init');
    await pay(frame, { number: CARDS.challenge });
    await until('secure-auth-start');
    // The payer refuses in another window; the frame is then opened again.
    const other = await ctx.newPage();
    await other.goto(`${url}/status`);
    await toBank(other, server.bank);
    await answerBank(other, 'refuse');
    await other.waitForSelector('[role=alert]');
    await page.goto(shop.framing(url));
    await until('secure-auth-error');
    await ctx.close();
  });

  test('a page that is over says so', async () => {
    const made = await stancer.ask({ return_url: shop.thanks });
    await stancer.cancel(made.id);
    const { ctx, heard, until } = await framed(made.url);
    await until('error');
    assert.equal((await heard())[0].data.url, shop.thanks);
    await ctx.close();
  });

  for (const [why, more] of Object.entries({
    'without a return_url': { return_url: null },
    'by another origin': { return_url: 'https://elsewhere.example/' },
  }))
    test(`nobody frames an intent ${why}`, async () => {
      const { ctx, page, heard } = await framed(await kinds.intent(more));
      await page.waitForTimeout(500);
      assert.equal(await page.frames()[1].$('[name=card_number]'), null);
      assert.deepEqual(await heard(), []);
      await ctx.close();
    });

  // The clock only goes forward: this one is last.
  test('an intent is over after 24 hours', async () => {
    const made = await stancer.ask({ return_url: shop.thanks });
    await stancer.advance(25 * 3600);
    const ctx = await context(browser);
    const page = await watched(ctx);
    const answer = await page.goto(made.url);
    assert.equal(answer.status(), 410);
    assert.match(await page.textContent('main'), /a expiré/);
    assert.equal((await stancer.intent(made.id)).status, 'unpaid');
    await assertAccessible(page, 'expired');
    assertQuiet(page);
    await ctx.close();
  });
});
