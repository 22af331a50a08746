// What a payer does on the pages. Works with and without scripts.
export const CARDS = {
  accepted: '4242424242424242',
  cobadged: '4000002500000003',
  amex: '378282246310005',
  challenge: '4000000000003220',
  challengeThenRefused: '4000008400001629',
  refused: '4000000000000002',
  expired: '4000000000000069',
  noLookup: '4000000000003097',
};
export const EXPIRY = '12/34';
export const CODE = '737';

export async function fill(page, { number = CARDS.accepted, expiry = EXPIRY, code = CODE } = {}) {
  await page.fill('[name=card_number]', number);
  await page.fill('[name=card_expiry]', expiry);
  await page.fill('[name=card_cvc]', code);
}

export async function pay(page, card) {
  await fill(page, card);
  await page.click('[name=action]');
}

// From our page "to your bank" (which a script leaves by itself) to the bank's own.
export async function toBank(page, bank) {
  if (!page.url().startsWith(bank)) {
    const button = page.locator('[data-leave] button');
    await Promise.race([button.click().catch(() => {}), page.waitForURL(`${bank}/**`)]);
    await page.waitForURL(`${bank}/**`);
  }
}

// On the bank's page: one of its buttons, then back to us by its form.
export async function answerBank(page, action = 'authenticate', code = '123456') {
  if (action === 'authenticate') await page.fill('input[type=text]', code);
  await page.click(`button[value=${action}]`);
  await page.click('form button.primary');
}
