// Every page in every state, language, scheme and width, as the unit test of the templates renders them. 320 px is what
// remains of 1280 at 400 %.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { renderers } from './support/server.mjs';
import {
  LANGUAGES,
  SCHEMES,
  WIDTHS,
  assertAccessible,
  assertInside,
  assertNoSidewaysScroll,
  assertQuiet,
  context,
  launch,
  watched,
} from './support/browser.mjs';

const ORIGIN = 'http://guichet.test';
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const TYPES = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', html: 'text/html; charset=utf-8' };
const WEIGHT_MAX = 30 * 1024;
// What the operator sees of enrolments, and decides about them.
const ENROLMENTS = ['office-enrolments-none', 'office-enrolments', 'office-enrolment-open', 'office-enrolment', 'office-enrolment-empty', 'office-enrolment-erased', 'office-accept', 'office-refuse', 'office-refuse-errors'];

describe('states', { skip: renderers.every(existsSync) ? false : `${renderers} are not built` }, () => {
  let folder;
  let browser;
  let states;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'guichet-states-'));
    for (const renderer of renderers)
      execFileSync(renderer, { env: { ...process.env, GUICHET_RENDER_DIR: folder }, stdio: 'ignore' });
    states = readdirSync(folder)
      .filter((name) => name.endsWith('.fr.html'))
      .map((name) => name.slice(0, -'.fr.html'.length));
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function served(options, by = browser) {
    const ctx = await context(by, options);
    await ctx.route('**/*', (route) => {
      const path = join(folder, new URL(route.request().url()).pathname);
      if (!path.startsWith(folder) || !existsSync(path)) return route.fulfill({ status: 404, body: '' });
      const headers = { 'Content-Security-Policy': POLICY };
      return route.fulfill({ body: readFileSync(path), contentType: TYPES[path.split('.').pop()], headers });
    });
    return ctx;
  }

  // For one state after the other: to open a page takes longer than to look at it. The bank's page leaves by itself after a
  // moment; here it must stay to be looked at.
  async function opened(ctx) {
    const page = await watched(ctx);
    await page.addInitScript(() => {
      HTMLFormElement.prototype.submit = function () {};
    });
    return page;
  }

  const show = (page, state, lang) => page.goto(`${ORIGIN}/${state}.${lang}.html`);

  for (const lang of LANGUAGES)
    test(`every state is accessible in each scheme and width: ${lang}`, async () => {
      const ctx = await served({ lang });
      const page = await opened(ctx);
      for (const state of states) {
        await show(page, state, lang);
        for (const colorScheme of SCHEMES)
          for (const width of WIDTHS) {
            await page.emulateMedia({ colorScheme });
            await page.setViewportSize({ width, height: 800 });
            await assertAccessible(page, `${state} ${colorScheme} ${width}`);
            await assertNoSidewaysScroll(page, `${state} ${width}`);
            await assertInside(page, `${state} ${width}`);
          }
        assertQuiet(page);
      }
      await ctx.close();
    });

  test('text of twice the size stays inside on a telephone', async () => {
    const large = await launch({ textPx: 32 });
    const ctx = await served({ lang: 'fr' }, large);
    const page = await opened(ctx);
    for (const state of states) {
      await show(page, state, 'fr');
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '32px');
      // The tables of test cards keep their two columns.
      if (state !== 'cards') await assertNoSidewaysScroll(page, state);
      // The largest amount there is takes two lines then.
      if (!state.startsWith('office-') && state !== 'pay-long') await assertInside(page, state);
    }
    await large.close();
  });

  test('a receipt prints dark on white, without what leads elsewhere', async () => {
    const ctx = await served({ lang: 'fr' });
    const page = await opened(ctx);
    for (const state of ['paid', 'debited', 'deposit-held', 'ended-signed', 'enrolled']) {
      await page.emulateMedia({ media: 'print' });
      await show(page, state, 'fr');
      for (const part of ['.languages', '.button', '.leaving'])
        for (const found of await page.locator(part).all()) assert.equal(await found.isVisible(), false, `${state} ${part}`);
      for (const stub of await page.locator('.stub').all())
        assert.deepEqual(
          await stub.evaluate((node) => [getComputedStyle(node).color, getComputedStyle(node).backgroundImage]),
          ['rgb(0, 0, 0)', 'none'],
        );
    }
    await ctx.close();
  });

  test('every state has one title of its own', async () => {
    for (const lang of LANGUAGES) {
      const titles = states.map((state) => {
        const html = readFileSync(join(folder, `${state}.${lang}.html`), 'utf8');
        return /<title>([^<]+)<\/title>/.exec(html)[1];
      });
      assert.ok(titles.every((title) => title.length > 3));
      // Three ways to fill in the pay page, two ways in which it failed, and the mails with and without any; the mandate
      // form for three kinds of consumers, two ways in which each step failed, and three ways back. The operator's login
      // without and with what went wrong, its home, its audit and its lists with and without anything there. The enrolment with two
      // ways in which a step failed, and two ways to leave.
      assert.ok(new Set(titles).size >= states.length - 22, titles.join('\n'));
    }
  });

  test('nothing is lost in forced colours', async () => {
    const ctx = await served({ lang: 'fr', forcedColors: 'active' });
    const page = await opened(ctx);
    for (const state of ['pay-errors', 'button-errors', 'debit-errors', 'mandate-errors', 'debited', 'bank', 'paid', 'expired', 'cards', 'form-errors', 'signature-errors', 'ended-signed', 'office-login-refused', 'office-home', 'office-audit', 'enrol-number-errors', 'enrol-company-errors', 'enrol-sign-errors', 'enrol-code-errors', 'enrol-person-errors', 'enrol-files-errors', 'enrolled', 'enrolled-failed', 'enrolled-waiting', ...ENROLMENTS]) {
      await show(page, state, 'fr');
      await assertAccessible(page, state);
    }
    await ctx.close();
  });

  test('what is chosen has a border of its own in forced colours', async () => {
    const ctx = await served({ lang: 'fr', forcedColors: 'active' });
    const page = await opened(ctx);
    for (const [state, list] of [['office-enrolments', '.filters'], ['office-enrolments', '.tabs'], ['office-audit', '.tabs']]) {
      await show(page, state, 'fr');
      const borders = (which) =>
        page.$$eval(`${list} ${which}`, (nodes) => [...new Set(nodes.map((node) => getComputedStyle(node).borderBottomWidth))]);
      const [chosen, others] = [await borders('[aria-current]'), await borders('a:not([aria-current])')];
      assert.equal(chosen.length, 1, `${state} ${list}`);
      assert.ok(!others.includes(chosen[0]), `${state} ${list}: ${chosen} among ${others}`);
    }
    await ctx.close();
  });

  test('a tag is one line', async () => {
    for (const options of [{}, { forcedColors: 'active' }]) {
      const ctx = await served({ lang: 'fr', width: 1000, ...options });
      const page = await opened(ctx);
      await show(page, 'office-enrolments', 'fr');
      const broken = await page.$$eval('.tag', (nodes) => nodes.filter((node) => node.getBoundingClientRect().height > 36).length);
      assert.equal(broken, 0);
      await ctx.close();
    }
  });

  test('targets are 44 px high where one taps', async () => {
    const ctx = await served({ lang: 'fr', width: 390 });
    const page = await opened(ctx);
    for (const state of ['pay', 'pay-errors', 'pay-saved', 'debit', 'mandate', 'mandate-known', 'debited', 'paid', 'bank', 'form', 'signature', 'ended-posted', 'office-login', 'office-home', 'office-audit', 'enrol-number', 'enrol-company', 'enrol-sign', 'enrol-code', 'enrol-person', 'enrol-files', 'enrolled', 'enrolled-failed', 'enrolled-waiting', ...ENROLMENTS]) {
      await show(page, state, 'fr');
      const small = await page.$$eval('.button, input[type=text], input[type=email], input[type=tel], input[type=password], select, .quiet, .plain, .back, .languages a, .methods a, .option, .document a, .tabs a, .pages a, .more a, .filters a, .files a, .cards .row, input[type=file], textarea', (nodes) =>
        nodes
          .filter((node) => node.offsetParent && node.getBoundingClientRect().height < 43.5)
          .map((node) => `${node.className} ${node.getBoundingClientRect().height}`),
      );
      assert.deepEqual(small, [], state);
    }
    await ctx.close();
  });

  test('a page with its style and script weighs 30 kB at most', () => {
    const assets = readdirSync(join(folder, 'assets')).map((name) => gzipSync(readFileSync(join(folder, 'assets', name))));
    const shared = assets.reduce((sum, bytes) => sum + bytes.length, 0);
    for (const state of states)
      for (const lang of LANGUAGES) {
        const page = gzipSync(readFileSync(join(folder, `${state}.${lang}.html`))).length;
        assert.ok(page + shared <= WEIGHT_MAX, `${state}.${lang}: ${page + shared}`);
      }
  });
});
