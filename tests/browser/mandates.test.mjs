// Forms on which a mandate is signed, in a real browser: from the link to the merchant's site and its callback.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { api, built, startServer } from './support/server.mjs';
import { LANGUAGES, SCHEMES, assertAccessible, assertNoSidewaysScroll, assertQuiet, context, launch, watched } from './support/browser.mjs';
import { startShop } from './support/shop.mjs';

const IBAN = 'FR1420041010050500013M02606';
const CODE = '123456';
const WRONG = '000000';
const DAY = 86400;
const KINDS = {
  person: { arguments: {}, values: { consumer_first_name: 'Camille', consumer_last_name: 'Durand' }, name: 'Camille Durand' },
  company: {
    arguments: { consumer_type: '1', siren: '732829320' },
    values: { social_reference: 'Boulangerie Martin', siren: '732829320' },
    name: 'Boulangerie Martin',
  },
  'non-profit': {
    arguments: { consumer_type: '2' },
    values: { social_reference: 'Les amis du pain', waldec: 'W751234567' },
    name: 'Les amis du pain',
  },
};

// Somebody's server that is told how a form ended.
async function startReceiver() {
  const heard = [];
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      heard.push({ body, signature: request.headers['x-guichet-signature'] });
      answer.end('ok');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/callback`,
    heard,
    // The one callback about a consumer; its signature is checked.
    async about(reference, secret) {
      const until = Date.now() + 60000;
      for (;;) {
        const found = heard.filter(({ body }) => JSON.parse(body).safedebit_consumer_reference === reference);
        if (found.length > 0) {
          assert.equal(found.length, 1);
          const [t, v1] = found[0].signature.split(',').map((part) => part.split('=')[1]);
          assert.equal(v1, createHmac('sha256', secret).update(`${t}.${found[0].body}`).digest('hex'));
          return JSON.parse(found[0].body);
        }
        if (Date.now() > until) throw new Error(`nothing was told of ${reference}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections?.();
        server.close(resolve);
      }),
  };
}

