// A person with the keyboard alone.
import assert from 'node:assert/strict';

/** Moves the focus from one element to the next until it is on the wanted one. */
export async function reach(page, wanted, key = 'Tab') {
  await wanted.first().waitFor().catch(async (error) => {
    throw new Error(`${error.message}\nThe dialog says: ${(await page.locator('dialog').allInnerTexts()).join('\n')}`);
  });
  for (let steps = 0; steps < 150; ++steps) {
    if (await wanted.first().evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`the focus does not come to ${wanted}`);
}

export async function press(page, wanted, key = 'Enter') {
  await reach(page, wanted);
  await page.keyboard.press(key);
}

/** Types into the field with this label. */
export async function write(page, label, text, room = page.getByRole('dialog')) {
  await reach(page, room.getByLabel(label, { exact: true }));
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

/** Holds Alt, presses the keys and lets go. */
export async function carry(page, keys, between = async () => {}) {
  await page.keyboard.down('Alt');
  for (const key of keys) await page.keyboard.press(key);
  await between();
  await page.keyboard.up('Alt');
}
