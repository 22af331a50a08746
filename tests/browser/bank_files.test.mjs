// A second opinion on bank files, by libraries that know nothing of ours: `sepa` writes from the same orders what we
// wrote, and judges the numbers in it; `camt-parser` reads the bank's statements as we did.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseCamt053 } from 'camt-parser';
import SEPA from 'sepa';
import { api, built, startServer } from './support/server.mjs';

const MERCHANT = { name: 'Atelier Exemple SARL', iban: 'FR7630006000011234567890189', bic: 'TESTFRPP' };
const ICS = 'FR72ZZZ123456';
const SIGNED = '2021-06-14';
const DAY_S = 86400;
const DEBTORS = [
  // What the character set of SEPA leaves of a name (and, by its last word, what the bank of test mode makes of it).
  { name: 'Hélène & Fils', written: 'Helene + Fils', iban: 'DE89370400440532013000', bic: 'TESTDEPP', cents: 5001, text: 'Cours de poterie' },
  { name: 'Jean Dupont AM04', iban: 'FR1420041010050500013M02606', bic: 'TESTFRPP', cents: 1999 },
  { name: 'Marie Martin DMD06', iban: 'NL39RABO0300065264', bic: 'TESTNLPP', cents: 123456 },
];

const bare = (id) => id.replace(/^[a-z]+_/, '');
const cents = (text) => {
  assert.match(text, /^\d+\.\d\d$/);
  return Number(text.replace('.', ''));
};
const inside = (xml, tag) => xml.match(new RegExp(`<${tag}>([^<]*)</${tag}>`))?.[1];

