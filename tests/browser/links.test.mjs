// Pay links and payment buttons in a real browser: from the mail to the receipt, with and without scripts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { api, built, startServer } from './support/server.mjs';
import { MAIL_TAGS, SCHEMES, assertAccessible, assertNoSidewaysScroll, assertQuiet, context, launch, watched } from './support/browser.mjs';
import { CARDS, answerBank, fill, pay, toBank } from './support/payer.mjs';
import { startShop } from './support/shop.mjs';
import { simplypaie } from './support/simplypaie.mjs';

const LINK = /http:\/\/\S+\/pay-48512-[0-9a-f]{32}/;
let serial = 0;
const newPayer = () => `payer-${(serial += 1)}@example.com`;

describe('links', { skip: built ? false : 'the program is not built' }, () => {
  let server;
  let shop;
  let browser;
  let stancer;
  let desk;

  before(async () => {
    [server, shop, browser] = await Promise.all([startServer(), startShop(), launch()]);
    stancer = api(server);
    desk = await simplypaie(server);
  });
  after(async () => {
    await browser?.close();
    await shop?.stop();
    await server?.stop();
  });

  async function open(url, options = {}) {
    const ctx = await context(browser, options);
    const page = await watched(ctx, [server.bank, shop.origin, server.origin]);
    const answer = await page.goto(`${url}${url.includes('?') ? '&' : '?'}lang=${options.lang ?? 'fr'}`);
    return { ctx, page, answer };
  }

  const status = async (paymentId) =>
    (await stancer.get(`/v2/payment_intents/?order_id=${paymentId}`)).payment_intents[0].status;

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

    test(`the link of the mail is paid at the bank and receipted, ${how}`, async () => {
      const email = newPayer();
      const info = await desk.ask({ mode: 'email', email, returnURL: shop.thanks });
      const [asked] = await desk.mails(email);
      const [link] = asked.text.match(LINK);
      assert.equal(link, info.link);
      const { page, ctx } = await open(link, { javaScriptEnabled });
      assert.equal(await page.inputValue('[name=card_holder]'), 'Dupont Jean');
      await pay(page, { number: CARDS.challenge });
      await toBank(page, server.bank);
      await answerBank(page);
      await page.waitForURL(/\/pay-48512-\w+\/status/);
      assert.match(await page.textContent('main'), /Paiement accepté/);
      await page.waitForURL(shop.thanks);
      const [receipt] = await desk.mails(email, 2);
      assert.match(receipt.subject, /^Reçu de paiement de 25,99\u00a0€/);
      assertQuiet(page);
      const again = await page.goto(link);
      assert.equal(again.status(), 410);
      assert.match(await page.textContent('main'), new RegExp(info.paymentId));
      await ctx.close();
    });

    test(`fields that do not pass, a refusal, another card, ${how}`, async () => {
      const info = await desk.ask();
      const { page, ctx } = await open(info.link, { javaScriptEnabled });
      await pay(page, { number: CARDS.refused });
      await page.waitForSelector('[role=alert]');
      assert.match(await page.textContent('[role=alert]'), /Votre banque a refusé/);
      assert.equal(await page.inputValue('[name=card_number]'), '');
      assert.equal(await page.inputValue('[name=card_holder]'), 'Dupont Jean');
      await pay(page);
      await page.waitForURL(/\/status/);
      assert.equal(await status(info.paymentId), 'captured');
      await ctx.close();
    });

    test(`a deposit is held, ${how}`, async () => {
      const info = await desk.ask({ type: 'preauth', amount: '30000' });
      const { page, ctx } = await open(info.link, { javaScriptEnabled });
      assert.match(await page.textContent('main'), /seront bloqués sur votre carte, pas débités/);
      assert.match(await page.textContent('[name=action]'), /Bloquer 300,00\u00a0€/);
      await pay(page);
      await page.waitForURL(/\/status/);
      assert.match(await page.textContent('main'), /Caution enregistrée/);
      assert.equal(await status(info.paymentId), 'authorized');
      assertQuiet(page);
      await ctx.close();
    });

    test(`a button leads to its own pay page, ${how}`, async () => {
      const email = newPayer();
      const link = desk.button({ amount: '4200', currency: 'EUR', returnURL: shop.thanks });
      const { page, ctx } = await open(link, { javaScriptEnabled });
      assert.match(await page.textContent('main'), /42,00\u00a0€/);
      await page.click('[name=action]');
      await page.waitForSelector('[aria-invalid=true]');
      await page.fill('[name=payer_name]', 'Dupont Jean');
      await page.fill('[name=payer_email]', email);
      await page.click('[name=action]');
      await page.waitForURL(/\/pay-48512-/);
      await pay(page);
      await page.waitForURL(/\/status/);
      const [receipt] = await desk.mails(email);
      assert.match(receipt.text, /Vous avez payé 42,00\u00a0€/);
      assertQuiet(page);
      await ctx.close();
    });
  }

  test('a double click on a button makes one request, and one on its page one payment', async () => {
    const { page, ctx } = await open(desk.button({ amount: '4300', name: 'Dupont Jean', email: newPayer() }));
    const before = (await stancer.get('/v2/payment_intents/?limit=1')).range.count;
    await page.dblclick('[name=action]');
    await page.waitForURL(/\/pay-48512-/);
    assert.equal((await stancer.get('/v2/payment_intents/?limit=1')).range.count, before + 1);
    await fill(page);
    await page.dblclick('[name=action]');
    await page.waitForURL(/\/status/);
    const [intent] = (await stancer.get('/v2/payment_intents/?limit=1')).payment_intents;
    const { payments } = await stancer.get(`/v2/payment_intents/${intent.id}/payments`);
    assert.deepEqual(payments.map((payment) => payment.status), ['to_capture']);
    await ctx.close();
  });

  test('names of others are text on the page and in the mail', async () => {
    const email = newPayer();
    const name = '<img src=x onerror=alert(1)> \u202e"Jean"';
    const info = await desk.ask({ mode: 'email', email, name });
    const { page, ctx } = await open(info.link);
    assert.equal(await page.$('main img'), null);
    const [mail] = await desk.mails(email);
    await page.route('**/letter', async (route) =>
      route.fulfill({ contentType: 'text/html; charset=utf-8', body: await desk.document(mail) }));
    await page.goto(`${server.origin}/letter`);
    assert.equal(await page.$('img'), null);
    assert.match(await page.textContent('body'), /Bonjour <img src=x onerror=alert\(1\)> \ufffd"Jean",/);
    assertQuiet(page);
    await ctx.close();
  });

  test('every page is accessible on a telephone and at a desk, by day and by night', async () => {
    const paid = await desk.ask();
    const held = await desk.ask({ type: 'preauth' });
    const gone = await desk.ask();
    for (const { link } of [paid, held]) {
      const { page, ctx } = await open(link);
      await pay(page);
      await page.waitForURL(/\/status/);
      await ctx.close();
    }
    await stancer.cancel((await stancer.get(`/v2/payment_intents/?order_id=${gone.paymentId}`)).payment_intents[0].id);
    const states = {
      form: [200, (await desk.ask({ returnURL: shop.thanks })).link],
      short: [200, (await desk.ask({ page: 'short' })).link],
      deposit: [200, (await desk.ask({ type: 'preauth' })).link],
      paid: [410, paid.link],
      held: [410, held.link],
      cancelled: [410, gone.link],
      button: [200, desk.button({ amount: '4200', type: 'preauth', returnURL: shop.thanks })],
      mistake: [400, desk.button({ amount: '1' })],
      unknown: [404, `${gone.link.slice(0, -1)}x`],
    };
    for (const [state, [expected, link]] of Object.entries(states))
      for (const [lang, scheme] of [['fr', 'light'], ['en', 'dark']]) {
        const { page, ctx, answer } = await open(link, { lang, scheme });
        assert.equal(answer.status(), expected, state);
        for (const width of [390, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          await assertAccessible(page, `${state} ${lang} ${scheme} ${width}`);
          await assertNoSidewaysScroll(page, `${state} ${width}`);
        }
        assertQuiet(page);
        await ctx.close();
      }
  });

  test('the documents of the mails are accessible and fit a telephone', async () => {
    const email = newPayer();
    const info = await desk.ask({ mode: 'email', email, name: 'W'.repeat(70) });
    const { page, ctx } = await open(info.link);
    await pay(page);
    await page.waitForURL(/\/status/);
    for (const mail of await desk.mails(email, 2))
      for (const scheme of SCHEMES) {
        await page.emulateMedia({ colorScheme: scheme });
        const body = await desk.document(mail);
        await page.route('**/letter', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
        await page.goto(`${server.origin}/letter`);
        await assertAccessible(page, `${mail.subject} ${scheme}`, MAIL_TAGS);
        await assertNoSidewaysScroll(page, mail.subject);
      }
    assertQuiet(page);
    await ctx.close();
  });

  test('a reminder has the same link, and is paid', async () => {
    const email = newPayer();
    const info = await desk.ask({ mode: 'email', email });
    await desk.act(info.paymentId, 'remind');
    const [reminder] = await desk.mails(email, 2);
    assert.match(reminder.subject, /^Rappel : |^Rappel : /);
    assert.equal(reminder.text.match(LINK)[0], info.link);
    const { page, ctx } = await open(info.link);
    await pay(page);
    await page.waitForURL(/\/status/);
    assert.equal((await desk.row(info.paymentId)).status, 'cashed');
    await ctx.close();
  });

  test('a request that is cancelled while its page is open takes no card', async () => {
    const email = newPayer();
    const info = await desk.ask({ mode: 'email', email });
    const { page, ctx } = await open(info.link);
    await desk.act(info.paymentId, 'cancel');
    await pay(page);
    await page.waitForSelector('h1:has-text("annulé")');
    const [told] = await desk.mails(email, 2);
    assert.match(told.subject, /annulée/);
    assert.equal((await desk.row(info.paymentId)).status, 'cancelled');
    assertQuiet(page);
    await ctx.close();
  });

  // Moves the clock, so it comes last.
  test('what was cashed, released and given back stands on the page', async () => {
    const paidAs = async (more) => {
      const info = await desk.ask(more);
      const { page, ctx } = await open(info.link);
      await pay(page);
      await page.waitForURL(/\/status/);
      await ctx.close();
      return info;
    };
    const says = async (info, words) => {
      const { page, ctx, answer } = await open(info.link);
      assert.equal(answer.status(), 410);
      assert.match(await page.textContent('main'), words);
      await assertAccessible(page, words.source);
      assertQuiet(page);
      await ctx.close();
    };
    const cashed = await paidAs({ type: 'preauth', amount: '30000' });
    await says(cashed, /Caution enregistrée/);
    await desk.act(cashed.paymentId, 'cash', { amount: '12000' });
    await says(cashed, /a encaissé 120,00\u00a0€ sur votre caution de 300,00\u00a0€/);
    const over = await paidAs({ type: 'preauth', amount: '30000' });
    const given = await paidAs({});
    await stancer.advance(561600 + 60);
    desk = await simplypaie(server); // its token was for an hour
    assert.equal((await desk.row(over.paymentId)).status, 'expired');
    await says(over, /Cette caution est libérée/);
    await desk.act(given.paymentId, 'refund', { amount: '1000' });
    await says(given, /Remboursé\s*10,00\u00a0€/);
    const { refunds } = await stancer.get('/v2/refunds/?limit=1');
    assert.equal(refunds[0].amount, 1000);
  });
});
