import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Where Chromium is, if it is: CHROMIUM in the environment, or Debian's. */
export const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path !== undefined && path !== '' && existsSync(path));

export function launch(): Promise<Browser> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath: CHROMIUM!, args });
}

/** Everything that an open page asked for, and every message, warning and fault of it. */
export interface Log {
  requests: string[];
  messages: string[];
}

export async function open(browser: Browser, url: string, settings: { width: number; colorScheme?: 'light' | 'dark'; javaScriptEnabled?: boolean }): Promise<{ page: Page; log: Log }> {
  const { width, colorScheme = 'light', javaScriptEnabled = true } = settings;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled });
  const page = await context.newPage();
  const log: Log = { requests: [], messages: [] };
  page.on('request', (request) => log.requests.push(request.url()));
  page.on('console', (message) => log.messages.push(message.text()));
  page.on('pageerror', (error) => log.messages.push(error.message));
  await page.goto(url, { waitUntil: 'load' });
  return { page, log };
}