describe('mandate forms', { skip: built ? false : 'the program is not built' }, () => {
  let server;
  let shop;
  let receiver;
  let browser;

  before(async () => {
    [server, shop, receiver, browser] = await Promise.all([startServer(), startShop(), startReceiver(), launch()]);
  });
  after(async () => {
    await browser?.close();
    await shop?.stop();
    await receiver?.stop();
    await server?.stop();
  });

  async function ssp(call, body) {
    const { login, password } = server.sandbox.safedebit;
    const answer = await fetch(`${server.origin}/ssp/${call}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const told = await answer.json();
    assert.equal(told.result, true, JSON.stringify(told));
    return told;
  }

  const urls = () => ({ url_ok: `${shop.origin}/ok?trace=1`, url_ko: `${shop.origin}/ko`, url_cancel: `${shop.origin}/cancel` });

  async function visit({ kind = 'person', lang = 'fr', more = {}, ...options } = {}) {
    const made = await ssp('initiate_consumer', {
      consumer_data: '7-006379-0023-0_066846419',
      url_callback: receiver.url,
      ...urls(),
      ...KINDS[kind].arguments,
      ...more,
    });
    const ctx = await context(browser, { lang, ...options });
    const page = await watched(ctx, [shop.origin]);
    await page.goto(made.link);
    return { page, ctx, made, reference: made.safedebit_consumer_reference };
  }

  async function fill(page, kind = 'person', more = {}) {
    const values = {
      ...KINDS[kind].values,
      consumer_address_street_name: '98 route des Pissenlits',
      consumer_zip_code: '69001',
      consumer_city: 'Lyon',
      consumer_email: 'camille@example.org',
      consumer_phone_number: '06 00 00 00 00',
      iban: IBAN,
      ...more,
    };
    for (const [name, value] of Object.entries(values)) await page.fill(`[name=${name}]`, value);
  }

  async function preview(page, kind, more) {
    await fill(page, kind, more);
    await page.click('button[value=continue]');
    await page.waitForSelector('button[value=sign]');
  }

  async function sign(page, code = CODE) {
    await page.check('[name=accept]');
    await page.fill('[name=otp]', code);
    await page.click('button[value=sign]');
  }

  const told = (url) => Object.fromEntries(new URL(url).searchParams);

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

    for (const kind of Object.keys(KINDS))
      test(`a ${kind} signs and returns, ${how}`, async () => {
        const { page, ctx, reference } = await visit({ kind, javaScriptEnabled });
        await preview(page, kind);
        const text = await page.textContent('main');
        for (const shown of ['Mandat de prélèvement SEPA', KINDS[kind].name, 'FR72ZZZ123456', '69001 Lyon', '•••• 0000']) assert.ok(text.includes(shown) || text.includes(shown.replace(' ', '\u00a0')), shown);
        await sign(page);
        await page.waitForURL(/\/status/);
        assert.match(await page.textContent('main'), /Mandat signé/);
        await page.waitForURL(`${shop.origin}/ok?**`);
        const back = told(page.url());
        assert.deepEqual(Object.keys(back), ['trace', 'safedebit_consumer_reference', 'umr', 'status']);
        assert.deepEqual(await receiver.about(reference, server.sandbox.safedebit.callback_secret), {
          safedebit_consumer_reference: reference,
          umr: back.umr,
          status: 'OK',
        });
        assertQuiet(page);
        await ctx.close();
      });

    test(`three wrong codes, then the right one, ${how}`, async () => {
      const { page, ctx } = await visit({ javaScriptEnabled });
      await preview(page);
      for (let i = 0; i < 3; i++) {
        await sign(page, WRONG);
        await page.waitForSelector('#otp-error:not(:empty)');
        assert.match(await page.textContent('#otp-error'), /pas le bon/);
        assert.equal(await page.inputValue('[name=otp]'), '');
      }
      await sign(page);
      await page.waitForURL(/\/status/);
      assert.match(await page.textContent('main'), /Mandat signé/);
      await ctx.close();
    });

    test(`five wrong codes lead to url_ko, ${how}`, async () => {
      const { page, ctx, made, reference } = await visit({ javaScriptEnabled });
      await preview(page);
      for (let i = 0; i < 5; i++) {
        await sign(page, WRONG);
        await (i < 4 ? page.waitForSelector('#otp-error:not(:empty)') : page.waitForURL(/\/status/));
      }
      await page.waitForURL(`${shop.origin}/ko?**`);
      assert.deepEqual(told(page.url()), { safedebit_consumer_reference: reference, umr: '', status: 'ERROR' });
      assert.equal((await receiver.about(reference, server.sandbox.safedebit.callback_secret)).status, 'ERROR');
      assert.equal((await page.goto(made.link)).status(), 410);
      await ctx.close();
    });

    test(`cancelling leads to url_cancel, ${how}`, async () => {
      const { page, ctx, reference } = await visit({ javaScriptEnabled });
      // Nothing has to be filled in for that.
      await page.click('button[value=cancel]');
      await page.waitForURL(`${shop.origin}/cancel?**`);
      assert.equal(told(page.url()).status, 'CANCEL');
      assert.equal((await receiver.about(reference, server.sandbox.safedebit.callback_secret)).status, 'CANCEL');
      assertQuiet(page);
      await ctx.close();
    });

    test(`a mandate that a call has made goes back by a form, ${how}`, async () => {
      const consumer = await ssp('create_consumer', {
        consumer_type: '0', consumer_first_name: 'Camille', consumer_last_name: 'Durand', consumer_address_street_number: '98',
        consumer_address_street_type: 'Route', consumer_address_street_name: 'des pissenlits', consumer_zip_code: '75011',
        consumer_city: 'Paris', consumer_email: 'camille@example.org', consumer_phone_number: '0600000000', iban: IBAN,
      });
      const asked = await ssp('create_mandate', { safedebit_consumer_reference: consumer.safedebit_consumer_reference, ...urls() });
      const ctx = await context(browser, { javaScriptEnabled });
      const page = await watched(ctx, [shop.origin]);
      await page.goto(asked.signature_url);
      await sign(page);
      await page.waitForURL(/\/status/);
      const posted = page.waitForRequest((request) => request.method() === 'POST' && request.url().startsWith(shop.origin));
      // A script sends it by itself.
      if (!javaScriptEnabled) await page.click('[data-leave] button');
      assert.deepEqual(Object.fromEntries(new URLSearchParams((await posted).postData())), { umr: asked.umr, iban: IBAN, bic: 'TESTFRPP' });
      await page.waitForURL(`${shop.origin}/ok?trace=1`);
      assertQuiet(page);
      await ctx.close();
    });
  }

  test('a form that nobody signs expires', async () => {
    const { page, ctx, made, reference } = await visit();
    await api(server).advance(30 * DAY);
    assert.deepEqual(await receiver.about(reference, server.sandbox.safedebit.callback_secret), {
      safedebit_consumer_reference: reference,
      umr: '',
      status: 'CANCEL',
    });
    assert.equal((await page.goto(made.link)).status(), 410);
    assert.match(await page.textContent('main'), /a expiré/);
    await assertAccessible(page, 'expired');
    await ctx.close();
  });

  test('a double click signs once, and back leads to the end', async () => {
    const { page, ctx, made, reference } = await visit({ more: { url_ok: undefined } });
    await preview(page);
    await page.check('[name=accept]');
    await page.fill('[name=otp]', CODE);
    await page.dblclick('button[value=sign]').catch(() => {});
    await page.waitForURL(/\/status/);
    assert.match(await page.textContent('main'), /fermer cette page/);
    assert.equal((await receiver.about(reference, server.sandbox.safedebit.callback_secret)).status, 'OK');
    assert.equal((await page.goto(made.link)).status(), 410);
    await ctx.close();
  });

  test('who stays on the result page is not taken away', async () => {
    const { page, ctx } = await visit();
    await preview(page);
    await sign(page);
    const [stayed] = await Promise.all([page.waitForResponse(/auto=0/), page.click('.leaving a')]);
    assert.equal(stayed.headers().refresh, undefined);
    assert.ok(await page.$(`a[href^="${shop.origin}/ok"]`));
    await ctx.close();
  });

  test('complaints come before anything is sent', async () => {
    const { page, ctx } = await visit();
    await page.click('button[value=continue]');
    assert.match(await page.textContent('#consumer_first_name-error'), /prénom/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'consumer_first_name');
    await preview(page);
    await page.click('button[value=sign]');
    assert.match(await page.textContent('#accept-error'), /Cochez/);
    await page.fill('[name=otp]', '12');
    await page.locator('[name=otp]').blur();
    assert.match(await page.textContent('#otp-error'), /6\u00a0chiffres/);
    await page.click('button[value=resend]');
    await page.waitForSelector('text=Un nouveau code vous a été envoyé.');
    assertQuiet(page);
    await ctx.close();
  });

  test('the keyboard alone signs', async () => {
    const { page, ctx } = await visit();
    await fill(page);
    await page.focus('[name=iban]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('button[value=sign]');
    await page.focus('[name=accept]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.type(CODE);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/status/);
    assert.match(await page.textContent('main'), /Mandat signé/);
    await ctx.close();
  });

  test('autofill knows the fields', async () => {
    const { page, ctx } = await visit();
    const tokens = await page.$$eval('main input[autocomplete], main select', (nodes) => nodes.map((node) => node.autocomplete));
    for (const token of ['given-name', 'family-name', 'address-line1', 'postal-code', 'address-level2', 'country', 'email', 'tel'])
      assert.ok(tokens.includes(token), token);
    await ctx.close();
  });

  for (const lang of LANGUAGES)
    for (const scheme of SCHEMES)
      for (const width of [320, 1280])
        test(`each step is accessible: ${lang} ${scheme} ${width}`, async () => {
          const { page, ctx } = await visit({ lang, scheme, width, more: { url_ok: undefined } });
          const looks = async (what) => {
            await assertAccessible(page, what);
            await assertNoSidewaysScroll(page, what);
          };
          await looks('details');
          await preview(page, 'person', { consumer_last_name: 'RVNM' });
          await looks('mandate with a warning');
          await sign(page, WRONG);
          await page.waitForSelector('#otp-error:not(:empty)');
          await looks('wrong code');
          await sign(page);
          await page.waitForURL(/\/status/);
          await looks('signed');
          assertQuiet(page);
          await ctx.close();
        });

  test('errors after a round trip are accessible and keep what was typed', async () => {
    const { page, ctx } = await visit({ kind: 'company', javaScriptEnabled: false });
    await fill(page, 'company', { iban: 'US64SVBKUS6S3300958671', siren: '1' });
    await page.click('button[value=continue]');
    assert.equal(await page.inputValue('[name=iban]'), 'US64 SVBK US6S 3300 9586 71');
    assert.equal(await page.inputValue('[name=social_reference]'), 'Boulangerie Martin');
    const html = await page.content();
    await ctx.close();
    const shown = await context(browser);
    await shown.route(`${server.origin}/errors`, (route) => route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }));
    const copy = await shown.newPage();
    await copy.goto(`${server.origin}/errors`);
    await assertAccessible(copy, 'errors');
    await shown.close();
  });
});
