// Direct debit on the pay page in a real browser: account, mandate, signature.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { api, built, startServer } from './support/server.mjs';
import { LANGUAGES, SCHEMES, assertAccessible, assertNoSidewaysScroll, assertQuiet, context, launch, watched } from './support/browser.mjs';
import { startShop } from './support/shop.mjs';

const IBAN = 'FR1420041010050500013M02606';
const GROUPED = 'FR14 2004 1010 0505 0001 3M02 606';

describe('debits', { skip: built ? false : 'the program is not built' }, () => {
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

  async function visit({ intent = {}, lang = 'fr', method = 'sepa', ...options } = {}) {
    const made = await stancer.ask({ return_url: shop.thanks, ...intent });
    const ctx = await context(browser, { lang, ...options });
    const page = await watched(ctx, [shop.origin]);
    await page.goto(`${made.url}?lang=${lang}${method ? `&method=${method}` : ''}`);
    return { page, ctx, intent: made };
  }

  async function fill(page, { iban = IBAN, name = 'Camille Durand' } = {}) {
    await page.fill('[name=iban]', iban);
    await page.fill('[name=account_holder]', name);
    await page.fill('[name=address_line]', '3 allée des Lilas');
    await page.fill('[name=address_zip]', '69001');
    await page.fill('[name=address_city]', 'Lyon');
  }

  async function preview(page, account) {
    await fill(page, account);
    await page.click('button[value=pay]');
    await page.waitForSelector('button[value=sign]');
  }

  async function sign(page) {
    if (await page.$('[name=agree]')) await page.check('[name=agree]');
    await page.click('button[value=sign]');
    await page.waitForURL(/\/status/);
  }

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

    test(`a mandate is signed and the payer returns, ${how}`, async () => {
      const { page, ctx, intent } = await visit({ javaScriptEnabled, method: '' });
      await page.click('.methods a >> text=Prélèvement SEPA');
      await preview(page);
      const text = await page.textContent('main');
      for (const shown of ['Mandat de prélèvement SEPA', GROUPED, 'FR72ZZZ123456', '69001 Lyon']) assert.ok(text.includes(shown), shown);
      await sign(page);
      assert.match(await page.textContent('main'), /Mandat signé/);
      await page.waitForURL(shop.thanks);
      const now = await stancer.intent(intent.id);
      assert.equal(now.status, 'captured');
      assert.match(now.sepa, /^sepa_/);
      assertQuiet(page);
      await ctx.close();
    });
  }

  test('a double click signs once', async () => {
    const { page, ctx, intent } = await visit();
    await preview(page);
    await page.check('[name=agree]');
    await page.dblclick('button[value=sign]').catch(() => {});
    await page.waitForURL(/\/status/);
    const made = await stancer.get(`/v2/payment_intents/${intent.id}/payments`);
    assert.equal(made.payments.length, 1);
    await ctx.close();
  });

  test('back after signing leads to the receipt', async () => {
    const { page, ctx, intent } = await visit({ intent: { return_url: null } });
    await preview(page);
    await sign(page);
    // The browser asks before it posts the step before again; it is not there to be seen.
    await page.goBack({ timeout: 5000 }).catch(() => {});
    // What it shows instead may come late, and would then take the place of where we go.
    await page.waitForURL(/^chrome-error:/, { timeout: 5000 }).catch(() => {});
    await page.goto(intent.url);
    assert.match(await page.textContent('main'), /Mandat signé/);
    await ctx.close();
  });

  test('the number is grouped as it is typed, and the caret stays', async () => {
    const { page, ctx } = await visit();
    await page.locator('[name=iban]').pressSequentially('fr14 2004-10100505');
    assert.equal(await page.inputValue('[name=iban]'), 'FR14 2004 1010 0505');
    await page.evaluate(() => document.getElementById('iban').setSelectionRange(4, 4));
    await page.keyboard.press('Backspace');
    assert.equal(await page.inputValue('[name=iban]'), 'FR12 0041 0100 505');
    assert.equal(await page.evaluate(() => document.getElementById('iban').selectionStart), 3);
    await page.fill('[name=iban]', IBAN);
    assert.equal(await page.inputValue('[name=iban]'), GROUPED);
    assertQuiet(page);
    await ctx.close();
  });

  for (const [iban, said] of [
    ['US64SVBKUS6S3300958671', /espace SEPA/],
    ['FR142004101005', /longueur/],
    ['FR15 2004 1010 0505 0001 3M02 606', /pas valide/],
  ])
    test(`complaints come on leaving the field and go when it is right: ${iban}`, async () => {
      const { page, ctx } = await visit();
      await page.fill('[name=iban]', iban);
      assert.equal(await page.textContent('#iban-error'), '');
      await page.locator('[name=iban]').blur();
      assert.match(await page.textContent('#iban-error'), said);
      assert.equal(await page.getAttribute('#iban', 'aria-invalid'), 'true');
      await page.fill('[name=iban]', IBAN);
      assert.equal(await page.textContent('#iban-error'), '');
      await ctx.close();
    });

  test('without the box the script keeps the payer on the page', async () => {
    const { page, ctx } = await visit();
    await preview(page);
    await page.click('button[value=sign]');
    assert.match(await page.textContent('#agree-error'), /Cochez/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'agree');
    await ctx.close();
  });

  test('the keyboard alone signs', async () => {
    const { page, ctx } = await visit();
    await fill(page);
    await page.focus('[name=address_city]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('button[value=sign]');
    await page.focus('[name=agree]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/status/);
    assertQuiet(page);
    await ctx.close();
  });

  test('the language switch stays with the debit', async () => {
    const { page, ctx } = await visit();
    await page.click('.languages a[lang=en]');
    assert.ok(await page.$('[name=iban]'));
    assert.match(await page.textContent('main'), /Your bank account/);
    await ctx.close();
  });

  for (const lang of LANGUAGES)
    for (const scheme of SCHEMES)
      for (const width of [320, 1280])
        test(`each step is accessible: ${lang} ${scheme} ${width}`, async () => {
          const { page, ctx } = await visit({ lang, scheme, width, intent: { return_url: null } });
          const looks = async (what) => {
            await assertAccessible(page, what);
            await assertNoSidewaysScroll(page, what);
          };
          await looks('form');
          await preview(page, { name: 'Jean RVNM' });
          await looks('mandate with a warning');
          await sign(page);
          await looks('receipt');
          assert.ok(await page.$('a[href^="/mandat/"]'));
          assertQuiet(page);
          await ctx.close();
        });

  test('errors after a round trip are accessible and keep what was typed', async () => {
    const { page, ctx } = await visit({ javaScriptEnabled: false });
    await fill(page, { iban: 'US64SVBKUS6S3300958671' });
    await page.click('button[value=pay]');
    assert.equal(await page.inputValue('[name=iban]'), 'US64 SVBK US6S 3300 9586 71');
    assert.equal(await page.inputValue('[name=account_holder]'), 'Camille Durand');
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
