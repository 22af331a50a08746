// A company enrols in a real browser: from its sponsor's link to its sponsor's site.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as zlib from 'node:zlib';
import { built, startServer } from './support/server.mjs';
import { assertAccessible, assertNoSidewaysScroll, assertQuiet, context, launch, watched } from './support/browser.mjs';
import { startShop } from './support/shop.mjs';

const SIREN = '732 829 320';
const CODE = '123456';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n');

// A picture of one dot. Node 18 has no crc32 of its own.
function png() {
  const sum = (bytes) => {
    if (zlib.crc32) return zlib.crc32(bytes);
    let crc = ~0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
  };
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(sum(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const parts = [chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(Buffer.from([0, 0]))), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
}

describe('enrolment', { skip: built ? false : 'the program is not built' }, () => {
  let server;
  let shop;
  let browser;
  let count = 0;

  before(async () => {
    [server, shop, browser] = await Promise.all([startServer(), startShop(), launch()]);
  });
  after(async () => {
    await browser?.close();
    await shop?.stop();
    await server?.stop();
  });

  async function seqino(method, path, body, client) {
    const headers = { authorization: server.sandbox.seqino.api_key, 'content-type': 'application/json' };
    if (client) headers['x-pdp-client-id'] = client;
    const answer = await fetch(server.origin + path, { method, headers, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return answer.json();
  }

  async function enrol({ lang = 'fr', kyc = false, signature = false, ...options } = {}) {
    count += 1;
    const client = await seqino('POST', '/clients', {
      organization_name: 'Boulangerie du Port', contact_email: `port${count}@example.org`, external_ref: `B-${count}`,
    });
    const link = await seqino(
      'POST', '/clients/onboarding-link',
      { include_kyc: kyc, include_signature: signature, callback_url: `${shop.origin}/done` }, client.client_id,
    );
    const ctx = await context(browser, { lang, ...options });
    const page = await watched(ctx, [shop.origin]);
    await page.goto(link.onboarding_url);
    return { ctx, page, link, scripted: options.javaScriptEnabled !== false };
  }

  const status = async (link) => (await seqino('GET', `/clients/onboarding-link/status?link_id=${link.link_id}`)).status;

  async function look({ page, scripted }, what) {
    if (scripted) await assertAccessible(page, what);
    if (scripted) await assertNoSidewaysScroll(page, what);
  }

  async function company(visit) {
    const { page } = visit;
    await look(visit, 'number');
    await page.fill('#number', SIREN);
    await page.click('button[value=find]');
    await page.waitForSelector('#legal_form');
    await look(visit, 'company');
    assert.equal(await page.inputValue('#vat_number'), 'FR44732829320');
    await page.click('button[value=company]');
  }

  async function person(visit, name) {
    const { page } = visit;
    await page.waitForSelector('#birth_date');
    await look(visit, 'representative');
    const values = {
      family_name: name, given_names: 'Camille', birth_date: '31/01/1980', birth_place: 'Lyon', nationality: 'française', role: 'gérante',
    };
    for (const [field, value] of Object.entries(values)) await page.fill(`#${field}`, value);
    await page.check('input[name=owners][value=representative]');
    await page.click('button[value=person]');
  }

  async function documents(visit) {
    const { page } = visit;
    await page.waitForSelector('#company_extract');
    await look(visit, 'documents');
    const send = async (kind, file) => {
      await page.setInputFiles(`#${kind}`, file);
      await page.click(`form:has(#${kind}) button`);
    };
    await send('identity_front', { name: 'photo.png', mimeType: 'image/png', buffer: png().subarray(0, 40) });
    await page.waitForSelector('[role=alert]');
    await look(visit, 'a broken file');
    await send('identity_front', { name: 'photo.png', mimeType: 'image/png', buffer: png() });
    await page.waitForSelector('#identity_front-hint:has-text("PNG")');
    await send('company_extract', { name: 'kbis.pdf', mimeType: 'application/pdf', buffer: PDF });
    await page.waitForSelector('#company_extract-hint:has-text("PDF")');
    await page.click('button[value=documents]');
  }

  async function sign(visit) {
    const { page } = visit;
    await page.waitForSelector('#first_name');
    await look(visit, 'mandate');
    await page.fill('#first_name', 'Camille');
    await page.fill('#last_name', 'Durand');
    await page.check('#accept');
    await page.click('button[value=agree]');
    await page.waitForSelector('#otp');
    await look(visit, 'code');
    await page.fill('#otp', '000000');
    await page.click('button[value=sign]');
    await page.waitForSelector('[role=alert]');
    await look(visit, 'a wrong code');
    await page.fill('#otp', CODE);
    await page.click('button[value=sign]');
  }

  // The end is read in peace, and left by itself.
  async function leaves(visit, link, outcome) {
    const { page } = visit;
    await page.waitForSelector('.sheet');
    if (visit.scripted) await assertAccessible(page, outcome);
    await page.waitForURL(`${shop.origin}/done?link_id=${link.link_id}&status=${outcome}`);
    assertQuiet(page);
    await visit.ctx.close();
  }

  for (const javaScriptEnabled of [true, false])
    for (const [kyc, signature] of [[false, false], [true, false], [false, true], [true, true]])
      test(`enrols: kyc ${kyc}, signature ${signature}, scripts ${javaScriptEnabled}`, async () => {
        const visit = await enrol({ kyc, signature, javaScriptEnabled, width: javaScriptEnabled ? 390 : 320 });
        await company(visit);
        if (kyc) await person(visit, 'Durand');
        if (kyc) await documents(visit);
        if (signature) await sign(visit);
        await leaves(visit, visit.link, 'completed');
        assert.equal(await status(visit.link), 'completed');
      });

  for (const [name, outcome] of [['REFUSE', 'failed'], ['REVIEW', 'in_progress']])
    test(`a review ends as ${outcome}`, async () => {
      const visit = await enrol({ kyc: true, lang: 'en', width: 1280 });
      await company(visit);
      await person(visit, name);
      await documents(visit);
      await leaves(visit, visit.link, outcome);
      assert.equal(await status(visit.link), outcome);
    });

  test('another device goes on where the first stopped, and the keyboard is enough', async () => {
    const first = await enrol({ signature: true });
    await company(first);
    await first.page.waitForSelector('#first_name');
    await first.ctx.close();
    const ctx = await context(browser, { lang: 'en', scheme: 'dark', width: 320 });
    const page = await watched(ctx, [shop.origin]);
    await page.goto(first.link.onboarding_url);
    await page.focus('#first_name');
    await page.keyboard.type('Camille');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Durand');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#otp');
    await assertAccessible(page, 'code in the dark');
    await page.fill('#otp', CODE);
    await page.keyboard.press('Enter');
    await leaves({ ctx, page, scripted: true }, first.link, 'completed');
  });
});
