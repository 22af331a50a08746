// Chromium for tests: contexts of each kind, and what every page is checked for.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// A mail is shown inside the page of somebody else, which has the landmarks.
export const MAIL_TAGS = TAGS.filter((tag) => tag !== 'best-practice');
const BROWSERS = [process.env.GUICHET_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-headless-shell'];

export const LANGUAGES = ['fr', 'en'];
export const SCHEMES = ['light', 'dark'];
export const WIDTHS = [320, 390, 1280];
const HEIGHTS = { 320: 640, 390: 844, 1280: 800 };
// A busy machine takes its time.
const PATIENCE_MS = 60000;
const LOCALES = { fr: 'fr-FR', en: 'en-GB' };

export function browserPath() {
  return BROWSERS.find((path) => path && existsSync(path));
}

// textPx: the size of text that its user has chosen.
export function launch({ textPx = 16 } = {}) {
  return chromium.launch({
    executablePath: browserPath(),
    headless: true,
    args: [`--blink-settings=defaultFontSize=${textPx}`],
  });
}

export async function context(browser, { lang = 'fr', scheme = 'light', width = 390, ...more } = {}) {
  const made = await browser.newContext({
    locale: LOCALES[lang],
    colorScheme: scheme,
    viewport: { width, height: HEIGHTS[width] ?? 800 },
    reducedMotion: 'reduce',
    ...more,
  });
  made.setDefaultTimeout(PATIENCE_MS);
  return made;
}

// A page whose console must stay empty and whose requests must stay at home. `homes` lists the origins that a top
// navigation may also lead to (the bank); anything else than a navigation must go to the page's own origin.
export async function watched(ctx, homes = []) {
  const page = await ctx.newPage();
  const problems = [];
  page.on('console', (message) => {
    // The browser itself reports each answer of 400 and above; these are checked by their status.
    if (!/^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text()))
      problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error}`));
  page.on('request', (request) => {
    const origin = new URL(request.url()).origin;
    const navigation = request.isNavigationRequest();
    const own = page.url().startsWith('about:') ? origin : new URL(page.url()).origin;
    if (origin !== own && !(navigation && homes.includes(origin)))
      problems.push(`request: ${request.method()} ${request.url()}`);
  });
  page.problems = problems;
  return page;
}

export function assertQuiet(page) {
  assert.deepEqual(page.problems, []);
}

// Works under default-src 'none', so the page is tested with its real policy. Never in a context without scripts: that
// ends the browser.
export async function assertAccessible(page, what, among = TAGS) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(
    (tags) =>
      window.axe.run(document, { runOnly: tags }).then((result) =>
        result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`),
      ),
    among,
  );
  assert.deepEqual(violations, [], what);
}

export async function assertNoSidewaysScroll(page, what) {
  const [scroll, client] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(scroll <= client, `${what}: ${scroll} px wide on ${client}`);
}

// No word leaves the part of the ticket that it stands in; an amount, and the name of a language, are one line.
export async function assertInside(page, what) {
  const outside = await page.$$eval('.ticket > *', (parts) =>
    parts.flatMap((part) => {
      const right = part.getBoundingClientRect().right + 0.5;
      const range = document.createRange();
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) {
        const around = walker.currentNode.parentElement;
        if (around.closest('.unseen, pre, select')) continue;
        range.selectNodeContents(walker.currentNode);
        if ([...range.getClientRects()].some((box) => box.right > right)) found.push(walker.currentNode.data);
      }
      return found;
    }),
  );
  assert.deepEqual(outside, [], what);
  const broken = await page.$$eval('.amount:not(.words), .languages a', (nodes) => {
    const range = document.createRange();
    return nodes.filter((node) => {
      range.selectNodeContents(node);
      return range.getClientRects().length > 1;
    }).map((node) => node.innerText);
  });
  assert.deepEqual(broken, [], what);
}