describe('bank files', { skip: built ? false : 'the program is not built' }, () => {
  let server;
  let stancer;
  let debits;
  let refund;
  let payouts;
  let sent;
  let received;

  const texts = (folder) => {
    const place = join(server.data, 'sepa', folder);
    return readdirSync(place).map((name) => readFileSync(join(place, name), 'utf8'));
  };

  async function until(done, what) {
    for (let day = 0; day < 30; day++) {
      if (await done()) return;
      await stancer.advance(DAY_S);
    }
    assert.fail(`never: ${what}`);
  }

  // Three debits, of which the bank rejects one and returns one; a part of the third is refunded, the rest paid out.
  before(async () => {
    server = await startServer();
    stancer = api(server);
    debits = [];
    for (const [place, debtor] of DEBTORS.entries()) {
      const account = { iban: debtor.iban, name: debtor.name, mandate: `RUM-${place}`, date_mandate: SIGNED };
      debits.push(await stancer.post('/v2/payments/', { amount: debtor.cents, currency: 'eur', sepa: account, ...(debtor.text && { description: debtor.text }) }));
    }
    const status = async (place) => (await stancer.payment(debits[place].id)).status;
    await until(async () => (await status(2)) === 'disputed', 'the return');
    await stancer.post('/v2/payments/', { amount: 200000, currency: 'eur', card: { number: '4000000000000077', exp_month: 12, exp_year: 2034, cvc: '737' } });
    refund = await stancer.post('/v2/refunds/', { payment: debits[0].id, amount: 2500 });
    await until(async () => (await stancer.get(`/v2/refunds/${refund.id}`)).status === 'refunded', 'the refund');
    await until(async () => {
      ({ payouts } = await stancer.get('/v2/payouts/'));
      return payouts.length > 0 && payouts.every((payout) => payout.status === 'paid');
    }, 'the payout');
    debits = await Promise.all(debits.map((debit) => stancer.payment(debit.id)));
    refund = await stancer.get(`/v2/refunds/${refund.id}`);
    [sent, received] = [texts('sent'), texts('received')];
  });
  after(() => server?.stop());

  // The same document by `sepa`: ids and the time of writing are ours to choose, everything else comes from the orders.
  function written(format, ours, describeInfo, rows) {
    const doc = new SEPA.Document(format);
    doc.grpHdr.id = inside(ours, 'MsgId');
    doc.grpHdr.created = new Date(`${inside(ours, 'CreDtTm')}Z`);
    doc.grpHdr.initiatorName = MERCHANT.name;
    const info = doc.createPaymentInfo();
    describeInfo(info);
    info.batchBooking = true;
    doc.addPaymentInfo(info);
    info.id = `${doc.grpHdr.id}-1`;
    for (const row of rows) {
      const tx = info.createTransaction();
      Object.assign(tx, row);
      info.addTransaction(tx);
      tx.id = row.end2endId;
    }
    return doc.toString();
  }

  // What `sepa` writes beside: where its schema lies, that a mandate was not amended, a text that is empty.
  // What we write beside: addresses in their parts, which it only knows as lines.
  const withoutExtras = (xml) =>
    xml
      .replace(/ xmlns:xsi="[^"]*"| xsi:schemaLocation="[^"]*"/g, '')
      .replaceAll('<AmdmntInd>false</AmdmntInd>', '')
      .replaceAll('<RmtInf><Ustrd/></RmtInf>', '')
      .replace(/<PstlAdr>.*?<\/PstlAdr>/gs, '')
      .replace(/>\s+</g, '><')
      .trim();

  const only = (files, root) => files.filter((xml) => xml.includes(`<${root}>`));

  test('sepa writes the same debits', () => {
    const [ours, ...more] = only(sent, 'CstmrDrctDbtInitn');
    assert.equal(more.length, 0);
    const rows = debits.map((debit, place) => ({
      end2endId: bare(debit.id),
      amount: DEBTORS[place].cents / 100,
      mandateId: debit.sepa.mandate,
      mandateSignatureDate: new Date(SIGNED),
      debtorName: DEBTORS[place].written ?? DEBTORS[place].name,
      debtorIBAN: DEBTORS[place].iban,
      debtorBIC: DEBTORS[place].bic,
      remittanceInfo: DEBTORS[place].text ?? '',
    }));
    const theirs = written('pain.008.001.08', ours, (info) => {
      Object.assign(info, { collectionDate: new Date(debits[0].date_settlement), sequenceType: 'RCUR', creditorId: ICS });
      Object.assign(info, { creditorName: MERCHANT.name, creditorIBAN: MERCHANT.iban, creditorBIC: MERCHANT.bic });
    }, rows);
    assert.equal(withoutExtras(ours), withoutExtras(theirs));
  });

  // The refund and what was paid out, in one file or more, as the days fall.
  const transfers = () => {
    const orders = [
      { end2endId: bare(refund.id), amount: refund.amount / 100, creditorName: DEBTORS[0].written, creditorIBAN: DEBTORS[0].iban, creditorBIC: DEBTORS[0].bic, remittanceInfo: `REMBOURSEMENT ${bare(debits[0].id)}` },
      ...payouts.map((payout) => ({ end2endId: bare(payout.id), amount: payout.amount / 100, creditorName: MERCHANT.name, creditorIBAN: MERCHANT.iban, creditorBIC: MERCHANT.bic, remittanceInfo: `VERSEMENT ${payout.date.split('-').reverse().join('/')}` })),
    ];
    return only(sent, 'CstmrCdtTrfInitn').map((ours) => [ours, orders.filter((order) => ours.includes(`<EndToEndId>${order.end2endId}</EndToEndId>`))]);
  };

  test('sepa writes the same transfers', () => {
    assert.equal(transfers().flatMap(([, orders]) => orders).length, 1 + payouts.length);
    for (const [ours, orders] of transfers()) {
      const theirs = written('pain.001.001.09', ours, (info) => {
        info.requestedExecutionDate = new Date(ours.match(/<ReqdExctnDt><Dt>([^<]*)/)[1]);
        Object.assign(info, { debtorName: MERCHANT.name, debtorIBAN: MERCHANT.iban, debtorBIC: MERCHANT.bic });
      }, orders);
      assert.equal(withoutExtras(ours), withoutExtras(theirs));
    }
  });

  test('sepa finds every account number and the creditor identifier right', () => {
    for (const xml of sent) {
      const numbers = [...xml.matchAll(/<IBAN>([^<]*)<\/IBAN>/g)].map((found) => found[1]);
      assert.ok(numbers.length > 1);
      for (const iban of numbers) assert.ok(SEPA.validateIBAN(iban), iban);
    }
    assert.equal(inside(only(sent, 'CstmrDrctDbtInitn')[0].split('<CdtrSchmeId>')[1], 'Id'), ICS);
    assert.ok(SEPA.validateCreditorID(ICS));
    assert.ok(!SEPA.validateIBAN('FR1520041010050500013M02606'));
  });

  const signed = (entry) => cents(entry.amount.value) * (entry.creditDebitIndicator === 'CRDT' ? 1 : -1);
  // What we booked with the bank: the debits that were settled, in one sum; the return; each file of transfers, in one
  // sum without references.
  const expected = () => [
    [debits[0].amount + debits[2].amount, debits[0].date_bank, ''],
    [-debits[2].amount, undefined, bare(debits[2].id)],
    ...transfers().map(([, orders]) => {
      const paid = [refund, ...payouts].filter((one) => orders.some((order) => order.end2endId === bare(one.id)));
      return [-paid.reduce((sum, one) => sum + one.amount, 0), paid[0].date_bank, ''];
    }),
  ];
  function same(entries, wanted) {
    assert.equal(entries.length, wanted.length);
    for (const [amount, day, reference] of wanted) {
      const found = entries.filter((entry) => signed(entry) === amount && (entry.details[0]?.references.endToEndId ?? '') === reference);
      assert.equal(found.length, 1, `${amount} ${reference}`);
      assert.equal(found[0].status, 'BOOK');
      if (day) assert.equal(found[0].bookingDate, day);
      if (reference) assert.equal(cents(found[0].details[0].amountDetails.transactionAmount.value), Math.abs(amount));
    }
  }

  test('camt-parser reads from the statements what we booked', async () => {
    const documents = await Promise.all(only(received, 'BkToCstmrStmt').map(parseCamt053));
    const statements = documents.flatMap((document) => document.statements).sort((a, b) => (a.creationDateTime < b.creationDateTime ? -1 : 1));
    assert.ok(statements.length >= 3);
    let balance = 0;
    for (const statement of statements) {
      assert.equal(statement.account.iban, MERCHANT.iban);
      const at = (type) => {
        const found = statement.balances.find((line) => line.type === type);
        return cents(found.amount.value) * (found.creditDebitIndicator === 'CRDT' ? 1 : -1);
      };
      assert.equal(at('OPBD'), balance);
      balance = statement.transactions.reduce((sum, entry) => sum + signed(entry), balance);
      assert.equal(at('CLBD'), balance);
    }
    same(statements.flatMap((statement) => statement.transactions), expected());
  });

  // It knows only statements; the entries of a notification have the same form under other names.
  test('camt-parser reads the same from the notifications', async () => {
    const asStatement = (xml) => xml.replaceAll('BkToCstmrDbtCdtNtfctn>', 'BkToCstmrStmt>').replaceAll('Ntfctn>', 'Stmt>');
    const documents = await Promise.all(only(received, 'BkToCstmrDbtCdtNtfctn').map((xml) => parseCamt053(asStatement(xml))));
    same(documents.flatMap((document) => document.statements).flatMap((statement) => statement.transactions), expected());
  });

  test('nothing that the bank reported is left unexplained', async () => {
    assert.deepEqual(debits.map((debit) => debit.status), ['captured', 'failed', 'disputed']);
    assert.equal(debits[1].response, 'AM04');
    const [dispute] = (await stancer.get('/v2/disputes/')).disputes;
    assert.deepEqual([dispute.payment, dispute.amount, dispute.response], [debits[2].id, debits[2].amount, 'MD06']);
    const [merchant] = server.told('merchant', 'list');
    assert.deepEqual(server.told('sepa', 'work', 'list', merchant.id), []);
    const reports = server.told('sepa', 'status', merchant.id, '--limit', '100').reports;
    assert.equal(reports.length, received.length);
  });
});
