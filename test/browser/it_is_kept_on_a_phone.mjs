// A phone can install the week as an app: a manifest names it, with icons in the sizes that phones ask for. The
// manifest is fetched with the certificate, like the rest of the page.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { calendar, call, week, visitDrawn } from './stage.mjs';

test('the manifest is one that a browser takes, and names pictures that are there', async () => {
  const { page, context } = await visitDrawn(week(await calendar()));
  const wire = await context.newCDPSession(page);
  const { url, errors, data } = await wire.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { name, start_url, display, icons } = JSON.parse(data);
  assert.deepEqual([name, start_url, display], ['Calendar', '/', 'standalone']);
  const [, , headers] = await call('GET', new URL(url).pathname);
  assert.equal(headers['content-type'], 'application/manifest+json');
  for (const { src, sizes, type } of [...icons, { src: await page.locator('link[rel=apple-touch-icon]').getAttribute('href'), sizes: '180x180', type: 'image/png' }]) {
    assert.equal((await call('GET', src))[2]['content-type'], type);
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== 'any') assert.equal(size, sizes);
  }
  for (const scheme of ['light', 'dark']) assert.equal(await page.locator(`meta[name=theme-color][media*=${scheme}]`).count(), 1);
});
