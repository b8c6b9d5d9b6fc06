// What a person does on the server's own pages; each resolves when the next page is there.

import { PASSWORD } from './server.js';

async function press(page, name) {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()]);
}

async function fillNewAccount(page, name, password) {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Repeat the password').fill(password);
}

export async function setUp(page, name, password = PASSWORD) {
  await fillNewAccount(page, name, password);
  await press(page, 'Create administrator');
}

export async function signUp(page, name, password = PASSWORD) {
  await fillNewAccount(page, name, password);
  await press(page, 'Create account');
}

export async function signIn(page, name, password = PASSWORD) {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill(password);
  await press(page, 'Sign in');
}

export async function goOnAs(page, name) {
  await press(page, `Continue as ${name}`);
}

export async function signOut(page) {
  await press(page, 'Sign out');
}
