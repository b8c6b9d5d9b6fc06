// What axe-core finds wrong with a page, at every level that it knows rules of.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Evaluated by the debugger, so that the page's content security policy neither forbids it nor has to give way.
export async function assertAccessible(page) {
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => axe.run());
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}`).join('\n')}`,
  );
  assert.deepEqual(found, [], `${page.url()}:\n${found.join('\n')}`);
}
