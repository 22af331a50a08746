// The operator's pages in Chromium: signing in and out, the audit, without scripts, on a phone, by keyboard.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { built, startServer } from './support/server.mjs';
import { LANGUAGES, SCHEMES, WIDTHS, assertAccessible, assertNoSidewaysScroll, assertQuiet, context, launch, watched } from './support/browser.mjs';

const WORDS = {
  fr: { home: 'Ce qui vous attend', out: 'Vous êtes déconnecté.', refused: 'Connexion refusée', leave: 'Se déconnecter', audit: 'Journal' },
  en: { home: 'What waits for you', out: 'You are signed out.', refused: 'You are not signed in', leave: 'Sign out', audit: 'Audit' },
};

// A picture of one dot.
const DOT = {
  name: 'piece.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'),
};

describe("the operator's pages", { skip: built ? false : 'the program is not built' }, () => {
  let server;
  let browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launch()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function come({ path = '/operator', ...options } = {}) {
    const ctx = await context(browser, options);
    const page = await watched(ctx);
    await page.goto(server.origin + path);
    return { ctx, page };
  }

  async function signIn(page, password = server.sandbox.dashboard.password) {
    await page.fill('[name=email]', server.sandbox.dashboard.email);
    await page.fill('[name=password]', password);
    await page.click('main .button');
  }

  for (const lang of LANGUAGES)
    test(`one signs in, looks around and signs out: ${lang}`, async () => {
      for (const javaScriptEnabled of [true, false]) {
        const { ctx, page } = await come({ lang, javaScriptEnabled });
        await signIn(page, 'this is not the password');
        assert.equal(await page.textContent('.alert h2'), WORDS[lang].refused);
        assert.equal(await page.inputValue('[name=password]'), '');
        assert.equal(await page.inputValue('[name=email]'), server.sandbox.dashboard.email);
        await signIn(page);
        assert.equal(await page.textContent('h1'), WORDS[lang].home);
        assert.equal(await page.textContent('.tabs [aria-current=page]'), lang === 'fr' ? 'Accueil' : 'Home');
        await page.click(`.tabs >> text=${WORDS[lang].audit}`);
        assert.equal(await page.textContent('h1'), WORDS[lang].audit);
        assert.ok((await page.locator('tbody tr').count()) > 2);
        await page.click(`text=${WORDS[lang].leave}`);
        assert.equal(await page.textContent('[role=status]'), WORDS[lang].out);
        await page.goto(`${server.origin}/operator/audit`);
        assert.ok(page.url().includes('/operator/login'), page.url());
        // Back shows nothing that was there: the pages are not kept.
        await page.goBack();
        await page.goBack();
        assert.equal(await page.locator('.leave').count(), 0);
        assertQuiet(page);
        await ctx.close();
      }
    });

  for (const colorScheme of SCHEMES)
    test(`the real pages are accessible and fit: ${colorScheme}`, async () => {
      for (const lang of LANGUAGES)
        for (const width of WIDTHS) {
          const { ctx, page } = await come({ lang, scheme: colorScheme, width });
          const look = async (what) => {
            await assertAccessible(page, `${what} ${lang} ${width}`);
            await assertNoSidewaysScroll(page, `${what} ${lang} ${width}`);
            if (process.env.GUICHET_SHOTS)
              await page.screenshot({ path: `${process.env.GUICHET_SHOTS}/${what}-${lang}-${colorScheme}-${width}.png`, fullPage: true });
          };
          await look('login');
          await signIn(page);
          await look('home');
          await page.goto(`${server.origin}/operator/audit?lang=${lang}`);
          await look('audit');
          assertQuiet(page);
          await ctx.close();
        }
    });

  async function seqino(path, body, client) {
    const answer = await fetch(server.origin + path, {
      method: 'POST',
      headers: { authorization: server.sandbox.seqino.api_key, 'content-type': 'application/json', ...(client && { 'x-pdp-client-id': client }) },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 201);
    return answer.json();
  }

  // A company that has handed in everything, and waits.
  async function handedIn(name) {
    const client = await seqino('/clients', { organization_name: name, contact_email: 'company@example.org', external_ref: name });
    const link = await seqino('/clients/onboarding-link', { include_kyc: true }, client.client_id);
    const ctx = await context(browser, { javaScriptEnabled: false });
    const page = await ctx.newPage();
    await page.goto(link.onboarding_url);
    await page.fill('[name=number]', '732829320');
    await page.click('[value=find]');
    await page.click('[value=company]');
    const values = { family_name: 'REVIEW', given_names: 'Camille', birth_date: '31/01/1980', birth_place: 'Lyon', nationality: 'française', role: 'gérante' };
    for (const [field, value] of Object.entries(values)) await page.fill(`[name=${field}]`, value);
    await page.check('[name=owners][value=representative]');
    await page.click('[value=person]');
    for (const kind of ['identity_front', 'company_extract']) {
      await page.setInputFiles(`#${kind}`, DOT);
      await page.click(`form:has([value=${kind}]) [value=send]`);
    }
    await page.click('[value=documents]');
    return { link, page, ctx };
  }

  for (const lang of LANGUAGES)
    test(`what a company handed in is accepted and refused: ${lang}`, async () => {
      for (const javaScriptEnabled of [true, false])
        for (const verdict of ['accept', 'refuse']) {
          const name = `Boulangerie ${lang} ${javaScriptEnabled} ${verdict}`;
          const company = await handedIn(name);
          const { ctx, page } = await come({ lang, javaScriptEnabled, path: '/operator/enrolments' });
          await signIn(page);
          await page.click(`text=${name}`);
          const [file] = await Promise.all([ctx.waitForEvent('page'), page.click('.files a')]);
          await file.waitForLoadState();
          assert.ok(file.url().includes('/files/identity_front'), file.url());
          await file.close();
          await page.click(`.pair-links a[href*="/${verdict}"]`);
          if (verdict === 'refuse') await page.fill('[name=reason]', 'Illisible.\nEncore une fois.');
          await page.click('main .button');
          assert.equal(await page.locator('.pair-links').count(), 0);
          const told = server.told('enrolment', 'show', company.link.link_id);
          assert.equal(told.state, verdict === 'accept' ? 'completed' : 'failed');
          if (verdict === 'refuse') assert.equal(await page.textContent('.said'), 'Illisible.\nEncore une fois.');
          // Back and again: it was decided already.
          await page.goBack();
          await page.reload();
          assert.equal(await page.locator('[name=csrf]').count(), 1);
          if (javaScriptEnabled) await assertAccessible(page, `decided ${lang} ${verdict}`);
          await company.page.goto(company.link.onboarding_url);
          if (verdict === 'refuse') assert.ok((await company.page.textContent('main')).includes('Illisible.'));
          assertQuiet(page);
          await ctx.close();
          await company.ctx.close();
        }
    });

  test('it can be done by keyboard alone', async () => {
    const { ctx, page } = await come();
    const reach = async (selector) => {
      for (let step = 0; step < 30; step++) {
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${selector} is not reached`);
    };
    await reach('[name=email]');
    await page.keyboard.type(server.sandbox.dashboard.email);
    await reach('[name=password]');
    await page.keyboard.type(server.sandbox.dashboard.password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.leave');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement.matches('.skip')));
    await page.keyboard.press('Enter');
    assert.ok(await page.evaluate(() => document.activeElement.matches('main')));
    await page.reload();
    await reach('.leave button');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]');
    await ctx.close();
  });

  test('no other site can use the session or the form', async () => {
    const { ctx, page } = await come();
    await signIn(page);
    const other = await ctx.newPage();
    await other.route('http://evil.test/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<title>x</title><iframe src="${server.origin}/operator"></iframe>
          <form method="post" action="${server.origin}/operator/logout?lang=en"><input name="csrf" value="1.0"><button>go</button></form>`,
      }),
    );
    await other.goto('http://evil.test/');
    await other.waitForTimeout(300);
    assert.equal(other.frames()[1].url().startsWith(server.origin) && (await other.frames()[1].locator('.leave').count()), false);
    await Promise.all([other.waitForNavigation(), other.click('button')]);
    // Without the cookie, which stays at home, somebody unknown has asked.
    assert.ok(other.url().includes('/operator/login'), other.url());
    await page.reload();
    assert.equal(await page.locator('.leave').count(), 1);
    const cookies = await ctx.cookies(server.origin);
    // The other one is that of the login page that was shown to nobody.
    assert.deepEqual(cookies.map(({ name }) => name).sort(), ['guichet_login', 'guichet_operator']);
    assert.ok(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Lax'));
    await ctx.close();
  });

  test('the cookie over https is for this host alone', async () => {
    const ctx = await context(browser, { ignoreHTTPSErrors: true });
    const page = await ctx.newPage();
    await page.goto(`${server.sandbox.tls_url}/operator`);
    await signIn(page);
    assert.equal(await page.locator('.leave').count(), 1);
    const [cookie, ...others] = await ctx.cookies(server.sandbox.tls_url);
    assert.equal(others.length, 0);
    assert.equal(cookie.name, '__Host-guichet_operator');
    assert.ok(cookie.secure && cookie.httpOnly);
    await ctx.close();
  });
});
